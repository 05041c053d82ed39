"""All pairs of groups as if rows had been drawn one by one, and how large their differences are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from analytics.comparison.difference import difference_errors
from analytics.workbench.methods.comparison.pairs import ROOT
from analytics.workbench.methods.comparison.studentized_range import (
    FARTHEST,
    StudentizedRange,
    error_nodes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats, Integers


HALVINGS: Final = 48


@dataclass(frozen=True, slots=True)
class PairwiseComparisons:
    """All pairs by one procedure; arrays of shape (n_pairs,). Intervals hold all together."""

    se: Floats
    df: Floats
    low: Floats
    high: Floats
    p: Floats


@dataclass(frozen=True, slots=True)
class GroupPairs:
    """All pairs of groups; arrays of shape (n_pairs,).

    A difference is the first's mean less the second's. ``g`` is Hedges' g, with the exact interval
    from the noncentral t; NaN where neither group varies.
    """

    first: Integers
    second: Integers
    difference: Floats
    games_howell: PairwiseComparisons
    tukey_kramer: PairwiseComparisons
    g: Floats
    g_low: Floats
    g_high: Floats


def group_pairs(groups: Sequence[Floats], confidence: float = 0.95) -> GroupPairs:
    """Compare every two groups, for all pairs at once.

    Parameters
    ----------
    groups : sequence of ndarray of float
        The values of each group: at least two groups of at least two.
    confidence : float

    Notes
    -----
    Games-Howell takes each group's own spread, Tukey-Kramer one for all. scipy's `tukey_hsd` has
    both procedures; its intervals take a quarter of a second for each pair.

    References
    ----------
    Games, P. A., Howell, J. F. (1976). Pairwise multiple comparison procedures with unequal n's
    and/or variances. Journal of Educational Statistics 1, 113-125.
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and related
    estimators. Journal of Educational Statistics 6, 107-128.
    """
    first, second = np.triu_indices(len(groups), 1)
    n = np.array([len(part) for part in groups], dtype=np.float64)
    mean = np.array([part.mean() for part in groups])
    variance = np.array([part.var(ddof=1) if np.ptp(part) > 0 else 0.0 for part in groups])
    difference = mean[first] - mean[second]
    judged = StudentizedRange.of(len(groups))
    single = np.sqrt(variance / n)
    apart, df = difference_errors(single[first], single[second], n[first] - 1, n[second] - 1)
    spare = n.sum() - len(groups)
    noise = float(((n - 1) * variance).sum()) / spare
    pooled = np.sqrt(noise * (1 / n[first] + 1 / n[second]))
    g = _hedges(difference, variance, n, first, second, confidence)
    return GroupPairs(
        first.astype(np.int64),
        second.astype(np.int64),
        difference,
        _compared(judged, difference, apart, df, confidence),
        _compared(judged, difference, pooled, np.full_like(pooled, spare), confidence),
        *g,
    )


def _compared(
    judged: StudentizedRange, difference: Floats, se: Floats, df: Floats, confidence: float
) -> PairwiseComparisons:
    """Judge pairs; those without an error cannot be."""
    se = np.where(se > 0, se, np.nan)
    df = np.where(se > 0, df, np.nan)
    reach = judged.quantile(confidence, df) / ROOT * se
    p = judged.beyond(ROOT * np.abs(difference) / se, df)
    return PairwiseComparisons(se, df, difference - reach, difference + reach, p)


def _hedges(
    difference: Floats,
    variance: Floats,
    n: Floats,
    first: Integers,
    second: Integers,
    confidence: float,
) -> tuple[Floats, Floats, Floats]:
    """Standardise by the spread within both groups; Hedges' exact correction."""
    df = n[first] + n[second] - 2
    squares = (n[first] - 1) * variance[first] + (n[second] - 1) * variance[second]
    spread = np.sqrt(np.where(squares > 0, squares, np.nan) / df)
    size = np.sqrt(n[first] * n[second] / (n[first] + n[second]))
    t = difference / spread * size
    correction = np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / np.sqrt(df / 2)
    half = (1 - confidence) / 2
    low, high = (correction * _noncentral_t(df, t, part) / size for part in (1 - half, half))
    return correction * difference / spread, low, high


def _noncentral_t(df: Floats, t: Floats, chance: float) -> Floats:
    """Give the noncentrality at which t falls below what it is with a chance.

    scipy's `nctdtr` is not a number here and there, below five degrees of freedom and at large t.
    """
    known = np.isfinite(t)
    at = np.where(known, t, 0.0)
    s, weight = error_nodes(df)
    error = np.exp(s)

    def below(noncentrality: Floats) -> Floats:
        return (weight * special.ndtr(at[:, None] * error - noncentrality[:, None])).sum(axis=1)

    reach = FARTHEST * np.sqrt(1 + at**2 / (2 * df)) + FARTHEST
    low, high = at - reach, at + reach
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = below(middle) > chance
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(known, (low + high) / 2, np.nan)
