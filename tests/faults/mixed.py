"""``python -m tests.faults.mixed``: kill web, worker, Redis and mail server, and count arrivals.

A wave of staff goes out by mail and by text message from a whole installation. A few messages
become due before each kill, so that each part dies in the middle of sending. At the end everybody
has one.
"""

from __future__ import annotations

import asyncio
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import click
import psutil
from redis.exceptions import RedisError

from survey_app.asking.clock_watch import accept_clock
from survey_app.shared import queue
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, fetch
from survey_app.waves.open_wave import open_wave
from tests.builders_answering import a_draft, an_agency
from tests.faults.standing import Standing, standing
from tests.killed_installation import FORM
from tests.sms_gateway import Gateway, a_gateway

PARTS = ("web", "worker", "redis", "mail")
TOGETHER = 2  # kills, before all is looked at again
TELEPHONES = 3  # of so many people one has a telephone and no address
UNITS = {
    "nord-1": ("Fengsel Nord 1", "nord"),
    "nord-2": ("Fengsel Nord 2", "nord"),
    "sor-1": ("Fengsel Sør 1", "sor"),
}
AWAY = 0.5  # seconds that a service stays away at least
LAST_SECONDS = 600.0
KEY = "mixed"
_DUE = """
UPDATE asking.outbox SET due_at = clock_timestamp() WHERE id = ANY($1::uuid[]) AND state = 'due'
"""
# as «send again» does; the time that a server was given goes by at once
_AGAIN = """
UPDATE asking.outbox SET due_at = clock_timestamp(), attempts = 0, state = 'due'
WHERE state = 'failed' OR (state = 'due' AND due_at > clock_timestamp())
"""


async def mixed(folder: Path, seed: int, *, people: int, kills: int, minutes: float | None) -> str:
    """Send to ``people`` while parts are killed; returns what happened."""
    random = Random(seed)
    with a_gateway() as gateway, standing(folder, _environment(gateway)) as it:
        await it.until_well()
        it.reach_directly()
        waiting = await _opened(it, people)
        random.shuffle(waiting)
        killed, well = await _kill(it, random, waiting, kills, minutes)
        await _finish()
        return await _judged(it, gateway, killed, well)


def _environment(gateway: Gateway) -> dict[str, str]:
    return {f"BAROMETER_{name.upper()}": value for name, value in gateway.settings().items()}


async def _opened(it: Standing, people: int) -> list[UUID]:
    """Open the wave, and let all its messages wait for their turn."""
    each = people // len(UNITS)
    await an_agency(each, UNITS)
    await accept_clock()
    await fetch(
        Login.WORKER,
        "UPDATE asking.person p SET email = '', mobile = (40000000 + n)::text FROM (SELECT id,"
        f" row_number() OVER (ORDER BY number) AS n FROM asking.person) q WHERE q.id = p.id"
        f" AND n % {TELEPHONES} = 0",
    )
    await a_draft(KEY, form=FORM, closes_on=today() + timedelta(days=20))
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET opens_on = $1, sms = true WHERE key = $2",
        today(),
        KEY,
    )
    worker = it.child("worker")
    assert worker is not None
    # it would begin to send at once
    worker.suspend()
    await open_wave(KEY, now=now(), settings=it.settings, spare=False, rehearse=None)
    rows = await fetch(
        Login.WORKER, "UPDATE asking.outbox SET due_at = due_at + interval '90 days' RETURNING id"
    )
    worker.resume()
    return [row["id"] for row in rows]


