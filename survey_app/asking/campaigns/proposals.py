"""Last year's waves on days of a new year: no waves, so that nothing can open or send one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from survey_app.shared.database import Link, Login, fetch


@dataclass(frozen=True, slots=True)
class ProposedWave:
    """Days for a wave like ``source``, a wave's id; ``planned_as`` is the key it got, or empty."""

    id: UUID
    source: UUID
    year: int
    opens_on: date
    closes_on: date
    results_on: date
    planned_as: str


@dataclass(frozen=True, slots=True)
class Days:
    """From when to when a wave is open, and when its results come."""

    opens_on: date
    closes_on: date
    results_on: date


async def waves_proposed(login: Login, year: int) -> list[ProposedWave]:
    """Return what was proposed for a year, planned or not, in the order of their days."""
    rows = await fetch(
        login,
        "SELECT id, source, year, opens_on, closes_on, results_on, planned_as"
        " FROM asking.wave_proposal WHERE year = $1 ORDER BY opens_on, id",
        year,
    )
    return [ProposedWave(**row) for row in rows]


async def find_proposal(login: Login, proposal: UUID) -> ProposedWave | None:
    """Return a proposal that nobody planned or took away."""
    rows = await fetch(
        login,
        "SELECT id, source, year, opens_on, closes_on, results_on, planned_as"
        " FROM asking.wave_proposal WHERE id = $1 AND planned_as = ''",
        proposal,
    )
    return ProposedWave(**rows[0]) if rows else None


async def propose_waves(
    year: int, days: Sequence[tuple[UUID, Days]], *, account: str, actor: str, now: datetime
) -> int:
    """Propose waves, each like the one with that id; what two ask for at once is made once.

    Returns
    -------
    int
        How many were made. One that was planned before is proposed anew: its wave is gone.
    """
    made = 0
    for source, one in days:
        made += len(
            await fetch(
                Login.WEB,
                "INSERT INTO asking.wave_proposal AS p (id, source, year, opens_on, closes_on,"
                " results_on, asked_by, actor, made_at, planned_as)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')"
                " ON CONFLICT (source, year) DO UPDATE SET opens_on = excluded.opens_on,"
                " closes_on = excluded.closes_on, results_on = excluded.results_on,"
                " asked_by = excluded.asked_by, actor = excluded.actor,"
                " made_at = excluded.made_at, planned_as = '' WHERE p.planned_as <> ''"
                " RETURNING p.id",
                uuid.uuid4(),
                source,
                year,
                one.opens_on,
                one.closes_on,
                one.results_on,
                UUID(account),
                actor,
                now,
            )
        )
    return made


async def drop(proposal: UUID) -> bool:
    """Take a proposal away; False where it is gone, or was planned."""
    rows = await fetch(
        Login.WEB,
        "DELETE FROM asking.wave_proposal WHERE id = $1 AND planned_as = '' RETURNING id",
        proposal,
    )
    return bool(rows)


async def note_planned(link: Link, proposal: UUID, key: str) -> bool:
    """Say which wave a proposal became; False where it is gone, or became another before."""
    rows = await link.fetch(
        "UPDATE asking.wave_proposal SET planned_as = $2 WHERE id = $1 AND planned_as = ''"
        " RETURNING id",
        proposal,
        key,
    )
    return bool(rows)
