"""Delete pilots: 90 days after their last day, and when they or their draft were given up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from survey_app.asking.pilots.at_work import delete_pilot, pilots_given_up, pilots_that_are_over
from survey_app.asking.pilots.pilots import KEPT_DAYS
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.urn import keys
from survey_app.counting.urn.lock import lock_for_emptying
from survey_app.piloting.open_pilot import keys_of_pilots
from survey_app.settings import Settings
from survey_app.shared.database import Login, Row
from survey_app.waves.drop_urn import drop_urn, one_at_a_time


async def forget_pilots(settings: Settings, *, today: date, now: datetime) -> int:
    """Delete what is over, with any ballots that nobody could count; return how many pilots."""
    async with writing() as link:
        over = await pilots_that_are_over(link, today - timedelta(days=KEPT_DAYS))
    return await _forget(over, settings, now) + await forget_given_up(settings, now=now)


async def forget_given_up(settings: Settings, *, now: datetime) -> int:
    """Delete pilots that were given up, and those of deleted drafts; return how many."""
    async with writing() as link:
        rows = await pilots_given_up(link)
    return await _forget(rows, settings, now)


async def _forget(rows: Sequence[Row], settings: Settings, now: datetime) -> int:
    for row in rows:
        async with writing() as link:
            await one_at_a_time(link)
            await lock_for_emptying(link, row["id"])
            await delete_pilot(link, row["id"])
            await drop_urn(link, row["id"])
            await record(
                Login.WORKER, now=now, actor="system", action="pilot deleted",
                subject=f"{row['instrument']}/v{row['version']}",
            )  # fmt: skip
        await asyncio.to_thread(keys.destroy, keys_of_pilots(settings), row["id"])
    return len(rows)
