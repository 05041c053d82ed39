"""Open surveys whose forms do not come as from people: what was seen of them, and what follows.

Counts of forms and days, never an address, nor a time of day: nothing here stands with an answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Login, Row, fetch

type Decision = Literal["", "publish", "withhold"]


class ArrivalSign(StrEnum):
    """By what one sees it."""

    RATE = "rate"
    NETWORK = "network"
    HASTY = "hasty"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True)
class Seen:
    """When a sign was seen, and how much of it at most.

    Attributes
    ----------
    first, last : date
    most : int
        Forms in five minutes of ``rate``, else percent.
    """

    first: date
    last: date
    most: int


@dataclass(frozen=True, slots=True)
class SeenArrivals:
    """What was seen of a wave. ``decision`` is empty until two people have decided."""

    wave: UUID
    signs: Mapping[ArrivalSign, Seen]
    decision: Decision


_NOTE: Final = """
INSERT INTO asking.arrival_alarm AS a
    (id, signs, decision, mailed_on, state, due_at, attempts, problem)
VALUES ($1, $2, '', $3::date, 'due', $4, 0, '')
ON CONFLICT (id) DO UPDATE SET signs = excluded.signs, mailed_on = excluded.mailed_on,
    state = CASE WHEN a.mailed_on = $3::date THEN a.state ELSE 'due' END,
    due_at = CASE WHEN a.mailed_on = $3::date THEN a.due_at ELSE $4 END,
    attempts = CASE WHEN a.mailed_on = $3::date THEN a.attempts ELSE 0 END
"""


async def note_signs(
    link: Link, wave: UUID, signs: Mapping[ArrivalSign, int], *, now: datetime
) -> bool:
    """Keep what was seen today, and have its owner told; whether it is the first of the wave.

    Parameters
    ----------
    link : asyncpg connection
        As ``worker``, in a transaction.
    wave : UUID
    signs : mapping of ArrivalSign to int
        With how much of it.
    now : datetime
        With a zone; only its day is kept.
    """
    row = await link.fetchrow(
        "SELECT id, signs, decision FROM asking.arrival_alarm WHERE id = $1 FOR UPDATE", wave
    )
    known = dict(_alarm(row).signs) if row else {}
    day = now.astimezone(OSLO).date()
    for sign, most in signs.items():
        old = known.get(sign, Seen(day, day, 0))
        known[sign] = Seen(old.first, day, max(old.most, most))
    written = {
        sign: {"first": one.first.isoformat(), "last": one.last.isoformat(), "most": one.most}
        for sign, one in sorted(known.items())
    }
    await link.execute(_NOTE, wave, json.dumps(written), day, now)
    return row is None


async def alarm_of(link: Link, wave: UUID) -> SeenArrivals | None:
    """Return what was seen of one wave; None where nothing was."""
    row = await link.fetchrow(
        "SELECT id, signs, decision FROM asking.arrival_alarm WHERE id = $1", wave
    )
    return _alarm(row) if row else None


async def is_held(link: Link, wave: UUID) -> bool:
    """Tell whether a wave may not be published: two people have not said so, or have said no."""
    alarm = await alarm_of(link, wave)
    return alarm is not None and alarm.decision != "publish"


async def arrival_alarms(login: Login) -> dict[UUID, SeenArrivals]:
    """Return what was seen of each wave of which anything was."""
    rows = await fetch(login, "SELECT id, signs, decision FROM asking.arrival_alarm")
    return {row["id"]: _alarm(row) for row in rows}


async def keep_decision(link: Link, wave: UUID, decision: Decision) -> bool:
    """Keep what two people decided; False where it was decided before."""
    done: str = await link.execute(
        "UPDATE asking.arrival_alarm SET decision = $2 WHERE id = $1 AND decision = ''",
        wave,
        decision,
    )
    return done == "UPDATE 1"


async def drop_alarm(link: Link, wave: UUID) -> None:
    """Forget what was seen of a wave that has no results, and a mail of it that waits.

    The audit log keeps that it was seen.
    """
    await link.execute("DELETE FROM asking.arrival_alarm WHERE id = $1", wave)


def _alarm(row: Row) -> SeenArrivals:
    told = json.loads(row["signs"]) if isinstance(row["signs"], str) else row["signs"]
    signs = {
        ArrivalSign(name): Seen(
            date.fromisoformat(one["first"]), date.fromisoformat(one["last"]), one["most"]
        )
        for name, one in told.items()
    }
    return SeenArrivals(row["id"], signs, row["decision"])
