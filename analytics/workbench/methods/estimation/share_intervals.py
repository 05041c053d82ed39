"""Intervals for shares near 0 and 1 and in small units, beside the logit of `intervals`.

Which to take: logit for what is published (short, never outside 0 and 1); beta (Korn and Graubard)
where an interval must cover at least as often as it says; Wilson in between; the finite one for a
unit of which a known number has answered, where sampling theory of large numbers has no say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analytics.errors import FrameError
from analytics.estimation.intervals import DUST, share_interval, t_quantile

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers

type ShareMethod = Literal["logit", "beta", "wilson"]


def effective_size(
    share: Floats, se: Floats, df: Floats, n: Floats, n_kish: Floats, confidence: float = 0.95
) -> Floats:
    r"""Count the independent answers that would tell as much of a share, on its own t.

    Parameters
    ----------
    share, se, df : ndarray of float, same shape
        Shares on 0-1, their errors and degrees of freedom.
    n, n_kish : ndarray of float, same shape
        Answers, and Kish's effective size, which stands in at 0 and 1, where the error is 0.
    confidence : float
        For instance 0.95.

    Returns
    -------
    ndarray of float
        Infinite where a share between 0 and 1 has no error; NaN where the error is unknown.

    Notes
    -----
    :math:`n^* = \frac{p(1-p)}{se^2} \left(\frac{t_{n-1}}{t_{df}}\right)^2` (Korn and Graubard
    1998, as R's ``svyciprop(method = "beta")``).
    """
    known = np.isfinite(se) & np.isfinite(share) & (df > 0) & (n > 1)
    spread = share * (1 - share)
    odd = known & (share > DUST) & (share < 1 - DUST)
    size = np.where(known, n_kish, np.nan)
    size[odd] = np.inf
    np.divide(spread, se**2, out=size, where=odd & (se > DUST))
    lost = t_quantile(np.maximum(n - 1, 1), confidence) / t_quantile(df, confidence)
    return np.asarray(size * lost**2, dtype=np.float64)


def share_interval_by(
    method: ShareMethod,
    share: Floats,
    se: Floats,
    df: Floats,
    n: Floats,
    n_kish: Floats,
    confidence: float = 0.95,
) -> tuple[Floats, Floats]:
    """Give shares an interval within 0 and 1 by a named method.

    Parameters
    ----------
    method : {"logit", "beta", "wilson"}
        As `intervals.share_interval`; Clopper and Pearson's or Wilson's interval with the
        effective size.
    share, se, df, n, n_kish, confidence
        As `effective_size`.

    Returns
    -------
    low, high : ndarray of float
        NaN where the error is unknown; both the share where it has no error.

    References
    ----------
    Korn, E. L., Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24, 193-201.
    Franco, C., Little, R. J. A., Louis, T. A., Slud, E. V. (2019). Comparative study of confidence
    intervals for proportions in complex sample surveys. Journal of Survey Statistics and
    Methodology 7, 334-364.
    """
    if method == "logit":
        return share_interval(share, se, df, n_kish, confidence)
    size = effective_size(share, se, df, n, n_kish, confidence)
    low, high = np.full_like(share, np.nan), np.full_like(share, np.nan)
    sure = np.isposinf(size)
    low[sure], high[sure] = share[sure], share[sure]
    open_ = np.isfinite(size)
    # Dust on 0 and 1 is swept away; fewer than one answer is no size.
    p, n_eff = share[open_], np.maximum(size[open_], 1.0)
    p = np.where(p <= DUST, 0.0, np.where(p >= 1 - DUST, 1.0, p))
    low[open_], high[open_] = proportion_confint(
        p * n_eff, n_eff, alpha=1 - confidence, method=method
    )
    return low, high


def finite_share_interval(
    hits: Integers, n: Integers, population: Integers, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    r"""Bound the share among all persons of a unit, of whom some have answered.

    Parameters
    ----------
    hits, n, population : ndarray of int64, same shape
        Answers that count, all answers, and persons of the unit. More answers than persons means
        that the register is older than the wave: then everybody is taken to have answered.
    confidence : float
        For instance 0.95.

    Returns
    -------
    low, high : ndarray of float, same shape
        Shares of persons that could give such answers, each end with probability above
        (1 - confidence) / 2; NaN where nobody has answered. Without anybody silent both are the
        share itself.

    Raises
    ------
    FrameError
        If a count is negative, or more hits than answers.

    Notes
    -----
    K persons of N would answer so; x of n do: hypergeometric. The interval holds every K with
    :math:`P(X \ge x \mid K) > \alpha/2` and :math:`P(X \le x \mid K) > \alpha/2`. It takes those
    who answered as a random part of the unit, with equal weights.

    References
    ----------
    Buonaccorsi, J. P. (1987). A note on confidence intervals for proportions in finite
    populations. The American Statistician 41, 215-218.
    """
    if (hits < 0).any() or (hits > n).any() or (population < 0).any():
        raise FrameError("a share needs hits from 0 up to the answers, and persons from 0 up")
    low, high = np.full(hits.shape, np.nan), np.full(hits.shape, np.nan)
    tail = (1 - confidence) / 2
    for place in np.ndindex(hits.shape):
        x, size = int(hits[place]), int(n[place])
        people = max(int(population[place]), size)
        if size == 0:
            continue
        all_k = np.arange(x, people - (size - x) + 1)
        at_least = stats.hypergeom.sf(x - 1, people, all_k, size) > tail
        at_most = stats.hypergeom.cdf(x, people, all_k, size) > tail
        possible = all_k[at_least & at_most]
        low[place], high[place] = possible[0] / people, possible[-1] / people
    return low, high
