"""Who is asked at which time of the year: a part of the staff, and not the same each year.

A part that is asked at the same time every year cannot be told from that time of the year
(docs/adr/0203).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from survey_app.asking.campaigns.burden import Asking, FieldPeriod
from survey_app.asking.people.panels import (
    EVERYBODY,
    Rotation,
    asked_groups,
    next_turn,
    rotation_of,
)

_A_YEAR: Final = timedelta(days=364)
_NEAR: Final = timedelta(weeks=6)


def same_last_year[Wave: Asking](wave: Asking, others: Collection[Wave]) -> Wave | None:
    """Return the wave of the same season the year before, if it asked the very same part.

    Parameters
    ----------
    wave : Asking
    others : collection of Asking
        Other waves of staff. The one that opens nearest to the same week of the year before
        counts, of those that ask a part whose people are known.
    """
    asked = _part(wave)
    if not asked:
        return None
    day = wave.opens_on - _A_YEAR
    near = [one for one in others if abs(one.opens_on - day) <= _NEAR and _part(one)]
    last = min(near, key=lambda one: (abs(one.opens_on - day), one.opens_on), default=None)
    return last if last and _part(last) == asked else None


def _part(wave: Asking) -> frozenset[int]:
    """Return which groups a wave asks; none of everybody and of samples."""
    asked = asked_groups(wave.invite, wave.opens_on.year)
    return frozenset() if asked is None or asked == EVERYBODY else asked


def other_people[Wave: Asking](wanted: Rotation, day: date, others: Collection[Wave]) -> Rotation:
    """Return a turn, or the one after it where it would ask whom the year before asked then."""
    met = same_last_year(FieldPeriod(wanted.written, day, day), others)
    return replace(wanted, turn=wanted.turn + 1) if met else wanted


def following[Wave: Asking](invite: str, day: date, others: Collection[Wave]) -> str:
    """Return whom a wave asks that opens on a day and follows others: of a rotation, its turn."""
    rotation = rotation_of(invite)
    if rotation is None:
        return invite
    turn = next_turn(rotation, [one.invite for one in others])
    return other_people(turn, day, others).written
