"""Errors and a test that need neither normal answers nor equal weights, nor single draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import linalg

from analytics.estimation.grouping import sum_by
from analytics.rows import products, times
from analytics.scale_quality.likelihood import curvature, information

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.arrays import Floats, Integers
    from analytics.scale_quality.equality import Assignment
    from analytics.scale_quality.likelihood import Curvature
    from analytics.scale_quality.samples import Sample, Samples
    from analytics.scale_quality.structure import Structure

ROWS: Final = 8192  # at a time, so that a large wave needs no more memory than a small one


def empirical(
    model: Structure, data: Samples, assignment: Assignment, free: Floats
) -> tuple[Floats, float]:
    r"""Sum what the answers themselves say of the variance of the scores.

    Returns
    -------
    meat : ndarray of float, shape (n_free, n_free)
        :math:`\Delta' V \Gamma V \Delta` of one respondent, V the normal-theory weight at the
        implied covariance and :math:`\Gamma` the empirical fourth moments.
    trace : float
        tr(V Gamma), summed over groups.

    Notes
    -----
    Neither V nor Gamma is formed: with e = L^-1 (x - m), L the Cholesky root of the implied
    covariance and W = L^-1 S L^-T, a respondent's part of the scores is <B, e e' - W> / 2 + M e,
    and of the trace |e e' - W|^2 / 2 + |e|^2. In clusters these parts are added up within each
    before they are squared, around the mean of the stratum's clusters, times n / (n - 1).
    """
    if data.stratum is not None:
        return _clustered(model, data, assignment, free, data.stratum)
    meat, trace = np.zeros((assignment.size,) * 2), 0.0
    vectors = assignment.spread(free)
    for number, (sample, share) in enumerate(zip(data.groups, data.share, strict=True)):
        own, part = _group(sample, curvature(model, vectors[number]))
        gather = assignment.gather(number)
        meat += share * gather.T @ own @ gather
        trace += part
    return meat, trace


def weighted_sandwich(
    model: Structure, data: Samples, assignment: Assignment, free: Floats
) -> Floats:
    """Give n times the covariance of the parameters, by the observed information.

    References
    ----------
    White, H. (1982). Econometrica 50, 1-25. Skinner, C. J. (1989). In Skinner, Holt, Smith (eds),
    Analysis of Complex Surveys, 59-87.
    """
    inverse = np.linalg.pinv(
        information(model, data, assignment, free, observed=True), hermitian=True
    )
    meat, _ = empirical(model, data, assignment, free)
    return np.asarray(inverse @ meat @ inverse, dtype=np.float64)


def _clustered(
    model: Structure, data: Samples, assignment: Assignment, free: Floats, stratum: Integers
) -> tuple[Floats, float]:
    """Take clusters, not respondents, for what chance has drawn."""
    vectors, size = assignment.spread(free), len(stratum)
    scores, trace = np.zeros((size, assignment.size)), 0.0
    for number, sample in enumerate(data.groups):
        assert sample.cluster is not None
        bent, first = curvature(model, vectors[number]), 0
        moments: Floats | None = None
        for square, e, own, weight in _rows(sample, bent):
            cluster = sample.cluster[first : first + len(own)]
            first += len(own)
            scores += sum_by(cluster, own, size) @ assignment.gather(number)
            part = np.concatenate([square / np.sqrt(2), e], axis=1) * weight[:, None]
            total = sum_by(cluster, part, size)
            moments = total if moments is None else moments + total
        assert moments is not None
        trace += float(_spread(moments, stratum).sum()) / sample.n
    n = np.bincount(stratum).astype(np.float64)
    factor = n / np.maximum(n - 1, 1)
    sums = sum_by(stratum, scores, len(n))
    meat = (scores.T * factor[stratum]) @ scores - (sums.T * (factor / n)) @ sums
    return meat / data.n, trace


def _spread(total: Floats, stratum: Integers) -> Floats:
    """Sum the squares of cluster totals around their stratum's mean, column by column."""
    n = np.bincount(stratum).astype(np.float64)[:, None]
    squares = sum_by(stratum, total**2, len(n)) - sum_by(stratum, total, len(n)) ** 2 / n
    return np.asarray((n / np.maximum(n - 1, 1) * squares).sum(axis=0), dtype=np.float64)


def _group(sample: Sample, bent: Curvature) -> tuple[Floats, float]:
    meat, trace = np.zeros((len(bent.mean),) * 2), 0.0
    first = 0
    for square, e, own, weight in _rows(sample, bent):
        each = None if sample.each is None else sample.each[first : first + len(own)]
        first += len(own)
        meat += products(own, each)
        length = (square**2).sum(axis=1) / 2 + (e**2).sum(axis=1)
        trace += float(times(weight**2, each) @ length)
    return meat / sample.n, trace / sample.n


def _rows(sample: Sample, bent: Curvature) -> Iterator[tuple[Floats, Floats, Floats, Floats]]:
    """Give e e' - W, e, the scores and the weights of the respondents, some at a time."""
    half = linalg.solve_triangular(bent.root, sample.covariance, lower=True)
    white = linalg.solve_triangular(bent.root, half.T, lower=True)
    for first in range(0, len(sample.values), ROWS):
        rows = slice(first, first + ROWS)
        away = sample.values[rows] - sample.mean
        e = linalg.solve_triangular(bent.root, away.T, lower=True).T
        square = (e[:, :, None] * e[:, None, :]).reshape(len(e), -1) - white.ravel()
        weight = sample.weight[rows]
        own = (square @ bent.covariance.T / 2 + e @ bent.mean.T) * weight[:, None]
        yield square, e, own, weight
