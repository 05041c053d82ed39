"""Bring back a day of results that was put off for another wave, once that holds it up no more.

Opening a wave puts its day off to that of an earlier one that its results wait for, a draft as well
(asking/invitations/draw_wave.py). That one can be thrown away afterwards, cancelled or moved.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from survey_app.asking.campaigns.queries import WaveRow, list_campaigns, list_waves
from survey_app.asking.campaigns.results_wait import held_among
from survey_app.asking.campaigns.states import State
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared import clock
from survey_app.shared.database import Link, Login, fetch
from survey_app.waves.move_results import MOVABLE
from survey_app.waves.states import lock_state

_PUT_OFF = """
SELECT id, results_planned_on FROM asking.wave
WHERE results_planned_on IS NOT NULL AND state = ANY($1)
"""


async def bring_back_days(_ctx: dict[str, Any]) -> None:
    """Look at every wave whose day was put off, as things stand now."""
    await bring_back_results(now=clock.now(), today=clock.today())


async def bring_back_results(*, now: datetime, today: date) -> None:
    """Look at every wave whose day was put off, and that is not computed yet."""
    states = [state.value for state in (State.OPEN, *MOVABLE)]
    rows = await fetch(Login.WORKER, _PUT_OFF, states)
    if not rows:
        return
    planned = {row["id"]: row["results_planned_on"] for row in rows}
    waves = await list_waves(Login.WORKER)
    earliest = {
        one.id: max(planned[one.id], _first_day(one, today)) for one in waves if one.id in planned
    }
    as_planned = [replace(one, results_on=earliest.get(one.id, one.results_on)) for one in waves]
    releases = {one.key: one.release for one in await list_campaigns(Login.WORKER, None)}
    until = {one.wave.id: one.until for one in held_among(as_planned, releases, today=today)}
    for wave in waves:
        if wave.id not in earliest:
            continue
        day = max(earliest[wave.id], until.get(wave.id, today))
        if day < wave.results_on:
            async with writing() as link:
                await _bring_back(link, wave.id, wave.key, (wave.results_on, day), now=now)


def _first_day(wave: WaveRow, today: date) -> date:
    """Nothing is promised for a day that has come, or on which people may still answer."""
    last = max(today, wave.closes_on) if wave.state == State.OPEN else today
    return last + timedelta(days=1)


async def _bring_back(
    link: Link, wave: UUID, key: str, days: tuple[date, date], *, now: datetime
) -> None:
    """Write the day, unless somebody moved it meanwhile or the wave was computed."""
    before, day = days
    if await lock_state(link, wave) not in {State.OPEN, *MOVABLE}:
        return
    done = await link.execute(
        "UPDATE asking.wave SET results_on = $3,"
        " results_planned_on = CASE WHEN results_planned_on < $3 THEN results_planned_on END"
        " WHERE id = $1 AND results_on = $2 AND results_planned_on IS NOT NULL"
        " AND (state <> 'open' OR closes_on < $3)",
        wave,
        before,
        day,
    )
    if done.endswith(" 1"):
        await record(
            Login.WORKER, now=now, actor="system", action="dates moved", subject=key,
            reason="as planned: the wave that its results waited for holds them up no more",
            results_on=[before, day],
        )  # fmt: skip
