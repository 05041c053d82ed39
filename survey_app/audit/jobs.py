"""What the worker does for the log: look at it once a day, and drop what is older than is kept."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Any

from survey_app.audit.heads import keep_head
from survey_app.audit.verify import verify_log
from survey_app.settings import Settings, settings
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, fetch

log = logging.getLogger("barometer.audit")


async def watch_log(_context: dict[str, Any]) -> None:
    """Verify the log on days that have no head yet, and keep where it stands."""
    day = today()
    if await fetch(Login.WORKER, "SELECT FROM audit.head WHERE day = $1", day):
        return
    found = await verify_log(Login.WORKER)
    await keep_head(day, found, now=now())
    if found.misfit:
        log.error(
            "the audit log is broken after row %d (%s): keep the database as it is, and ask"
            " barometer log verify",
            found.head.number,
            found.misfit,
        )


async def forget_old_log(context: dict[str, Any]) -> None:
    """Drop the months of the log that are older than it is kept."""
    chosen: Settings = context.get("settings") or settings()
    last = last_day_to_go(today(), years=chosen.log_years)
    [row] = await fetch(Login.WORKER, "SELECT audit.drop_until($1) AS rows", last)
    if row["rows"]:
        log.info("rows of the audit log dropped, as old as the setting says: %d", row["rows"])


def last_day_to_go(day: date, *, years: int) -> date:
    """Return the last day of the newest month that is over for so many years."""
    return date(day.year - years, day.month, 1) - timedelta(days=1)
