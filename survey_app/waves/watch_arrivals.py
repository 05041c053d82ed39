"""Look whether forms of open surveys come as from people; where they do not, somebody is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from survey_app.asking.campaigns.arrival_alarms import ArrivalSign, note_signs
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared import clock
from survey_app.shared.database import Link, Login, fetch
from survey_app.waves.arrival_signs import signs_in
from survey_app.waves.arrivals import arrivals_of

SEEN = "arrivals unlike people"


async def watch_arrivals(_ctx: dict[str, Any]) -> None:
    """Look at every open survey that is in the field."""
    rows = await fetch(
        Login.WORKER, "SELECT id, key FROM asking.wave WHERE state = 'open' AND invite = 'open'"
    )
    now = clock.now()
    for row in rows:
        if signs := signs_in(await arrivals_of(row["id"], now=now)):
            async with writing() as link:
                await raise_arrival_alarm(link, row["id"], row["key"], signs, now=now)


async def raise_arrival_alarm(
    link: Link, wave: UUID, wave_key: str, signs: dict[ArrivalSign, int], *, now: datetime
) -> None:
    """Keep signs; the first of a wave stand in the audit log."""
    if await note_signs(link, wave, signs, now=now):
        await record(
            Login.WORKER, now=now, actor="system", action=SEEN, subject=wave_key,
            signs=", ".join(sorted(signs)),
        )  # fmt: skip
