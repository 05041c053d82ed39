"""Intervals: t for means, on the logit for shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special  # a third of the time that scipy.stats takes to load

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers

DUST: Final = 1e-12


def t_quantile(df: Floats, confidence: float = 0.95) -> Floats:
    """Give the two-sided t quantile, NaN where there are no degrees of freedom."""
    unique, position = np.unique(df, return_inverse=True)
    quantile = special.stdtrit(np.where(unique > 0, unique, np.nan), 0.5 + confidence / 2)
    return np.asarray(quantile, dtype=np.float64)[position].reshape(df.shape)


def mean_interval(
    mean: Floats, se: Floats, df: Floats, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Put t times the standard error on both sides.

    Parameters
    ----------
    mean, se, df : ndarray of float, same shape
        Estimates, their errors and degrees of freedom.
    confidence : float
        For instance 0.95.

    Returns
    -------
    low, high : ndarray of float
        NaN where the error or the degrees of freedom are unknown.
    """
    reach = t_quantile(df, confidence) * se
    return mean - reach, mean + reach


def share_interval(
    share: Floats, se: Floats, df: Floats, n_drawn: Floats, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Give a share an interval that stays within 0 and 1.

    Parameters
    ----------
    share, se, df, n_drawn : ndarray of float, same shape
        Shares on 0-1, their errors, degrees of freedom, and Kish's effective numbers of what was
        drawn: persons, or clusters.
    confidence : float
        For instance 0.95.

    Returns
    -------
    low, high : ndarray of float
        NaN where the error is unknown.

    Notes
    -----
    Between 0 and 1: t on the log odds with error se / (p (1 - p)), as R's ``svyciprop`` with
    ``method = "logit"``. At 0 and 1, where the linearised error is 0, the exact binomial bound
    with the effective number.

    References
    ----------
    Korn, E. L., Graubard, B. I. (1998). Survey Methodology 24, 193-201.
    """
    low, high = np.full_like(share, np.nan), np.full_like(share, np.nan)
    known = np.isfinite(se) & np.isfinite(share) & (df > 0)
    # Weights never make a share this small from answers: it is 0 or 1 with dust on it.
    odd = known & (share > DUST) & (share < 1 - DUST)
    p = share[odd]
    reach = t_quantile(df[odd], confidence) * se[odd] / (p * (1 - p))
    middle = np.log(p) - np.log1p(-p)
    low[odd], high[odd] = _inverse_logit(middle - reach), _inverse_logit(middle + reach)
    bound = ((1 - confidence) / 2) ** (1 / np.maximum(n_drawn, 1.0))
    none, all_of_them = known & (share <= DUST), known & (share >= 1 - DUST)
    low[none], high[none] = 0.0, 1 - bound[none]
    low[all_of_them], high[all_of_them] = bound[all_of_them], 1.0
    return low, high


def finite_bound(n: Integers, population: Integers, confidence: float = 0.95) -> Floats:
    r"""Bound how large a share of a unit may give an answer that none of those asked gave.

    Parameters
    ----------
    n, population : ndarray of int64, same shape
        Answers, at least 1, and persons of the unit, at least as many.
    confidence : float
        Of the two-sided interval whose upper end this is.

    Returns
    -------
    ndarray of float, same shape
        K / N for the largest K with :math:`P(X = 0 | K) > (1 - confidence)/2`; 0 where everybody
        has answered.

    Notes
    -----
    :math:`P(X = 0 | K) = \binom{N - K}{n} / \binom{N}{n}`, hypergeometric; the same bound as
    ``finite_share_interval`` of the workbench gives for no hits.
    """
    tail = np.log((1 - confidence) / 2)
    bound = np.zeros(n.shape)
    for place in np.ndindex(n.shape):
        size, people = int(n[place]), int(population[place])
        hits = np.arange(people - size + 1, dtype=np.float64)
        unseen = special.gammaln(people - hits + 1) - special.gammaln(people - hits - size + 1)
        bound[place] = hits[unseen - unseen[0] > tail][-1] / people
    return bound


def _inverse_logit(value: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -700, 700))), dtype=np.float64)
