"""The covariance of estimates from two samples that share units.

The residuals of those in both are multiplied around each sample's own stratum mean, not around
their own: people who stay may differ from all others, and that too makes two means go together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.estimation.grouping import group_sums, sum_by

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.estimation.design import Design, Stage
    from analytics.workbench.methods.linked_waves.overlap import Link


@dataclass(frozen=True, slots=True)
class Residuals:
    """What each respondent of a sample adds to the error of the figures of its domain.

    Parameters
    ----------
    influence : ndarray of float, shape (n_respondents, n_columns)
        Weighted linearised residuals u = w z.
    domain : ndarray of int64, shape (n_respondents,)
        From 0 to ``size`` - 1, numbered alike in both samples; -1 is none.
    size : int
        Number of domains.
    """

    influence: Floats
    domain: Integers
    size: int


def covariances(
    links: tuple[Link, ...], then: Design, now: Design, before: Residuals, after: Residuals
) -> Floats:
    """Estimate the covariances of estimates from two linked samples, for all domains at once.

    Parameters
    ----------
    links : tuple of Link
        From `link_samples`.
    then, now : Design
        The same two.
    before, after : Residuals
        Of the earlier and of the later sample.

    Returns
    -------
    ndarray of float, shape (n_domains, n_columns)
        Where panels are kept apart, the mean of both variances stands for S_uv, which is never
        larger: the error then is that of independent panels without a finite population.

    References
    ----------
    Kish, L. (1965). Survey Sampling, 12.4. Wiley.
    Tam, S. M. (1984). On covariances from overlapping samples. The American Statistician 38,
    288-289.
    """
    result = np.zeros((before.size, before.influence.shape[1]))
    for link, one, other in zip(links, then.stages, now.stages, strict=False):
        u, v = _totals(one, before), _totals(other, after)
        result += _products(link, one, other, u, v)
        h, g, net = link.apart
        if len(net):
            spread = _spread(one, u)[h] * _ratio(one, other, h, g)
            spread += _spread(other, v)[g] * _ratio(other, one, g, h)
            result += np.tensordot(net, spread, axes=1) / 2
    return result


def covariance(
    links: tuple[Link, ...], then: Design, now: Design, before: Floats, after: Floats
) -> Floats:
    """Do the same for one domain, or after calibration, whose residuals reach beyond it.

    Parameters
    ----------
    before, after : ndarray of float, shape (n_respondents of each, n_columns)
        Residuals, 0 where a respondent adds nothing.

    Returns
    -------
    ndarray of float, shape (n_columns,)
    """
    whole = [Residuals(part, np.zeros(len(part), dtype=np.int64), 1) for part in (before, after)]
    return np.asarray(covariances(links, then, now, *whole)[0], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Totals:
    """Residuals added up per cluster and domain, and their means over each stratum's clusters."""

    cluster: Integers
    domain: Integers
    total: Floats
    mean: Floats


def _totals(stage: Stage, residuals: Residuals) -> _Totals:
    size, strata = residuals.size, len(stage.fraction)
    inside = np.flatnonzero(residuals.domain >= 0).astype(np.int64)
    domain, total = residuals.domain[inside], residuals.influence[inside]
    cluster = stage.cluster[inside]
    if not stage.drawn_themselves:
        key, total = group_sums(cluster * size + domain, total)
        cluster, domain = key // size, key % size
    sums = sum_by(stage.stratum[cluster] * size + domain, total, strata * size)
    mean = sums.reshape(strata, size, -1) / stage.size[:, None, None]
    return _Totals(cluster, domain, total, mean)


def _products(link: Link, one: Stage, other: Stage, u: _Totals, v: _Totals) -> Floats:
    """Sum (u - mean u)(v - mean v) over the shared units, multiplied out: most are 0."""
    size, factor = u.mean.shape[1], link.factor[:, None]
    first, rows = _among(link.then, len(one.stratum), u)
    second, others = _among(link.now, len(other.stratum), v)
    _, i, j = np.intersect1d(
        first * size + u.domain[rows], second * size + v.domain[others], return_indices=True
    )
    result = sum_by(
        u.domain[rows][i], factor[first[i]] * u.total[rows][i] * v.total[others][j], size
    )
    g, h = other.stratum[link.now], one.stratum[link.then]
    result -= sum_by(
        u.domain[rows],
        factor[first] * u.total[rows] * v.mean[g[first], u.domain[rows]],
        size,
    )
    result -= sum_by(
        v.domain[others],
        factor[second] * v.total[others] * u.mean[h[second], v.domain[others]],
        size,
    )
    key, weight = group_sums(h * len(other.fraction) + g, factor)
    means = u.mean[key // len(other.fraction)] * v.mean[key % len(other.fraction)]
    return result + np.tensordot(weight[:, 0], means, axes=1)


def _among(shared: Integers, clusters: int, totals: _Totals) -> tuple[Integers, Integers]:
    """Find the totals of shared units: the place of each among those, and its row."""
    place = np.full(clusters, -1, dtype=np.int64)
    place[shared] = np.arange(len(shared))
    found = place[totals.cluster]
    rows = np.flatnonzero(found >= 0).astype(np.int64)
    return found[rows], rows


def _spread(stage: Stage, totals: _Totals) -> Floats:
    """Give the variance of clusters' totals, shape (n_strata, n_domains, n_columns)."""
    size = totals.mean.shape[1]
    key = stage.stratum[totals.cluster] * size + totals.domain
    squares = sum_by(key, totals.total**2, len(stage.fraction) * size).reshape(totals.mean.shape)
    count = stage.size[:, None, None]
    left = np.maximum(squares - count * totals.mean**2, 0.0)
    return np.asarray(left / np.maximum(count - 1, 1), dtype=np.float64)


def _ratio(stage: Stage, other: Stage, own: Integers, its: Integers) -> Floats:
    """Turn a variance of one sample's residuals into a product of both samples'."""
    ratio = stage.size[own] / other.size[its]
    return np.asarray(ratio[:, None, None], dtype=np.float64)
