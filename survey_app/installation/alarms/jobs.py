"""What each worker does beside the queue: look, keep what is wrong, and tell those who asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from survey_app.asking.writing import writing
from survey_app.installation.alarms.host import list_hosts, look_at_host, note_host
from survey_app.installation.alarms.keep import note_silence, settle, unsettled_alarms
from survey_app.installation.alarms.letters import queue_alarm_letters, send_alarm_letters
from survey_app.installation.alarms.looks import LookScope, look_for_alarms
from survey_app.settings import Settings, settings
from survey_app.shared.database import Login

EVERY: Final = timedelta(minutes=2)
LOCK: Final = 7_310_424_211  # any constant: of several workers one looks


async def watch_alarms(context: dict[str, Any]) -> None:
    """Look every other minute, on whatever machine, and send what is to be told.

    It needs neither the queue nor the clock of this machine, which may be what is wrong.
    """
    chosen: Settings = context.get("settings") or settings()
    here = await look_at_host(chosen)
    async with writing() as link:
        await link.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        hosts = await list_hosts(Login.WORKER)
        own = next((one for one in hosts if one.name == here.name), None)
        # a look of a day to come was made while the clock was ahead
        if own is not None and timedelta() <= here.seen_at - own.seen_at < EVERY:
            return
        await note_silence(link, hosts, now=here.seen_at)
        await note_host(here)
    await _look(chosen, here.seen_at)
    await send_alarm_letters(chosen)


async def _look(chosen: Settings, now: datetime) -> None:
    seen = await look_for_alarms(LookScope(chosen, now, await list_hosts(Login.WORKER)))
    async with writing() as link:
        if not await link.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK):
            return
        await settle(link, seen, now=now)
        await queue_alarm_letters(link, await unsettled_alarms(link), chosen, now=now)
