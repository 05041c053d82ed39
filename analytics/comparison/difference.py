"""The difference of two estimates, with its error, interval and p value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special  # a third of the time that scipy.stats takes to load

from analytics.estimation.intervals import mean_interval

if TYPE_CHECKING:
    from analytics.arrays import Floats

DUST: Final = 1e-6  # of the figures themselves; raking goes further


@dataclass(frozen=True, slots=True)
class DifferenceEstimates:
    """Differences and what is known of them; arrays of one shape, in the unit of the estimates.

    ``low`` and ``high`` are NaN where the error or its degrees of freedom are unknown.
    """

    difference: Floats
    se: Floats
    df: Floats
    low: Floats
    high: Floats
    p: Floats


def infer_differences(
    difference: Floats, se: Floats, df: Floats, confidence: float = 0.95
) -> DifferenceEstimates:
    """Give differences their intervals and two-sided p values, by t.

    Parameters
    ----------
    difference, se, df : ndarray of float, same shape
        Differences, their errors and degrees of freedom.
    confidence : float
        For instance 0.95.

    Returns
    -------
    DifferenceEstimates
    """
    low, high = mean_interval(difference, se, df, confidence)
    return DifferenceEstimates(difference, se, df, low, high, two_sided_p(difference, se, df))


def without_dust(now: Floats, then: Floats, se: Floats) -> Floats:
    """Subtract; where there is no error, what raking leaves of a difference is none.

    So it is with the share of a category that both waves are raked to: without this its p value
    would be 0 or 1, by the order of the rows.
    """
    apart = now - then
    dust = (se == 0) & (np.abs(apart) <= DUST * (np.abs(now) + np.abs(then)))
    return np.where(dust, 0.0, apart)


def difference_errors(
    se_now: Floats, se_then: Floats, df_now: Floats, df_then: Floats
) -> tuple[Floats, Floats]:
    """Combine the errors of two independent estimates.

    Parameters
    ----------
    se_now, se_then, df_now, df_then : ndarray of float, same shape
        With a finite population correction where the difference is about those very people: a
        complete count twice has no error, and a two-sample test that knows nothing of it is wrong.

    Returns
    -------
    se, df : ndarray of float
        Degrees of freedom after Satterthwaite; infinite where both errors are 0.

    References
    ----------
    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components.
    Biometrics Bulletin 2, 110-114.
    """
    now, then = se_now**2, se_then**2
    total = now + then
    below = np.divide(now**2, df_now, out=np.zeros_like(now), where=df_now > 0) + np.divide(
        then**2, df_then, out=np.zeros_like(then), where=df_then > 0
    )
    df = np.divide(total**2, below, out=np.full_like(total, np.inf), where=below > 0)
    # Without degrees of freedom in either wave the error is a guess: no interval.
    df = np.where((df_now > 0) & (df_then > 0), df, np.nan)
    return np.sqrt(total), df


def two_sided_p(difference: Floats, se: Floats, df: Floats) -> Floats:
    """Give the two-sided p value of a difference; NaN where the error is unknown."""
    some = se > 0
    t = np.divide(np.abs(difference), se, out=np.full_like(difference, np.inf), where=some)
    p = np.asarray(2 * special.stdtr(np.where(df > 0, df, np.nan), -t), dtype=np.float64)
    p = np.where((se == 0) & (difference == 0), 1.0, p)
    return np.where(np.isnan(se), np.nan, p)
