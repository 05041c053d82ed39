"""Errors and a test by what each respondent adds to the slope, as "MLR" of Mplus and lavaan."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

from analytics.estimation.grouping import sum_by
from analytics.scale_quality import casewise
from analytics.scale_quality.likelihood import information
from analytics.scale_quality.structure import Structure

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.scale_quality.equality import Assignment
    from analytics.scale_quality.samples import Sample, Samples


@dataclass(frozen=True, slots=True)
class Unrestricted:
    """What the answers themselves say, without a model.

    Parameters
    ----------
    trace : float
        tr(A^-1 B), A the observed information of means and covariances and B the variance of their
        scores, summed over groups.
    parts : tuple of pairs of ndarray of float, shape (m, m)
        A and B of each group, in the order of `saturated_model`; empty without gaps.
    """

    trace: float
    parts: tuple[tuple[Floats, Floats], ...]


def meat(model: Structure, data: Samples, assignment: Assignment, free: Floats) -> Floats:
    r"""Give the variance of the scores of one respondent, shape (n_free, n_free).

    Notes
    -----
    Squares of the scores themselves at the solution (not around their group's mean), or of
    clusters' totals around the mean of their stratum, times n / (n - 1).
    """
    vectors, size = assignment.spread(free), assignment.size
    if data.stratum is None:
        found = np.zeros((size, size))
        for number, sample in enumerate(data.groups):
            gather = assignment.gather(number)
            found += gather.T @ _squares(model, sample, vectors[number]) @ gather
        return found / data.n
    total = np.zeros((len(data.stratum), size))
    for number, sample in enumerate(data.groups):
        own = _totals(model, sample, vectors[number], data.stratum)
        total += own @ assignment.gather(number)
    return _between(total, data.stratum) / data.n


def sandwich(bread: Floats, filling: Floats) -> Floats:
    """Give n times the covariance of the parameters (Huber 1967; White 1982)."""
    return np.asarray(bread @ filling @ bread, dtype=np.float64)


def bread(model: Structure, data: Samples, assignment: Assignment, free: Floats) -> Floats:
    """Invert the observed information of one respondent."""
    found = information(model, data, assignment, free, observed=True)
    return np.asarray(np.linalg.pinv(found, hermitian=True), dtype=np.float64)


def yuan_bentler(whole: Unrestricted, inverse: Floats, filling: Floats, df: int) -> float:
    r"""Give the scaling factor of the test statistic; NaN where none is above zero.

    Parameters
    ----------
    inverse, filling : ndarray of float, shape (n_free, n_free)
        Of `bread` and `meat`.

    Notes
    -----
    :math:`[tr(A_1^{-1} B_1) - tr(A_0^{-1} B_0)] / df`, each at its own estimates
    ("yuan.bentler.mplus" of lavaan).

    References
    ----------
    Yuan, K.-H., Bentler, P. M. (2000). Sociological Methodology 30, 165-200. Asparouhov, T.,
    Muthen, B. (2005). Multivariate statistical modeling with survey data. FCSM conference.
    """
    if df == 0:
        return 1.0
    found = (whole.trace - float((inverse * filling.T).sum())) / df
    return found if found > 0 else float("nan")


def unrestricted(data: Samples) -> Unrestricted:
    """Judge means and covariances as they stand."""
    if data.complete:
        return Unrestricted(sum(_trace(group, data.stratum) for group in data.groups), ())
    parts = tuple(_parts(group, data.stratum) for group in data.groups)
    trace = sum(float(np.trace(np.linalg.solve(bend, own))) for bend, own in parts)
    return Unrestricted(trace, parts)


def saturated_model(items: tuple[str, ...]) -> Structure:
    """Give the model that says nothing: every mean, variance and covariance by itself."""
    pairs = tuple(combinations(range(len(items)), 2))
    return Structure(items, (), np.zeros((len(items), 0), dtype=np.bool_), pairs)


def saturated_vector(model: Structure, mean: Floats, covariance: Floats) -> Floats:
    """Give the parameters of `saturated_model` that imply these moments."""
    return np.concatenate([np.diag(covariance), mean, covariance[model.linked_at]])


def _parts(sample: Sample, stratum: Integers | None) -> tuple[Floats, Floats]:
    model = saturated_model(tuple(map(str, range(len(sample.mean)))))
    vector = saturated_vector(model, sample.mean, sample.covariance)
    bend = casewise.casewise_information(model, sample, vector, observed=True)
    own = (
        _squares(model, sample, vector)
        if stratum is None
        else _between(_totals(model, sample, vector, stratum), stratum)
    )
    return bend, own / sample.n


def _trace(sample: Sample, stratum: Integers | None) -> float:
    """Give tr(A^-1 B) without gaps, where neither needs to be formed.

    With e = L^-1 (x - m), L the root of the covariance, a respondent adds |e e' - I|^2 / 2 + |e|^2.
    """
    root = np.linalg.cholesky(sample.covariance)
    e = linalg.solve_triangular(root, (sample.values - sample.mean).T, lower=True).T
    p = len(sample.mean)
    if stratum is None:
        long = (e**2).sum(axis=1)
        return float((sample.weight**2) @ (long**2 + p) / 2) / sample.n
    assert sample.cluster is not None
    square = np.einsum("na,nb->nab", e, e) - np.eye(p)
    part = np.concatenate([square.reshape(len(e), -1) / np.sqrt(2), e], axis=1)
    total = sum_by(sample.cluster, part * sample.weight[:, None], len(stratum))
    return float(np.trace(_between(total, stratum))) / sample.n


def _squares(model: Structure, sample: Sample, vector: Floats) -> Floats:
    found = np.zeros((model.size,) * 2)
    for _, own in casewise.row_scores(model, sample, vector):
        found += own.T @ own
    return found


def _totals(model: Structure, sample: Sample, vector: Floats, stratum: Integers) -> Floats:
    """Add the scores up within each cluster; shape (n_clusters, q)."""
    assert sample.cluster is not None
    found = np.zeros((len(stratum), model.size))
    for rows, own in casewise.row_scores(model, sample, vector):
        found += sum_by(sample.cluster[rows], own, len(stratum))
    return found


def _between(total: Floats, stratum: Integers) -> Floats:
    """Sum the squares and products of clusters' totals around their stratum's mean."""
    n = np.bincount(stratum).astype(np.float64)
    factor = n / np.maximum(n - 1, 1)
    sums = sum_by(stratum, total, len(n))
    return np.asarray(
        (total.T * factor[stratum]) @ total - (sums.T * (factor / n)) @ sums, dtype=np.float64
    )
