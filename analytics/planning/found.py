"""How large a true change must be to be found by the rule that verdicts follow.

The rule reads all waves of all places together (docs/adr/0037, docs/adr/0079), so that no formula
gives its power. What it needs beyond the margin was measured instead: agencies of many sizes whose
truth is known, with one to eight waves before, move as a whole, in one region or in two units, and
the rule says what it finds (``python -m tests.reference.planning``).
"""

from __future__ import annotations

import math
from typing import Final

from questionnaires.margins import USUAL, Margins

# In errors of the plain difference of two waves: so far beyond the margin a true change is found in
# four of five waves or more, in the least favourable of what was tried. A part of the whole must
# stand apart from the others that nothing happened to, hence more.
BEYOND: Final = {"agency": 2.0, "region": 3.1, "unit": 4.3}
# Where few answer, the rule takes more of a difference for chance: of the whole and its parts it
# takes half as much again from errors of 2.1 points on, and no more up to 1.4. Units, whose errors
# are all larger, were measured as they are.
EXACT: Final = 1.4
STEEPEST: Final = 1.5


def smallest_found(error: float, level: str, margins: Margins = USUAL) -> float:
    """Give the true change that is found in four of five waves.

    Parameters
    ----------
    error : float
        Standard error of the plain difference of the two waves, in points, at least 0.
    level : str
        agency, region, unit; all else, groups and types among them, is judged as a region.
    margins : Margins, optional
        The smallest changes that matter. What is needed beyond them was measured with the usual
        ones.

    Returns
    -------
    float
        In points, above the margin.

    Examples
    --------
    >>> smallest_found(0.5, "agency")
    4.0
    """
    more = min(max(error / EXACT, 1.0), _steepest(level))
    return margins.at(level) + BEYOND.get(level, BEYOND["region"]) * more * error


def error_found(smallest: float, level: str, margins: Margins = USUAL) -> float:
    """Give the error with which a change is the smallest that is found: `smallest_found` undone.

    Parameters
    ----------
    smallest : float
        In points, at least the margin of the level.
    level : str
    margins : Margins, optional
        Both as for `smallest_found`.

    Examples
    --------
    >>> error_found(4.0, "agency")
    0.5
    """
    reach = (smallest - margins.at(level)) / BEYOND.get(level, BEYOND["region"])
    # the same in three stretches: as far as the error counts once, as its square, and the rest
    return min(reach, max(math.sqrt(reach * EXACT), reach / _steepest(level)))


def _steepest(level: str) -> float:
    return 1.0 if level == "unit" else STEEPEST
