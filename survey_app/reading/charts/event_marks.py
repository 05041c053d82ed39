"""Where known events stand on a time axis whose waves are evenly spaced."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

RADIUS: Final = 10  # SVG units: a letter of 12.5 px in a ring
_NEXT: Final = 2 * RADIUS + 3  # the least distance between two rings
_EACH: Final = 13  # what one more letter adds to a ring that several events share
_FEW: Final = 3  # letters that a ring names one by one


@dataclass(frozen=True, slots=True)
class EventPoint:
    """An event by its letter, which the list under the figure explains."""

    letter: str
    day: date


@dataclass(frozen=True, slots=True)
class EventRing:
    """The letters over one or more lines that stand too close for a ring each."""

    x: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class EventMarks:
    """Thin lines, one a day, and their rings; all coordinates are final."""

    lines: tuple[float, ...] = ()
    rings: tuple[EventRing, ...] = ()


NO_EVENTS: Final = EventMarks()


def mark_events(
    events: Sequence[EventPoint], days: Sequence[date], across: Sequence[float], width: float
) -> EventMarks:
    """Place events between the waves that they lie between.

    Parameters
    ----------
    events : sequence of EventPoint
        In order of time.
    days : sequence of date
        The waves' days, in order.
    across : sequence of float
        Where each wave stands, in SVG units.
    width : float
        Of the drawing; rings stay inside.

    Returns
    -------
    EventMarks
        Without events before the first wave or after the last: there is no line to see them on.
    """
    placed = [
        (x, event.letter)
        for event in events
        if (x := _between(event.day, days, across)) is not None
    ]
    lines = tuple(dict.fromkeys(x for x, _ in placed))
    return EventMarks(lines, _rings(placed, width))


def _between(day: date, days: Sequence[date], across: Sequence[float]) -> float | None:
    if len(days) < 2 or not days[0] <= day <= days[-1]:  # noqa: PLR2004 - a line needs two waves
        return None
    after = min(bisect_right(days, day), len(days) - 1)
    start, end = days[after - 1], days[after]
    share = (day - start) / (end - start) if end > start else 1.0
    return round(across[after - 1] + share * (across[after] - across[after - 1]), 1)


def _rings(placed: Sequence[tuple[float, str]], width: float) -> tuple[EventRing, ...]:
    """Share a ring where two would overlap, until none do."""
    groups: list[list[tuple[float, str]]] = [[one] for one in placed]
    made = [_ring(group, width) for group in groups]
    at = 0
    while at + 1 < len(made):
        one, other = made[at], made[at + 1]
        if other.x - one.x < (one.width + other.width) / 2 + _NEXT - 2 * RADIUS:
            groups[at : at + 2] = [groups[at] + groups[at + 1]]
            made[at : at + 2] = [_ring(groups[at], width)]
            at = max(at - 1, 0)
        else:
            at += 1
    return tuple(made)


def _ring(group: Sequence[tuple[float, str]], width: float) -> EventRing:
    letters = [letter for _, letter in group]
    few = len(letters) <= _FEW
    text = " ".join(letters) if few else f"{letters[0]}–{letters[-1]}"
    wide = 2 * RADIUS + _EACH * (min(len(letters), _FEW) - 1)
    middle = (group[0][0] + group[-1][0]) / 2
    x = min(max(middle, wide / 2 + 1), width - wide / 2 - 1)
    return EventRing(round(x, 1), wide, text)
