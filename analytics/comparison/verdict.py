"""The one rule by which a difference gets its verdict.

Source: design.md 5 and ``interface/`` 4. Everything that gives a verdict calls this: figures that
are computed, figures that are cleared for publication, and figures on a file. No more than numpy
is needed here, so that the shelf and its readers can call it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.comparison.multiplicity import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from analytics.arrays import Booleans, Floats, Integers

FALSE_DISCOVERY: Final = 0.10
P_DECIMALS: Final = 4
# A figure of one decimal that equals the margin must not miss it by the last bit of a float.
_SLACK: Final = 1e-9
# A difference between groups has no direction in time: its own words, and never an arrow.
BETWEEN_GROUPS: Final = {
    "up": "higher", "down": "lower", "steady": "similar", "uncertain": "uncertain",
}  # fmt: skip
_FAMILY: Final = ["measure", "statistic", "since", "role"]


def verdicts(
    difference: Floats, low: Floats, high: Floats, margin: Floats, discovered: Booleans
) -> tuple[np.ndarray, Booleans]:
    """Apply the four-way rule.

    Parameters
    ----------
    difference, low, high, margin : ndarray of float, shape (n,)
        A difference, the ends of its interval and the smallest difference that matters, in the
        same unit; rounded, if they are shown rounded.
    discovered : ndarray of bool, shape (n,)
        Whether the difference survives the adjustment for many comparisons; true where there is
        none.

    Returns
    -------
    verdict : ndarray of str, shape (n,)
        ``up``, ``down``, ``steady`` or ``uncertain``; the last wherever a figure is missing.
    under_limit : ndarray of bool, shape (n,)
        The interval excludes 0 and the difference is smaller than the margin: where the verdict
        is ``uncertain``, it has its own word, since the direction is known.

    Notes
    -----
    Tested in this order. Up or down: the interval excludes 0, the difference is at least the
    margin, and it was discovered. Steady: the whole interval lies inside the margin, which is a
    test of equivalence (`analytics.comparison.equivalence`). Else uncertain: that is not "no
    change".
    """
    above, below = low > 0, high < 0
    large = np.abs(difference) >= margin - _SLACK
    inside = (low >= -margin - _SLACK) & (high <= margin + _SLACK)
    named = np.select(
        [above & large & discovered, below & large & discovered, inside],
        ["up", "down", "steady"],
        default="uncertain",
    )
    return named, np.asarray((above | below) & ~large, dtype=bool)


def discovered(p_adjusted: Floats, decimals: int | None) -> Booleans:
    """Tell which differences hold at the false discovery rate of 10 %, on the digits shown.

    Parameters
    ----------
    p_adjusted : ndarray of float, shape (n,)
    decimals : int or None
        None where nothing is rounded.

    Returns
    -------
    ndarray of bool, shape (n,)
        False where p is missing.
    """
    shown = p_adjusted if decimals is None else p_adjusted.round(decimals)
    return np.asarray(shown <= FALSE_DISCOVERY, dtype=bool)


def adjusted_within(p: Floats, families: Iterable[Integers]) -> Floats:
    """Adjust p within each family of comparisons and leave all others as they are.

    Parameters
    ----------
    p : ndarray of float, shape (n,)
        NaN is no comparison.
    families : iterable of ndarray of int64
        The rows of each family, for instance the published units of one index.

    Returns
    -------
    ndarray of float, shape (n,)

    References
    ----------
    Benjamini, Y., Hochberg, Y. (1995). Journal of the Royal Statistical Society B 57, 289-300.
    """
    adjusted = np.array(p, dtype=np.float64)
    for rows in families:
        adjusted[rows] = benjamini_hochberg(adjusted[rows])
    return adjusted


def unit_families(frame: pd.DataFrame) -> list[Integers]:
    """Find the changes that are compared at once: those of all units in one measure.

    Parameters
    ----------
    frame : DataFrame
        ``level``, ``measure``, ``statistic``, ``since`` and ``role`` of a `ChangeTable`.

    Returns
    -------
    list of ndarray of int64
        The rows of each family. Other levels are few and belong to none.
    """
    units = np.flatnonzero(frame["level"] == "unit")
    groups = frame.iloc[units].groupby(_FAMILY, sort=False).indices
    return [np.asarray(units[rows], dtype=np.int64) for rows in groups.values()]
