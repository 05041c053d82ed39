"""What colour a figure gets beside another: none, unless they are certainly apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analytics.comparison.margins import DARK_LIMIT, UNIT_LIMIT
from analytics.digits import to_digits
from analytics.estimation.intervals import t_quantile

if TYPE_CHECKING:
    from analytics.arrays import Floats


def differs_from(
    difference: Floats, low: Floats, high: Floats, limit: float = UNIT_LIMIT
) -> np.ndarray:
    """Say how a domain's colour differs from what it is compared with.

    Parameters
    ----------
    difference, low, high : ndarray of float, shape (n,)
        In points, rounded to 0.1 as they are shown.
    limit : float
        5 for units, 3 for regions.

    Returns
    -------
    ndarray of str, shape (n,)
        ``low2``, ``low1``, ``none``, ``high1`` or ``high2``.
    """
    above, below = (low > 0) & (difference >= limit), (high < 0) & (difference <= -limit)
    return np.select(
        [
            below & (difference <= -DARK_LIMIT),
            below,
            above & (difference >= DARK_LIMIT),
            above,
        ],
        ["low2", "low1", "high2", "high1"],
        default="none",
    )


def beside_a_whole(mean: Floats, se: Floats, df: Floats, whole: Floats) -> np.ndarray:
    """Compare units with a whole that they are part of: the agency, or their region.

    Parameters
    ----------
    mean, se : ndarray of float, shape (n,)
        Smoothed means and their errors, in points.
    df : ndarray of float, shape (n,)
        Their degrees of freedom.
    whole : ndarray of float, shape (n,)
        The mean of the whole as it is shown.

    Returns
    -------
    ndarray of str, shape (n,)
        As from `differs_from`, at the limit for units.

    Notes
    -----
    The whole is taken as it stands. Its own error is smaller than a unit's and partly the same
    answers: with a share w of the whole's people in the unit, the variance of the difference is
    near 1 - w times the unit's, so the interval is never too short.
    """
    difference = mean - whole
    reach = t_quantile(df) * se
    low, high = to_digits(difference - reach, 1), to_digits(difference + reach, 1)
    return differs_from(to_digits(difference, 1), low, high)


def chance_of_half(difference: Floats, se: Floats, df: Floats) -> Floats:
    """Give the chance that a unit truly differs by half the limit or more, on the side it was seen.

    Parameters
    ----------
    difference, se : ndarray of float, shape (n,)
        Smoothed mean less that of the whole, and its error, in points.
    df : ndarray of float, shape (n,)
        Their degrees of freedom.

    Returns
    -------
    ndarray of float, shape (n,)
        0 to 1; 1 or 0 where there is no error.

    Notes
    -----
    The same bar as for changes (docs/adr/0037). A smoothed mean with its error is what is known of
    a unit after all units have been seen, so one minus these chances may be added up over any
    units that a list chose: the sum is how many of its findings are expected to be too small.
    """
    beyond = np.abs(difference) - UNIT_LIMIT / 2
    sure = (beyond >= 0).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = special.stdtr(df, beyond / se)
    return np.where(se > 0, chance, sure)
