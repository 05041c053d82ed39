"""Whether figures were others after an event than before, from what was published.

Readers compute nothing from answers; this comes from printed means and errors, as the trend
sentence does, and so it can be asked of an event that somebody drew a moment ago.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from survey_app.events.kinds import Shape, Side
from survey_app.events.queries import StoredEvent
from survey_app.publications import shelf
from survey_app.publications.heads import Head
from survey_app.publications.trends import trend
from survey_app.reading import kinds
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain
from survey_app.reading.waves import Wave

if TYPE_CHECKING:
    from analytics.trend.impact import Impact, JudgedImpact

# a wave that closed sooner was partly answered before it happened, so it stands on neither side
HALF_BEFORE: Final = timedelta(days=28)
_KEPT: Final = 512


@dataclass(frozen=True, slots=True)
class WaveFigure:
    """A wave's day and figure, and how many people there were; None where nobody counted them.

    ``deff`` is what the weights of the wave cost (Kish); 1 where answers are told as they are.
    """

    day: date
    cell: shelf.Cell
    people: int | None
    deff: float

    @property
    def answers(self) -> int:
        """How many answers stand behind the figure, or how many equally weighted would tell it."""
        return round((self.cell.n or 0) / self.deff)

    @property
    def told(self) -> bool:
        """Whether it can enter: a figure without an error has too few answers to say more of."""
        return self.cell.shown and bool(self.cell.se) and bool(self.cell.n)


@dataclass(frozen=True, slots=True)
class Tried:
    """One event held against one measure in one place; ``answers`` before and after it.

    Of weighted answers it is how many equally weighted ones would tell as much.
    """

    row: StoredEvent
    measure: str
    found: Impact
    judged: JudgedImpact | None
    left_out: bool
    answers: tuple[int, int]


def measures_of(side: Side) -> tuple[str, ...]:
    """Return what every wave measures with an error of its own.

    Other figures are too short or too coarse to hold an event against.
    """
    found = (
        kinds.headline_index(side.value),
        *(kinds.public().goals if side is Side.PUBLIC else ()),
    )
    return tuple(code for code in found if code)


async def try_all(
    rows: Sequence[StoredEvent],
    place: Domain,
    shown: Published,
    series: Sequence[Wave],
    side: Side,
    at: datetime,
) -> list[Tried]:
    """Hold every event of a place's axis against every measure, and judge them as one family.

    Parameters
    ----------
    rows : sequence of StoredEvent
        Also those that were taken away or had another day: they were tried.
    place : Domain
    shown : Published
        Gives the smallest difference that matters.
    series : sequence of Wave
        When each wave's figures came out.
    side : Side
    at : datetime
        What is released at this moment is used.
    """
    points = {code: await _points(side, code, place, at) for code in measures_of(side)}
    # in a thread: pages that people answer on must not wait for it
    known = frozenset(row.id for row in rows if written_afterwards(row, series))
    return await asyncio.to_thread(_judged, rows, points, shown.margins.at(place.level), known)


def written_afterwards(row: StoredEvent, series: Sequence[Wave]) -> bool:
    """Tell whether figures from after an event were out when it was written down."""
    later = [wave for wave in series if wave.day >= row.day + HALF_BEFORE]
    return any(wave.released_at < row.created_at for wave in later)


def _judged(
    rows: Sequence[StoredEvent],
    points: Mapping[str, tuple[WaveFigure, ...]],
    margin: float,
    known: Collection[UUID],
) -> list[Tried]:
    # loaded where it is needed: a process that nobody asks this of stays light
    from analytics.trend.impact import judge_impacts  # noqa: PLC0415

    tried = [(row, code, *_held(points[code], row)) for code in points for row in rows]
    picked = [row.id in known for row, *_ in tried]
    verdicts = judge_impacts([found for _, _, found, *_ in tried], margin, picked)
    return [
        Tried(row, code, found, judged, left_out, answers)
        for (row, code, found, left_out, answers), judged in zip(tried, verdicts, strict=True)
    ]


def tests_in(tried: Iterable[Tried]) -> tuple[int, int]:
    """Count the events that could be held against anything, and all comparisons made."""
    made = [one for one in tried if one.judged is not None]
    return len({one.row.id for one in made}), len(made)


async def _points(side: Side, code: str, place: Domain, at: datetime) -> tuple[WaveFigure, ...]:
    points: dict[date, WaveFigure] = {}
    for one in await trend(side.value, code, place.level, place.code, at=at):
        if one.estimate.linked:
            continue  # of other people than the unit's own: nothing is judged by it
        day = date.fromisoformat(one.head.head["wave"]["closed_on"])
        # of waves that closed on one day the later one stands
        deff = one.head.head["weights"].get("deff_kish") if side is Side.PUBLIC else None
        points[day] = WaveFigure(day, one.estimate, _people(one.head, place), deff or 1.0)
    return tuple(points[day] for day in sorted(points))


def _people(head: Head, place: Domain) -> int | None:
    rows = (row for row in head.head["domains"] if row["level"] == place.level)
    found: int | None = next((row["population"] for row in rows if row["code"] == place.code), None)
    return found


def _held(points: tuple[WaveFigure, ...], row: StoredEvent) -> tuple[Impact, bool, tuple[int, int]]:
    points = _asked_alike(points, row.day)
    used = tuple(one for one in points if not row.day <= one.day < row.day + HALF_BEFORE)
    told = [one for one in used if one.told]
    before = sum(one.answers for one in told if one.day < row.day)
    answers = (before, sum(one.answers for one in told) - before)
    return _impact(used, row.day, row.shape), len(used) < len(points), answers


def _asked_alike(points: tuple[WaveFigure, ...], day: date) -> tuple[WaveFigure, ...]:
    """Keep the waves that asked as the last one before an event did: a wording is no effect."""
    before = [one for one in points if one.day < day] or list(points[:1])
    return tuple(one for one in points if one.cell.wording == before[-1].cell.wording)


@functools.lru_cache(maxsize=_KEPT)
def _impact(points: tuple[WaveFigure, ...], day: date, shape: Shape) -> Impact:
    from analytics.trend.events import KnownEvent  # noqa: PLC0415
    from analytics.trend.impact import impact, no_impact  # noqa: PLC0415
    from analytics.trend.series import error_of_printed, wave_series  # noqa: PLC0415

    shown = [one for one in points if one.told]
    if not shown:
        return no_impact(0, 0)
    series = wave_series(
        [one.day for one in shown],
        [one.cell.mean or 0.0 for one in shown],
        [error_of_printed(one.cell.se or 0.0, one.cell.n or 0, one.people) for one in shown],
    )
    return impact(series, KnownEvent("event", day, shape.value))
