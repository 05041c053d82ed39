"""How large a true change must be to be found by the rule that verdicts follow.

The rule reads all waves of all places together (docs/adr/0037, docs/adr/0079), so that no formula
gives its power. What it needs beyond the margin was measured instead: agencies of many sizes whose
truth is known, with one to eight waves before, move as a whole, in one region or in two units, and
the rule says what it finds (``python -m tests.reference.planning``).
"""

from __future__ import annotations

from typing import Final

from analytics.comparison.margins import MARGIN, UNIT_MARGIN

# In errors of the plain difference of two waves: so far beyond the margin a true change is found in
# four of five waves or more, in the least favourable of what was tried. A part of the whole must
# stand apart from the others that nothing happened to, hence more.
BEYOND: Final = {"agency": 2.0, "region": 3.1, "unit": 3.7}
CHANCE: Final = 0.8


def margin_at(level: str) -> float:
    """Give the smallest change that matters at a level, in points."""
    return UNIT_MARGIN if level == "unit" else MARGIN


def smallest_found(error: float, level: str) -> float:
    """Give the true change that is found in four of five waves.

    Parameters
    ----------
    error : float
        Standard error of the plain difference of the two waves, in points, at least 0.
    level : str
        agency, region, unit; all else, groups and types among them, is judged as a region.

    Returns
    -------
    float
        In points, above the margin.

    Examples
    --------
    >>> smallest_found(0.5, "agency")
    4.0
    """
    return margin_at(level) + BEYOND.get(level, BEYOND["region"]) * error


def error_found(smallest: float, level: str) -> float:
    """Give the error with which a change is the smallest that is found: `smallest_found` undone.

    Parameters
    ----------
    smallest : float
        In points, at least the margin of the level.
    level : str
        As for `smallest_found`.

    Examples
    --------
    >>> error_found(4.0, "agency")
    0.5
    """
    return (smallest - margin_at(level)) / BEYOND.get(level, BEYOND["region"])
