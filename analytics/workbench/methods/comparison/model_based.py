"""Groups of a file as if its rows had been drawn one by one: variance analysis and all pairs.

Every row counts once: no weights, strata, clusters or finite population. These are the textbook's
tests, for experiments and plain samples; what a design says of groups is in `domain_tests` and
`contrast` beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special
from scipy.optimize import brentq
from statsmodels.stats.oneway import anova_oneway

from analytics.comparison.difference import difference_errors
from analytics.workbench.methods.comparison.contrast import ROOT
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
class Analysis:
    """Variance analysis of groups: Fisher's, which takes spreads as equal, and Welch's.

    ``eta_squared`` is the share of the variance that lies between groups in these rows,
    ``omega_squared`` what it is likely to be without chance; ``low`` and ``high`` bound that share
    in the population (Steiger 2004), by Fisher's F. NaN where no group varies, of Welch's where one
    does not.
    """

    f: float
    df1: float
    df2: float
    p: float
    welch_f: float
    welch_df2: float
    welch_p: float
    eta_squared: float
    omega_squared: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Compared:
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
    games_howell: Compared
    tukey_kramer: Compared
    g: Floats
    g_low: Floats
    g_high: Floats


def analysis_of_variance(groups: Sequence[Floats], confidence: float = 0.95) -> Analysis:
    """Test that all groups have one mean, and say how much of the spread lies between them.

    Parameters
    ----------
    groups : sequence of ndarray of float
        The values of each group: at least two groups of at least two.
    confidence : float

    References
    ----------
    Welch, B. L. (1951). On the comparison of several mean values. Biometrika 38, 330-336.
    Steiger, J. H. (2004). Beyond the F test. Psychological Methods 9, 164-182.
    """
    nan = float("nan")
    n, k = sum(map(len, groups)), len(groups)
    inside = sum(float(((part - part.mean()) ** 2).sum()) for part in groups)
    every = np.concatenate(groups)
    total = float(((every - every.mean()) ** 2).sum())
    varies = [np.ptp(part) > 0 for part in groups]
    if not any(varies):
        return Analysis(nan, k - 1.0, n - float(k), *[nan] * 8)
    df1, df2 = k - 1.0, n - float(k)
    between, noise = total - inside, inside / df2
    f = between / df1 / noise
    welch = (nan, nan, nan)
    if all(varies):
        found = anova_oneway(list(groups), use_var="unequal")
        welch = (float(found.statistic), float(found.df_denom), float(found.pvalue))
    half = (1 - confidence) / 2
    ends = [_noncentral_f(df1, df2, f, part) for part in (1 - half, half)]
    return Analysis(
        f, df1, df2, float(special.fdtrc(df1, df2, f)), *welch,
        eta_squared=between / total,
        omega_squared=(between - df1 * noise) / (total + noise),
        low=ends[0] / (ends[0] + n),
        high=ends[1] / (ends[1] + n),
    )  # fmt: skip


def _noncentral_f(df1: float, df2: float, f: float, chance: float) -> float:
    """Give the noncentrality at which F falls below ``f`` with a chance, at least 0."""
    if special.fdtr(df1, df2, f) <= chance:
        return 0.0
    last = df1 * f + 10.0
    while special.ncfdtr(df1, df2, last, f) > chance:
        last *= 2
    return float(brentq(lambda at: special.ncfdtr(df1, df2, at, f) - chance, 0.0, last))


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
) -> Compared:
    """Judge pairs; those without an error cannot be."""
    se = np.where(se > 0, se, np.nan)
    df = np.where(se > 0, df, np.nan)
    reach = judged.quantile(confidence, df) / ROOT * se
    p = judged.beyond(ROOT * np.abs(difference) / se, df)
    return Compared(se, df, difference - reach, difference + reach, p)


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