async def _kill(
    it: Standing, random: Random, waiting: Sequence[UUID], kills: int, minutes: float | None
) -> tuple[Counter[str], list[float]]:
    """Let some messages become due, kill parts while they go, and wait until all is well."""
    begun, killed, well = time.monotonic(), Counter[str](), []
    parts = [PARTS[at % len(PARTS)] for at in range(kills)]
    random.shuffle(parts)
    for at in range(0, kills, TOGETHER):
        if minutes is not None and time.monotonic() - begun > minutes * 60:
            break
        first, last = (len(waiting) * one // kills for one in (at, min(at + TOGETHER, kills)))
        await fetch(Login.WORKER, _DUE, waiting[first:last])
        await _ask()
        for part in parts[at : at + TOGETHER]:
            await asyncio.sleep(random.uniform(0, 1.0))
            await asyncio.to_thread(_end, it, part)
            killed[part] += 1
        well.append(await it.until_well())
        click.echo(f"{killed.total()} kills, well after {well[-1]:.1f} s", err=True)
    return killed, well


def _end(it: Standing, part: str) -> None:
    if part == "redis":
        it.kill_redis()
        time.sleep(AWAY)
        it.redis.start()
    elif part == "mail":
        it.gates["mail"].shut()
        time.sleep(AWAY)
        it.gates["mail"].open()
    elif (found := it.child(part)) is not None:
        with suppress(psutil.Error):
            found.send_signal(signal.SIGKILL)


async def _ask() -> None:
    for job in ("send_due_mail", "send_due_sms"):
        with suppress(RedisError, OSError):  # it looks by itself, too
            await queue.enqueue(job)


async def _finish() -> None:
    """Wait until nothing waits any more."""
    begun = time.monotonic()
    while await fetch(Login.WORKER, "SELECT 1 FROM asking.outbox WHERE state <> 'sent' LIMIT 1"):
        assert time.monotonic() - begun < LAST_SECONDS, await _states()
        await fetch(Login.WORKER, _AGAIN)
        await _ask()
        await asyncio.sleep(2)


async def _states() -> list[dict[str, object]]:
    return await fetch(
        Login.WORKER,
        "SELECT channel, state, problem, count(*) AS n FROM asking.outbox GROUP BY 1, 2, 3",
    )


async def _judged(
    it: Standing, gateway: Gateway, killed: Counter[str], well: Sequence[float]
) -> str:
    mails = await fetch(
        Login.WORKER, "SELECT p.email FROM asking.outbox o JOIN asking.invitation i"
        " ON i.id = o.invitation JOIN asking.person p ON p.id = i.person"
        " WHERE o.channel = 'email'",
    )  # fmt: skip
    taken = it.office.post.taken
    copies = {row["email"]: taken.get(row["email"], []) for row in mails}
    assert all(copies.values()), [one for one, found in copies.items() if not found]
    twice = {one: found for one, found in copies.items() if len(found) > 1}
    for one, found in twice.items():
        assert len({message for _, message in found}) == 1, f"{one}: copies that no mailbox tells"
    texts = Counter(one["to"] for one in gateway.received)
    [wanted] = await fetch(
        Login.WORKER, "SELECT count(*) AS n FROM asking.outbox WHERE channel = 'sms'"
    )
    assert len(texts) == wanted["n"]
    assert max(texts.values()) == 1, texts.most_common(3)
    middle = sorted(well)[len(well) // 2] if well else 0.0
    return (
        f"{len(copies)} mails and {len(texts)} text messages, {killed.total()} kills"
        f" ({dict(killed)}): each arrived, no text message twice, {len(twice)} mails a second time"
        f" with the same Message-ID; well again after {middle:.0f} s in the middle,"
        f" {max(well, default=0.0):.0f} at most"
    )


@click.command()
@click.option("--seed", default=1, show_default=True)
@click.option("--kills", default=200, show_default=True)
@click.option("--messages", "people", default=1000, show_default=True)
@click.option("--minutes", type=float, help="kill no more after so long")
def main(seed: int, kills: int, people: int, minutes: float | None) -> None:
    """Send mails and text messages from a whole installation while its parts are killed."""
    with tempfile.TemporaryDirectory(prefix="barometer-mixed-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        told = mixed(folder, seed, people=people, kills=kills, minutes=minutes)
        click.echo(asyncio.run(told))


if __name__ == "__main__":
    main()
