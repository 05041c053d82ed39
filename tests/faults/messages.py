"""``python -m tests.faults.messages``: kill who sends, again and again, and count what arrived.

Text messages and letters to mailboxes go to servers on this machine, which say by seed when the
process that sends is killed (just before they take a message, or just after), when its connections
to the database end, and when they hang up, fail or are busy. At the end each person has one.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import click
from stdnum.no import fodselsnummer

from survey_app.installation.migrate import run_migrations
from survey_app.installation.services import services
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.asking_builders import CAMPAIGN, SIZES, import_campaign, import_people, open_wave
from tests.asking_builders import register as a_register
from tests.builders_answering import a_public_wave, without_pools
from tests.digital_post_server import REACHABLE, the_services
from tests.letters import KEY, a_sample, pages_of, still_open
from tests.sms_gateway import a_gateway

ROOT = Path(__file__).parents[2]
END_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE usename = 'worker' AND datname = current_database()"
)
# of so many messages one meets a fault of the service besides
MISHAP_OF = 12
A_WAVE = 6  # letters
SECRET = "for tests only, and long enough there"
DIGITS = "0123456789"


@dataclass
class Killer:
    """Who is killed when: asked by the servers at each message, before and after they take it."""

    random: Random
    kills: int
    every: int
    owner: str
    run: int = 0
    left: int = 0
    moment: str = "after"
    killed: Counter[str] = field(default_factory=Counter)

    def begin(self, run: int) -> None:
        self.run = run
        self._next()

    def _next(self) -> None:
        self.left = self.random.randint(1, self.every)
        self.moment = self.random.choice(("before", "after"))

    def at(self, moment: str) -> None:
        """Kill the run that is at it, where its time has come."""
        if self.killed.total() >= self.kills or not self.run:
            return
        self.left -= moment == "before"
        if self.left > 0 or moment != self.moment:
            return
        self._next()
        if self.random.random() < 0.2:
            self.killed["database"] += 1
            asyncio.run(self._end_connections())
        else:
            self.killed[f"sender, {moment}"] += 1
            with suppress(ProcessLookupError):
                os.kill(self.run, signal.SIGKILL)

    async def _end_connections(self) -> None:
        link = await asyncpg.connect(self.owner)
        try:
            await link.execute(END_CONNECTIONS)
        finally:
            await link.close()


@contextmanager
def a_sender(order: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    """Start the process that divides itself for each run."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.sender"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps(order), file=process.stdin, flush=True)
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.communicate()


def one_run(sender: subprocess.Popen[str], killer: Killer) -> int:
    """Let it send until it ends or is killed; returns how it ended."""
    assert sender.stdin is not None
    assert sender.stdout is not None
    print("go", file=sender.stdin, flush=True)
    killer.begin(int(sender.stdout.readline()))
    ended = int(sender.stdout.readline())
    killer.run = 0
    return ended


