"""The counts of open waves, written once a night: of the whole, and of units by steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from survey_app.asking.campaigns.nights import note_night
from survey_app.asking.campaigns.unit_counts import (
    AnswerStep,
    DomainAnswers,
    answer_steps,
    leaves_room,
    leaves_room_since,
    told_counts,
)
from survey_app.asking.writing import writing
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Row


@dataclass(frozen=True, slots=True)
class ToldUnits:
    """What was told of units last, as steps by their code, and of the whole in the same night."""

    whole: int
    units: dict[str, AnswerStep]


async def refresh_live_counts(day: date) -> None:
    """Write the counts of every wave that was open when ``day`` ended, as of now.

    A night that is made up for late finds waves that opened since: they had no answers by then.
    """
    async with writing() as link:
        waves = await link.fetch(
            "SELECT id, minimum_group FROM asking.wave"
            " WHERE state = 'open' AND minimum_group IS NOT NULL AND opened_at < $1 FOR UPDATE",
            datetime.combine(day + timedelta(days=1), time(), OSLO),
        )
        for wave in waves:
            await _refresh(link, wave["id"], wave["minimum_group"], day)


async def _refresh(link: Link, wave: UUID, minimum_group: int, day: date) -> None:
    before = await _last_whole(link, wave)
    whole = await note_night(link, wave, day, minimum_group)
    await link.execute(
        "UPDATE asking.wave_domain SET answered = $2, counted_on = $3, opted_out ="
        # of the whole only, and whatever the mark, or it would tell the mark
        " (SELECT count(*) FROM asking.invitation WHERE wave = $1 AND opted_out)"
        " WHERE wave = $1 AND code = ''",
        wave,
        whole,
        day,
    )
    # units follow the whole: told while it stands still, they would say more than it does
    if whole is not None and whole != before:
        await _refresh_units(link, wave, whole, minimum_group, day)


async def _last_whole(link: Link, wave: UUID) -> int | None:
    found: int | None = await link.fetchval(
        "SELECT max(answered) FROM asking.wave_night WHERE wave = $1", wave
    )
    return found


async def _refresh_units(link: Link, wave: UUID, whole: int, minimum_group: int, day: date) -> None:
    rows = await _rows(link, wave)
    # a used link that was replaced is marked no more: a number that fell would tell whose it was
    domains = [_counted(row, max(row["answered"], row["told"] or 0)) for row in rows]
    steps = answer_steps(domains, minimum_group)
    then = _whole_then(rows)
    before = _told(rows, minimum_group)
    if leaves_room(steps, whole, minimum_group) and (
        then is None or leaves_room_since(before, steps, whole - then, minimum_group)
    ):
        await link.executemany(
            "UPDATE asking.wave_domain SET answered = $3, counted_on = $4"
            " WHERE wave = $1 AND code = $2",
            [(wave, code, count, day) for code, count in told_counts(domains, steps).items()],
        )


async def told_units(link: Link, wave: UUID, minimum_group: int) -> ToldUnits | None:
    """Return what pages told of units when they were counted last; None where they never were."""
    rows = await _rows(link, wave)
    whole = _whole_then(rows)
    return None if whole is None else ToldUnits(whole, _told(rows, minimum_group))


def _whole_then(rows: Sequence[Row]) -> int | None:
    return next((row["whole_then"] for row in rows if row["code"] and row["whole_then"]), None)


def _told(rows: Sequence[Row], minimum_group: int) -> dict[str, AnswerStep]:
    # what was told is the low end of a step, so it has the same step
    return answer_steps([_counted(row, row["told"] or 0) for row in rows], minimum_group)


async def _rows(link: Link, wave: UUID) -> Sequence[Row]:
    return await link.fetch(
        "SELECT d.code, d.parent, d.level, d.invited, d.answered AS told, n.answered AS whole_then,"
        " (SELECT count(*) FROM asking.invitation i"
        "  WHERE i.wave = d.wave AND i.domain = d.code AND i.marked)"
        # never by itself: what is told of a unit holds links and cards together
        " + (SELECT count(*) FROM asking.card c"
        "  WHERE c.wave = d.wave AND c.domain = d.code AND c.marked) AS answered"
        " FROM asking.wave_domain d"
        " LEFT JOIN asking.wave_night n ON n.wave = d.wave AND n.day = d.counted_on"
        " WHERE d.wave = $1",
        wave,
    )


def _counted(row: Row, answered: int) -> DomainAnswers:
    return DomainAnswers(row["code"], row["parent"], row["level"], answered, row["invited"] or 0)
