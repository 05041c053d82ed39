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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats

DUST: Final = 1e-12  # of the largest value
LARGEST_F: Final = 1e6  # beyond it the distribution function is not known to the library


@dataclass(frozen=True, slots=True)
class ModelBasedComparison:
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


def analysis_of_variance(
    groups: Sequence[Floats], confidence: float = 0.95
) -> ModelBasedComparison:
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
    # what values of one size differ by in their last digits is how they are kept, and no spread
    varies = [np.ptp(part) > DUST * np.abs(part).max() for part in groups]
    if not any(varies):
        return ModelBasedComparison(nan, k - 1.0, n - float(k), *[nan] * 8)
    df1, df2 = k - 1.0, n - float(k)
    between, noise = total - inside, inside / df2
    f = between / df1 / noise
    welch = (nan, nan, nan)
    if all(varies):
        found = anova_oneway(list(groups), use_var="unequal")
        welch = (float(found.statistic), float(found.df_denom), float(found.pvalue))
    half = (1 - confidence) / 2
    ends = [_noncentral_f(df1, df2, f, part) for part in (1 - half, half)]
    return ModelBasedComparison(
        f, df1, df2, float(special.fdtrc(df1, df2, f)), *welch,
        eta_squared=between / total,
        omega_squared=(between - df1 * noise) / (total + noise),
        low=ends[0] / (ends[0] + n),
        high=ends[1] / (ends[1] + n),
    )  # fmt: skip


def _noncentral_f(df1: float, df2: float, f: float, chance: float) -> float:
    """Give the noncentrality at which F falls below ``f`` with a chance, at least 0."""
    if f > LARGEST_F:
        # the chance of the numerator no longer counts, and what is left is in proportion to F
        return f / LARGEST_F * _noncentral_f(df1, df2, LARGEST_F, chance)
    if special.fdtr(df1, df2, f) <= chance:
        return 0.0
    last = df1 * f + 10.0
    while special.ncfdtr(df1, df2, last, f) > chance:
        last *= 2
    return float(brentq(lambda at: special.ncfdtr(df1, df2, at, f) - chance, 0.0, last))
