"""PostgreSQL's machine loses its power while people answer, and the copy takes its place.

The copy's own wire is cut first, for as long as a bad moment lasts: what was committed meanwhile it
has not. Then the first machine is gone, the copy is promoted, and the pooler is pointed at it, as
docs/runbook.md says.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import timedelta

from survey_app.asking.clock_watch import accept_clock
from survey_app.installation.tables import bind_worker
from survey_app.shared.clock import today
from survey_app.shared.database import Login, connect, fetch
from tests.faults.hosts.burst import (
    AT_ONCE,
    PUBLIC,
    Say,
    Shown,
    found_answers,
    open_waves,
    until_state,
)
from tests.faults.hosts.cluster import PATIENCE, Cluster
from tests.faults.hosts.crowd import Crowd, Invited
from tests.faults.hosts.machines import _run

APART_SECONDS = 3.0
"""For so long the copy hears nothing before the first machine is gone."""


async def live_through_failover(
    cluster: Cluster, answers: int, say: Say, *, synchronous: bool
) -> Shown:
    """Live through it; returns what did not hold."""
    shown = Shown()
    office = await cluster.open_post_office()
    await asyncio.to_thread(cluster.start)
    if synchronous:
        for ask in (cluster.database.on_first, cluster.database.on_copy):
            # a copy that was made later has the setting, too
            await ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
            await ask("SELECT pg_reload_conf()")
    for one in cluster.webs:
        await cluster.until_well(one)
    await accept_clock()
    crowd, invited = await open_waves(cluster, answers)
    answering = asyncio.create_task(crowd.answer(invited, at_once=AT_ONCE))
    await crowd.thanked(answers // 3)
    before = len(crowd.told.thanked)
    copy, first = cluster.database.reads, cluster.database.writes
    await asyncio.to_thread(_run, "ip", "link", "set", f"w-{copy.name}", "down")
    await asyncio.sleep(APART_SECONDS)
    apart = len(crowd.told.thanked) - before
    await asyncio.to_thread(first.lose_power)
    gone = time.monotonic()
    await asyncio.to_thread(_run, "ip", "link", "set", f"w-{copy.name}", "up")
    await _promote(cluster)
    await crowd.thanked(len(crowd.told.thanked) + 1)
    say(
        f"{apart} thanked while the copy heard nothing; {time.monotonic() - gone:.0f} s from the"
        " first machine's end until somebody was thanked again"
    )
    await answering
    await _held_against(cluster, crowd, invited, shown, say, synchronous=synchronous)
    office.close()
    return shown


async def _promote(cluster: Cluster) -> None:
    """Do what docs/runbook.md says, and let the harness itself reach the new server."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            await cluster.database.on_copy("SELECT pg_promote()")
            # nothing copies it yet: every commit would wait for that
            await cluster.database.on_copy("ALTER SYSTEM RESET synchronous_standby_names")
            await cluster.database.on_copy("SELECT pg_reload_conf()")
            break
        except OSError:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.2)
    await asyncio.to_thread(cluster.point_pooler_at_copy)
    connect({
        login: f"postgresql://{login}:{cluster.passwords[login]}@{cluster.database.reads.address}"
        "/barometer"
        for login in (Login.WEB, Login.WORKER, Login.READER)
    })  # fmt: skip
    bind_worker()


async def _held_against(
    cluster: Cluster, crowd: Crowd, invited: Sequence[Invited], shown: Shown, say: Say,
    *, synchronous: bool,
) -> None:  # fmt: skip
    """Let the worker count the wave on the new server; hold it against what was told."""
    await fetch(
        Login.WORKER, "UPDATE asking.wave SET closes_on = $2 WHERE key = $1", PUBLIC,
        today() - timedelta(days=1),
    )  # fmt: skip
    await until_state("published", PATIENCE + len(invited) / 100, cluster)
    found, told = await found_answers(), crowd.told
    lost = [one for one in told.thanked | told.told_used if found[one] == 0]
    twice = [one for one, times in found.items() if times > 1]
    strange = set(found) - told.thanked - told.told_used - told.unknown
    shown.need(not twice, f"{len(twice)} answers are counted twice: {twice[:5]}")
    shown.need(not strange, f"{len(strange)} answers were counted and never sent")
    if synchronous:
        shown.need(not lost, f"{len(lost)} answers were thanked for and are lost: {lost[:5]}")
    say(
        json.dumps(
            {
                "thanked": len(told.thanked), "told at a second try": len(told.told_used),
                "counted": found.total(), "thanked for and lost": len(lost),
                "twice": len(twice), "requests without a good reply": told.failures,
            }
        )
    )  # fmt: skip
