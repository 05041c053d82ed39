"""Waves of which somebody exchanged what ballots are sealed to: each is noted once, and stays."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from survey_app.shared.database import Link, Login, fetch

EXCHANGED = "what ballots are sealed to was changed in the database"


OTHER_HOLDERS = "key holders have other keys than ballots are sealed to"


@dataclass(frozen=True, slots=True)
class Alarm:
    """That a wave was not as it was opened; or, with ``holders``, never sealed to their keys."""

    key: str
    holders: bool


async def note_alarm(link: Link, wave: UUID) -> bool:
    """Note that a wave is not as it was opened; tell whether this was the first time."""
    sql = (
        "INSERT INTO asking.sealing_alarm (wave, holders) VALUES ($1, false) ON CONFLICT DO NOTHING"
    )
    done: str = await link.execute(sql, wave)
    return done == "INSERT 0 1"


async def note_other_holders(link: Link, wave: UUID) -> bool:
    """Note that ballots are sealed to others than a wave's key holders, and let it take no more.

    As ``worker``. The proof goes, so that answering finds none; returns whether this is new.
    """
    await link.execute(
        "UPDATE asking.wave SET sealing_proof = '' WHERE id = $1 AND sealing_proof <> ''", wave
    )
    done: str = await link.execute(
        "INSERT INTO asking.sealing_alarm AS a (wave, holders) VALUES ($1, true)"
        " ON CONFLICT (wave) DO UPDATE SET holders = true WHERE NOT a.holders",
        wave,
    )
    return done == "INSERT 0 1"


async def alarmed_waves(login: Login) -> dict[UUID, Alarm]:
    """Return waves not counted yet that were once not as they were opened."""
    rows = await fetch(
        login,
        "SELECT w.id, w.key, a.holders FROM asking.sealing_alarm a"
        " JOIN asking.wave w ON w.id = a.wave"
        " WHERE w.state IN ('open', 'closed') ORDER BY w.key",
    )
    return {row["id"]: Alarm(row["key"], row["holders"]) for row in rows}
