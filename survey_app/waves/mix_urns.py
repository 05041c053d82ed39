"""Mix the urns of open waves: one dump then tells no order of arrival, a series of them does."""

from __future__ import annotations

from typing import Any

import asyncpg

from survey_app.asking.writing import writing
from survey_app.counting.urn.lock import lock_for_emptying
from survey_app.counting.urn.mix import mix

# who answers waits for it; the next hour will do
LOCK_TIMEOUT = "2s"


async def mix_urns(_ctx: dict[str, Any]) -> None:
    """Mix every open wave that somebody was invited to: an open link has nobody to join with."""
    async with writing() as link:
        rows = await link.fetch(
            "SELECT id, key FROM asking.wave WHERE state = 'open' AND invite <> 'open' ORDER BY key"
        )
    for row in rows:
        try:
            async with writing() as link:
                await link.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
                await lock_for_emptying(link, row["id"])
                state = "SELECT state FROM asking.wave WHERE id = $1"
                if await link.fetchval(state, row["id"]) == "open":
                    await mix(link, row["id"])
        except asyncpg.LockNotAvailableError:
            continue  # answers are arriving; logged, it would say in which second, and where
