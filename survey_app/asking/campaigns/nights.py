"""How many of a whole wave had answered each night, without telling how many came on one of them.

A count is written from k up, while at least k have not answered, and only when at least k have come
since the last one that was written: so neither a count nor the difference between two of them is
about fewer than k (docs/adr/0085). Nothing is kept of units: whoever knows a unit's shift would see
who answered on it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from survey_app.shared.database import Link, Login, fetch


@dataclass(frozen=True, slots=True)
class NightCount:
    """How many had answered when a day ended."""

    day: date
    answered: int


def step_count(before: int, answered: int, invited: int, minimum_group: int) -> int:
    """Return the count that may be told: the new one, or the last one that was.

    Parameters
    ----------
    before : int
        What was told last; 0 before anything was.
    answered, invited : int
        Of the whole wave, now.
    minimum_group : int
        k.

    Examples
    --------
    >>> step_count(0, 4, 60, 5), step_count(20, 24, 60, 5), step_count(20, 25, 60, 5)
    (0, 20, 25)
    >>> step_count(20, 56, 60, 5)
    20
    """
    told = invited - answered >= minimum_group and answered - before >= minimum_group
    return answered if told else before


async def note_night(link: Link, wave: UUID, day: date, minimum_group: int) -> int | None:
    """Write how many had answered when ``day`` ended, in the caller's transaction.

    A day is counted once: asked again, it would be counted later than it says, and the night after
    could differ from it by a few. Of an open link nothing is known before the urn is emptied.

    Returns
    -------
    int or None
        The count that may be told; None while there is none.
    """
    row = await link.fetchrow(
        "SELECT count(*)"
        " + (SELECT coalesce(sum(people), 0) FROM asking.card_pile WHERE wave = $1) AS invited,"
        " count(*) FILTER (WHERE marked)"
        " + (SELECT count(*) FROM asking.card WHERE wave = $1 AND marked) AS answered,"
        " (SELECT coalesce(max(answered), 0) FROM asking.wave_night WHERE wave = $1) AS before,"
        " (SELECT answered FROM asking.wave_night WHERE wave = $1 AND day >= $2"
        "  ORDER BY day DESC LIMIT 1) AS counted"
        " FROM asking.invitation WHERE wave = $1",
        wave,
        day,
    )
    assert row is not None  # counts always give a row
    if row["counted"] is not None:
        return int(row["counted"])
    told = step_count(row["before"], row["answered"], row["invited"], minimum_group)
    if not told:
        return None
    await write_nights(link, wave, [NightCount(day, told)])
    return told


async def write_nights(link: Link, wave: UUID, nights: Sequence[NightCount]) -> None:
    """Write counts of days that have none."""
    await link.executemany(
        "INSERT INTO asking.wave_night (id, wave, day, answered) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (wave, day) DO NOTHING",
        [(uuid.uuid4(), wave, night.day, night.answered) for night in nights],
    )


async def forget_nights(link: Link, wave: UUID) -> None:
    """Forget the counts of a wave that was cancelled."""
    await link.execute("DELETE FROM asking.wave_night WHERE wave = $1", wave)


async def nights_of(login: Login, waves: Sequence[UUID]) -> dict[UUID, list[NightCount]]:
    """Return the counts of waves, in the order of days; none for waves that have none."""
    found: dict[UUID, list[NightCount]] = {wave: [] for wave in waves}
    rows = await fetch(
        login,
        "SELECT wave, day, answered FROM asking.wave_night WHERE wave = ANY($1::uuid[])"
        " ORDER BY day",
        list(waves),
    )
    for row in rows:
        found[row["wave"]].append(NightCount(row["day"], row["answered"]))
    return found


async def invited_to(login: Login, waves: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many each wave invited."""
    rows = await fetch(
        login,
        "SELECT wave, invited FROM asking.wave_domain WHERE level = 'agency'"
        " AND wave = ANY($1::uuid[])",
        list(waves),
    )
    return {row["wave"]: row["invited"] or 0 for row in rows}
