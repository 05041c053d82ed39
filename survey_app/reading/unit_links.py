"""What a unit of one publication was in another one: the same, or nothing to compare with.

Trends follow units with all that they were made of (`survey_app.publications.trends`). What else is
held beside itself, wave by wave, is of the same unit or left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.publications.lineage import UNIT, Way, ways

if TYPE_CHECKING:
    from survey_app.reading.published import Published
    from survey_app.reading.rows import Domain


def way_to(then: Published, now: Published, place: Domain) -> Way:
    """Say how an earlier publication is read for a place of a later one."""
    if place.level != UNIT:
        return Way("own", (place.code,))
    return ways(now.content, place.code, [then.content])[0]


def own_then(then: Published, now: Published, place: Domain) -> Domain | None:
    """Find a place of a later publication in an earlier one.

    Parameters
    ----------
    then, now : Published
    place : Domain
        Of ``now``.

    Returns
    -------
    Domain or None
        The same unit, whatever it was called or coded; None where it was several, or a part.
    """
    found = way_to(then, now, place)
    if found.link != "own":
        return None
    code = found.codes[0]
    return next((one for one in then.domains if (one.level, one.code) == (place.level, code)), None)
