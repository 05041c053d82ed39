"""Shares of R squared as functions of the correlations, with their slopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.drivers.dominance import lmg_coefficients
from analytics.drivers.subsets import slopes, sweep
from analytics.estimation.drivers import split_r_squared

if TYPE_CHECKING:
    from analytics.arrays import Floats

type Method = Literal["lmg", "relative"]

STEP: Final = 1e-5


def divided(correlation: Floats, method: Method) -> tuple[Floats, Floats]:
    """Divide R squared between predictors.

    Parameters
    ----------
    correlation : ndarray of float, shape (k + 1, k + 1)
        The outcome first, then the predictors.
    method : {"lmg", "relative"}
        Mean gain over all orders, exactly; or Johnson's relative weights, for any number of
        predictors.

    Returns
    -------
    parts : ndarray of float, shape (k,)
        Their sum is R squared.
    gradient : ndarray of float, shape (k + 1, k + 1, k)
        Slope of each part by each correlation, above the diagonal.

    Raises
    ------
    FrameError
        If there are too many predictors for all subsets, or, for relative weights, if one follows
        from the others.
    """
    return _lmg(correlation) if method == "lmg" else _relative(correlation)


def _lmg(correlation: Floats) -> tuple[Floats, Floats]:
    """LMG adds up R2(S), whose slopes are 2 b for r and -b b' for R, b the slopes of set S."""
    size = len(correlation) - 1
    found = sweep(correlation)
    coefficient = lmg_coefficients(size)
    slope = slopes(found.steps)
    gradient = np.zeros((size + 1, size + 1, size))
    gradient[0, 1:] = 2.0 * (coefficient @ slope).T
    for number in range(size):
        gradient[1:, 1:, number] = -2.0 * (slope * coefficient[number][:, None]).T @ slope
    # rounding may leave -1e-17 of a predictor that adds nothing
    return np.maximum(coefficient @ found.r_squared, 0.0), gradient


def _relative(correlation: Floats) -> tuple[Floats, Floats]:
    size = len(correlation)
    gradient = np.zeros((size, size, size - 1))
    for one in range(size):
        for other in range(one + 1, size):
            step = np.zeros_like(correlation)
            step[one, other] = step[other, one] = STEP
            ahead, behind = split_r_squared(correlation + step), split_r_squared(correlation - step)
            gradient[one, other] = (ahead - behind) / (2 * STEP)
    return split_r_squared(correlation), gradient
