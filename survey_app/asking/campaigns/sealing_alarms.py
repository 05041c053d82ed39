"""Waves of which somebody exchanged what ballots are sealed to: each is noted once, and stays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from survey_app.shared.database import Login, fetch

EXCHANGED = "what ballots are sealed to was changed in the database"


async def note_alarm(link: Any, wave: UUID) -> bool:  # noqa: ANN401 - asyncpg's connection
    """Note that a wave is not as it was opened; tell whether this was the first time."""
    sql = "INSERT INTO asking.sealing_alarm (wave) VALUES ($1) ON CONFLICT DO NOTHING"
    done: str = await link.execute(sql, wave)
    return done == "INSERT 0 1"


async def alarmed_waves(login: Login) -> dict[UUID, str]:
    """Return waves not counted yet that were once not as they were opened, with their keys."""
    rows = await fetch(
        login,
        "SELECT w.id, w.key FROM asking.sealing_alarm a JOIN asking.wave w ON w.id = a.wave"
        " WHERE w.state IN ('open', 'closed') ORDER BY w.key",
    )
    return {row["id"]: str(row["key"]) for row in rows}
