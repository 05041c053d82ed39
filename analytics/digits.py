"""The digits that a reader gets: the same in whatever order the rows of a file stood.

Sums of floats end in dust that depends on their order. Where a mean lies halfway between two
digits, as 62.25 does, dust would decide which of them is shown, and a verdict by it. So a figure
goes through a rounding that takes the dust away before it is rounded to what is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats

DUST_DECIMALS: Final = 9  # sums of a million answers agree to more digits, whatever their order


def to_digits(values: Floats, digits: int) -> Floats:
    """Round figures as they are shown.

    Parameters
    ----------
    values : ndarray of float
        Means and their like; NaN stays.
    digits : int
        After the decimal point.

    Examples
    --------
    >>> to_digits(np.array([62.25 - 1e-12, 62.25, 62.25 + 1e-12]), 1).tolist()
    [62.2, 62.2, 62.2]
    """
    return np.asarray(np.round(np.round(values, DUST_DECIMALS), digits), dtype=np.float64)


def number_to_digits(value: float, digits: int) -> float:
    """Round one figure; see `to_digits`."""
    return round(round(value, DUST_DECIMALS), digits)


def round_interval_outwards(
    figure: Floats, below: Floats, above: Floats, base: Floats
) -> tuple[Floats, Floats, Floats]:
    """Round a figure to its base, and its interval around it outwards to multiples of the base.

    Parameters
    ----------
    figure : ndarray of float, shape (n,)
    below, above : ndarray of float, shape (n,)
        How far the ends of its interval are away.
    base : ndarray of float, shape (n,)
        Above 0.

    Returns
    -------
    figure, low, high : ndarray of float, shape (n,)
    """
    rounded = to_digits(figure / base, 0) * base
    # an end that is a multiple of the base stays there, whatever the last bit says
    low = np.floor((rounded - below) / base + 1e-9) * base
    high = np.ceil((rounded + above) / base - 1e-9) * base
    return rounded, low, high
