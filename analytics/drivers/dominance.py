"""Dominance: what a predictor adds beside none, some or all of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import comb

from analytics.drivers.subsets import sweep

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers

# Sets in which two predictors add the same but for rounding say nothing about which adds more.
ROUNDING: Final = 1e-10
UNDETERMINED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Dominance:
    """Which predictor explains more, asked in three ways.

    Parameters
    ----------
    r_squared : float
        Of all predictors together.
    general : ndarray of float, shape (k,)
        What each adds, averaged over all orders in which predictors may enter (LMG, the Shapley
        value of R squared); the sum is R squared.
    conditional : ndarray of float, shape (k, k)
        Row i, column m: what predictor i adds to m others, averaged over their choice.
    complete : ndarray of float, shape (k, k)
        1 where the row adds more than the column to every set of the others, 0 where less, 0.5
        where neither or both.
    conditionally : ndarray of float, shape (k, k)
        The same for the averages in ``conditional``.
    """

    r_squared: float
    general: Floats
    conditional: Floats
    complete: Floats
    conditionally: Floats


def lmg(correlation: Floats) -> Floats:
    """Divide R squared between predictors: the mean gain over all orders of entry.

    Parameters
    ----------
    correlation : ndarray of float, shape (k + 1, k + 1)
        The outcome first, then the predictors; k at most 18.

    Returns
    -------
    ndarray of float, shape (k,)
        None below zero; their sum is R squared. Predictors that are copies of each other share
        alike.

    Raises
    ------
    FrameError
        If there are too many predictors.

    Notes
    -----
    LMG_i = sum over sets S without i of |S|! (k - |S| - 1)! / k! (R2(S + i) - R2(S)), exact.

    References
    ----------
    Lindeman, R. H., Merenda, P. F., Gold, R. Z. (1980). Introduction to Bivariate and Multivariate
    Analysis. Scott, Foresman, 119 ff. Gromping, U. (2007). Estimators of relative importance in
    linear regression based on variance decomposition. American Statistician 61, 139-147.

    Examples
    --------
    >>> lmg(np.array([[1, 0.6, 0.3], [0.6, 1, 0], [0.3, 0, 1]])).round(2).tolist()
    [0.36, 0.09]
    """
    return np.asarray(gains(sweep(correlation).r_squared).mean(axis=1), dtype=np.float64)


def lmg_coefficients(size: int) -> Floats:
    """Write LMG as weighted sums of the R squared of all sets; shape (k, 2 ** k)."""
    sets = np.arange(2**size)
    count = np.bitwise_count(sets).astype(np.float64)
    inside = (sets >> np.arange(size)[:, None]) & 1 == 1
    return np.where(
        inside,
        1.0 / (size * comb(size - 1, np.maximum(count - 1, 0))),
        -1.0 / (size * np.maximum(comb(size - 1, count), 1.0)),
    )


def gains(r_squared: Floats) -> Floats:
    """Average what each predictor adds, by the number of others that are there already.

    Parameters
    ----------
    r_squared : ndarray of float, shape (2 ** k,)
        From `sweep`.

    Returns
    -------
    ndarray of float, shape (k, k)
        Row: predictor; column: number of others.
    """
    size = len(r_squared).bit_length() - 1
    found = np.zeros((size, size))
    among = comb(size - 1, np.arange(size))
    for number in range(size):
        without = _without(size, number)
        gain = r_squared[without | (1 << number)] - r_squared[without]
        found[number] = np.bincount(np.bitwise_count(without), gain, size) / among
    return found


def dominance(correlation: Floats) -> Dominance:
    """Compare predictors by complete, conditional and general dominance.

    Parameters
    ----------
    correlation : ndarray of float, shape (k + 1, k + 1)
        The outcome first, then the predictors.

    Returns
    -------
    Dominance

    Raises
    ------
    FrameError
        If there are too many predictors.

    References
    ----------
    Azen, R., Budescu, D. V. (2003). The dominance analysis approach for comparing predictors in
    multiple regression. Psychological Methods 8, 129-148.
    """
    r_squared = sweep(correlation).r_squared
    conditional = gains(r_squared)
    size = len(conditional)
    complete = np.full((size, size), UNDETERMINED)
    conditionally = np.full((size, size), UNDETERMINED)
    for one in range(size):
        for other in range(one):
            neither = _without(size, one, other)
            ahead = r_squared[neither | (1 << one)] - r_squared[neither | (1 << other)]
            complete[one, other] = _verdict(ahead)
            conditionally[one, other] = _verdict(conditional[one] - conditional[other])
            complete[other, one] = 1.0 - complete[one, other]
            conditionally[other, one] = 1.0 - conditionally[one, other]
    general = conditional.mean(axis=1)
    return Dominance(float(r_squared[-1]), general, conditional, complete, conditionally)


def _without(size: int, *predictors: int) -> Integers:
    sets = np.arange(2**size)
    held = sum(1 << number for number in predictors)
    return np.asarray(sets[(sets & held) == 0], dtype=np.int64)


def _verdict(ahead: Floats) -> float:
    more, less = bool((ahead > ROUNDING).any()), bool((ahead < -ROUNDING).any())
    if more == less:
        return UNDETERMINED
    return 1.0 if more else 0.0
