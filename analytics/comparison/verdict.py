"""The one rule by which a difference gets its verdict.

Source: design.md 5 and ``interface/`` 4. Everything that gives a verdict calls this: figures that
are computed, figures that are cleared for publication, and figures on a file. No more than numpy
and scipy are needed here, so that the shelf and its readers can call it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from analytics.comparison.margins import SURE, SURE_OF_STEADY
from analytics.comparison.multiplicity import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from analytics.arrays import Booleans, Floats, Integers

FALSE_DISCOVERY: Final = 0.10
P_DECIMALS: Final = 4
# A figure of one decimal that equals the margin must not miss it by the last bit of a float.
_SLACK: Final = 1e-9
_NORMAL: Final = 1.959963984540054
# A difference between groups has no direction in time: its own words, and never an arrow.
BETWEEN_GROUPS: Final = {
    "up": "higher", "down": "lower", "steady": "similar", "uncertain": "uncertain",
}  # fmt: skip
_FAMILY: Final = ["measure", "statistic", "since", "role"]


# where nothing tells what is a place's level, and what the day's
SURE_OF_INTERVALS: Final = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What is known of changes, in the digits shown; arrays of shape (n,).

    ``difference`` with the 95 % interval ``low`` to ``high`` in points, of what everybody said;
    ``chance`` that the change is at least half the margin in the direction of the difference, and
    that it lies ``inside`` the margin, 0-1, the less of two: of what everybody said and of the
    level beneath; ``clear``, whether the intervals of both lie beside 0.
    """

    difference: Floats
    low: Floats
    high: Floats
    chance: Floats
    inside: Floats
    clear: Booleans


def verdicts_of_courses(
    judged: Judged, margin: Floats, sure: float | Floats = SURE
) -> tuple[np.ndarray, Booleans]:
    """Apply the rule for changes that are read from the courses of all places (docs/adr/0037).

    Parameters
    ----------
    judged : Judged
    margin : ndarray of float, shape (n,)
        The smallest change that matters, in points.
    sure : float or ndarray of float, shape (n,)
        The least chance, 0-1, of half of it in what is called up or down; `sure_of_picked` where
        the change was picked by looking.

    Returns
    -------
    verdict : ndarray of str, shape (n,)
        ``up``, ``down``, ``steady`` or ``uncertain``; the last wherever a figure is missing.
    under_limit : ndarray of bool, shape (n,)
        The direction is clear and the size below the margin, and the change is not named.

    Notes
    -----
    Up or down: the difference is at least the margin, its interval excludes 0, and the chance of
    at least half the margin is ``sure``. Steady: the interval lies inside the margin with both
    ends, and the chance that the change does is ``SURE_OF_STEADY``. Else uncertain. Over many
    changes, one minus the mean chance of those named is the share of them whose true change is
    less than half the margin, as far as the model holds: a local false sign rate (Stephens 2017)
    moved from 0 to half the margin.
    """
    above, below = judged.low > 0, judged.high < 0
    size = judged.difference
    enough = judged.chance >= sure - _SLACK
    up = above & enough & (size >= margin - _SLACK)
    down = below & enough & (size <= -margin + _SLACK)
    inside = (judged.low >= -margin - _SLACK) & (judged.high <= margin + _SLACK)
    inside &= judged.inside >= SURE_OF_STEADY - _SLACK
    named = np.select([up, down, inside], ["up", "down", "steady"], default="uncertain")
    small = judged.clear & (np.abs(size) < margin - _SLACK)
    return named, np.asarray(small & ~up & ~down & ~inside, dtype=bool)


def sure_of_picked(among: Integers) -> Floats:
    """Say how sure one must be of a change that was picked by looking at several.

    Parameters
    ----------
    among : ndarray of int, shape (n,)
        How many changes were looked at, at least one.

    Returns
    -------
    ndarray of float, shape (n,)
        A chance, 0-1, to be given to `verdicts_of_courses` as ``sure``.

    Notes
    -----
    Bonferroni: the chances of being wrong, of all that were looked at, add up to no more than that
    of one that was named beforehand, whichever is picked and however they go together.
    """
    return np.asarray(1.0 - (1.0 - SURE) / np.maximum(among, 1), dtype=np.float64)


def verdicts_of_intervals(
    difference: Floats, low: Floats, high: Floats, margin: Floats
) -> tuple[np.ndarray, Booleans]:
    """Apply `verdicts_of_courses` where an interval is all that is known, as if it were normal.

    Parameters and returned arrays as there; ``low`` and ``high`` are the ends of 95 % intervals.
    """
    deviation = np.maximum((high - low) / (2 * _NORMAL), np.finfo(float).tiny)
    size, half = np.abs(difference), margin / 2
    judged = Judged(
        difference,
        low,
        high,
        chance=ndtr((size - half) / deviation),
        inside=ndtr((margin - size) / deviation) - ndtr((-margin - size) / deviation),
        clear=np.asarray((low > 0) | (high < 0), dtype=bool),
    )
    return verdicts_of_courses(judged, margin, SURE_OF_INTERVALS)


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
    margin, and it was discovered. Steady: the whole interval lies inside the margin, which is two
    one-sided tests of equivalence at half the level (Schuirmann 1987, Journal of Pharmacokinetics
    and Biopharmaceutics 15, 657-680). Else uncertain: that is not "no change".
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