async def texts(
    logins: dict[Login, str], seed: int, *, people: int, kills: int, knows_repeats: bool = True
) -> str:
    """Send text messages to ``people`` while senders are killed; returns what happened."""
    random = Random(seed)
    await import_people(_with_numbers(people))
    await import_campaign(CAMPAIGN + "sms = true\n")
    drawn = await open_wave()
    await still_open()
    assert drawn.texts == people
    killer = Killer(random, kills, max(2, 2 * people // max(kills, 1)), logins[Login.MIGRATOR])
    mishaps = ["hang up", 500] if knows_repeats else [201]
    with a_gateway() as gateway:
        gateway.at, gateway.knows_repeats = killer.at, knows_repeats
        gateway.script = [
            random.choice(mishaps) if random.randrange(MISHAP_OF) == 0 else 201
            for _ in range(4 * people)
        ]
        more = {"sms_idempotent": knows_repeats, "secret_key": SECRET}
        order = {"database": logins[Login.WORKER], "settings": gateway.settings(**more)}
        runs = 0
        with a_sender(order) as sender:
            while await _due():
                await asyncio.to_thread(one_run, sender, killer)
                runs += 1
                assert runs < 20 * (kills + people), "it does not come to an end"
        copies = Counter(one["to"] for one in gateway.received)
    states = await fetch(
        Login.MIGRATOR, "SELECT state, problem, count(*) AS n FROM asking.outbox"
        " WHERE channel = 'sms' GROUP BY state, problem",
    )  # fmt: skip
    found = {(row["state"], row["problem"]): row["n"] for row in states}
    assert max(copies.values()) == 1, copies.most_common(3)
    sent = found.pop(("sent", ""))
    lost = found.pop(("failed", "sms unknown"), 0)
    assert not found, found
    assert sent + lost == people
    assert sent <= len(copies) <= people
    if knows_repeats:
        assert len(copies) == people
        assert lost == 0
    else:
        assert lost <= killer.killed.total()
    return (
        f"{people} text messages, {dict(killer.killed)} in {runs} runs: {len(copies)} arrived,"
        f" none twice, {lost} left to somebody"
    )


async def _due() -> int:
    # not as the worker, whose connections are ended: one that waits would end in a query of ours
    rows = await fetch(Login.MIGRATOR, "SELECT count(*) AS n FROM asking.outbox"
        " WHERE state = 'due' AND channel = 'sms'")  # fmt: skip
    return int(rows[0]["n"])


def _with_numbers(people: int) -> str:
    sizes = SIZES | {"nord-1": max(SIZES["nord-1"], people)}
    head, *lines = a_register(sizes).splitlines()
    rows, number = [f"{head},mobile"], 0
    for line in lines:
        cells = line.split(",")
        mobile = ""
        if cells[0] == "person" and cells[7] == "nord-1" and number < people:
            cells[5], mobile = "", str(40_000_000 + number)
            number += 1
        rows.append(",".join([*cells, mobile]))
    return "\n".join(rows) + "\n"


async def letters(
    settings: Settings, logins: dict[Login, str], seed: int, folder: Path,
    *, people: int, kills: int, key: str = KEY,
) -> str:  # fmt: skip
    """Make letters to mailboxes for ``people`` while whoever makes them is killed."""
    random = Random(seed)
    wave = await a_public_wave(settings, a_sample(people), key, form="omdomme")
    await still_open()
    rows = range(2, people + 2)
    numbers = {row: _national_id(row) for row in rows if row % 4}
    addresses = folder / f"{key}.csv"
    lines = [f"{row};Mottaker {row};Gata 1;0150;Oslo;{numbers.get(row, '')}" for row in rows]
    addresses.write_text("\n".join(["row;name;address;postcode;place;national_id", *lines]))
    output = folder / f"{key}.pdf"
    killer = Killer(random, kills, max(1, 2 * people // max(kills, 1)), logins[Login.MIGRATOR])
    with the_services() as mailboxes:
        mailboxes.at = killer.at
        mailboxes.people = dict.fromkeys(numbers.values(), REACHABLE)
        mailboxes.script = [
            random.choice(["hang up", "reserved, hang up", 503])
            if random.randrange(MISHAP_OF) == 0
            else random.choice([200, 200, 200, 200, "reserved", 404])
            for _ in range(4 * people)
        ]
        order = {
            "database": logins[Login.WORKER],
            "settings": mailboxes.settings(
                secret_key=SECRET, data_dir=str(settings.data_dir), base_url=settings.base_url
            ),
            "letters": {"key": key, "addresses": str(addresses), "output": str(output)},
        }
        runs = 0
        with a_sender(order) as sender:
            while not await fetch(
                Login.MIGRATOR, "SELECT 1 FROM asking.letter_run WHERE wave = $1", wave.id
            ):
                await asyncio.to_thread(one_run, sender, killer)
                runs += 1
                assert runs < 20 * (kills + people), "it does not come to an end"
        there = Counter(
            one["Recipients[0]"].rpartition(":")[2] for one in mailboxes.delivered.values()
        )
    printed = Counter(
        int(page.partition("Mottaker ")[2].split()[0]) for page, _ in pages_of(output.read_bytes())
    )
    arrived = printed + Counter({row: there[number] for row, number in numbers.items()})
    assert arrived == Counter(rows), (arrived - Counter(rows), Counter(rows) - arrived)
    return (
        f"{key}: {people} letters, {dict(killer.killed)} in {runs} runs:"
        f" {there.total()} in mailboxes, {printed.total()} on paper, one each"
    )


def _national_id(row: int) -> str:
    """Return a number whose last digits fit, of nobody: its month is 80 more than one."""
    for last in range(1000):
        first = f"{1 + row % 28:02}81{(row // 28) % 100:02}{last:03}"
        checks = fodselsnummer.calc_check_digit1(first)
        number = f"{first}{checks}"
        whole = f"{number}{fodselsnummer.calc_check_digit2(number)}"
        if len(whole) == 11 and whole.isdigit():
            return whole
    raise AssertionError(row)


@click.command()
@click.option("--seed", default=1, show_default=True)
@click.option("--kills", default=200, show_default=True)
@click.option("--texts", "messages", default=1000, show_default=True)
@click.option("--letters", "sheets", default=150, show_default=True, help="0: none")
def main(seed: int, kills: int, messages: int, sheets: int) -> None:
    """Send text messages and letters while whoever sends them is killed."""
    for what in ("texts", "texts, no repeats", *(["letters"] if sheets else [])):
        with tempfile.TemporaryDirectory(prefix="barometer-messages-") as folder:
            click.echo(asyncio.run(_alone(Path(folder), what, seed, kills, messages, sheets)))


async def _alone(folder: Path, what: str, seed: int, kills: int, messages: int, sheets: int) -> str:
    settings = Settings(data_dir=folder / "var", secret_key=SECRET)
    with services(settings) as found:
        await run_migrations(found.database)
        with without_pools():
            if what == "letters":
                return await _in_small_waves(settings, found.database, seed, folder, kills, sheets)
            repeats = what == "texts"
            return await texts(
                found.database, seed, people=messages, kills=kills, knows_repeats=repeats
            )


async def _in_small_waves(
    settings: Settings, logins: dict[Login, str], seed: int, folder: Path, kills: int, sheets: int
) -> str:
    """Make letters of many small waves: each run sets all of its wave's anew before it sends."""
    waves = max(1, sheets // A_WAVE)
    told = []
    for at in range(waves):
        few = kills // waves + (at < kills % waves)
        lines = await letters(
            settings, logins, seed + at, folder, people=A_WAVE, kills=few, key=f"letters-{at + 1}"
        )
        told.append(lines)
        click.echo(lines)
    return f"{waves} waves of {A_WAVE} letters each: one each"


if __name__ == "__main__":
    main()
