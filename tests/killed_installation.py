"""An installation as `barometer up` runs it, with an open wave, people who answer, and who kills.

Each answer is one of a kind, so that the urn tells afterwards which of them it holds.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import httpx
import psutil
from redis import Redis
from redis.exceptions import RedisError

from questionnaires.content import SETTING
from survey_app.asking.invitations.tokens import token_for
from survey_app.installation.migrate import run_migrations
from survey_app.installation.services import find_services, services
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from survey_app.shared.embedded.postgres import embedded_postgres
from survey_app.shared.embedded.redis import embedded_redis
from tests.agencies import FIRST
from tests.blind_client import (
    Blinded,
    Credential,
    ask_to_sign,
    finalize,
    fresh,
    group_key,
    send_ballot,
    unb64url,
)
from tests.builders_answering import OpenedWave, an_open_wave, some_answers
from tests.live_server import free_port
from tests.plain_form import hidden_in
from tests.urn_reading import urn_of

FORM = "verdipuls.k2"
NEVER = date(2099, 12, 31)  # the worker closes what is due
CODES = "12345"
PATIENCE = 180.0  # seconds until something is back, on the busiest machine
PAUSE = 0.4  # between two answers of one sender
USED = ("/answer/used",)


@dataclass(frozen=True)
class Link:
    """A personal link, the group of its key, and the answers that it is used for."""

    token: str
    group: str
    number: int

    @property
    def answers(self) -> dict[str, object]:
        return some_answers(FORM, **dict(zip(spelling(), self.spelt, strict=True)))

    @property
    def spelt(self) -> tuple[str, ...]:
        """The number, in the codes of the questions that spell it."""
        digits, rest = [], self.number
        for _ in spelling():
            rest, digit = divmod(rest, len(CODES))
            digits.append(CODES[digit])
        return tuple(digits)


def spelling() -> list[str]:
    return [item for item, code in some_answers(FORM, code="5").items() if item != "vp.amb.1"][:7]


@dataclass
class Installation:
    """One that runs in a process of its own."""

    settings: Settings
    wave: OpenedWave
    links: list[Link]
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def find(self, role: str) -> psutil.Process | None:
        """The process that plays a role just now."""
        with contextlib.suppress(
            psutil.Error, RedisError, OSError, IndexError, ValueError, StopIteration
        ):
            return ROLES[role](self)
        return None


def _child(installation: Installation, command: str) -> psutil.Process:
    children = psutil.Process(installation.process.pid).children()
    return next(one for one in children if command in one.cmdline())


def _postmaster(installation: Installation) -> psutil.Process:
    data = embedded_postgres(installation.settings.data_dir).data
    return psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))


def _backend(installation: Installation) -> psutil.Process:
    children = _postmaster(installation).children()
    return next(one for one in children if "postgres: web " in " ".join(one.cmdline()))


def _redis(installation: Installation) -> psutil.Process:
    socket = str(embedded_redis(installation.settings.data_dir).socket)
    with Redis(unix_socket_path=socket, socket_timeout=5) as box:
        return psutil.Process(box.info("server")["process_id"])


ROLES: dict[str, Callable[[Installation], psutil.Process]] = {
    "web main": lambda it: _child(it, "web"),
    "web worker": lambda it: _child(it, "web").children()[0],
    "job worker": lambda it: _child(it, "worker"),
    "postmaster": _postmaster,
    "backend": _backend,
    "redis": _redis,
}
# a backend comes when it is asked for
STANDING = [role for role in ROLES if role != "backend"]


@contextlib.asynccontextmanager
async def standing(folder: Path, people: int) -> AsyncIterator[Installation]:
    """Start one with an open wave that ``people`` are invited to."""
    settings = Settings(data_dir=folder / "var", secret_key="for tests only, and long enough there")
    with services(settings) as found:
        await run_migrations(found.database)
        wave = await an_open_wave(settings, people=people // 2, closes_on=NEVER)
        rows = await fetch(
            Login.WORKER, "SELECT pid, generation, domain FROM asking.invitation ORDER BY pid"
        )
    secret = settings.secret()
    links = [
        Link(token_for(secret, wave.id, row["pid"], row["generation"]), row["domain"], number)
        for number, row in enumerate(rows)
    ]
    port, log = free_port(), folder / "log"
    running = Installation(settings, wave, links, port, log, start_up(settings, port, log))
    try:
        await well(running)
        yield running
    finally:
        running.process.send_signal(signal.SIGINT)
        running.process.wait(timeout=PATIENCE)


def start_up(settings: Settings, port: int, log: Path) -> subprocess.Popen[bytes]:
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("BAROMETER_")},
        "BAROMETER_DATA_DIR": str(settings.data_dir),
        SETTING: str(FIRST),
        "BAROMETER_SECRET_KEY": settings.secret().decode(),
    }
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "survey_app.cli", "up", "--port", str(port)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


async def well(running: Installation, killed: frozenset[psutil.Process] = frozenset()) -> None:
    """Wait until every part is there and is none of the killed ones."""
    deadline = time.monotonic() + PATIENCE
    said: object = None
    async with httpx.AsyncClient(timeout=5) as web:
        while time.monotonic() < deadline:
            assert running.process.poll() is None, running.log.read_text()
            there = {role: running.find(role) for role in STANDING}
            if None not in there.values() and killed.isdisjoint(there.values()):
                try:
                    reply = await web.get(f"{running.address}/health/ready/reading")
                    said = reply.json()["parts"]
                except httpx.HTTPError as error:
                    said = error
                if isinstance(said, dict) and set(said.values()) == {"ok"}:
                    return
            await asyncio.sleep(0.1)
    raise AssertionError(f"{there}; killed {killed}; {said!r}\n{running.log.read_text()}")


@dataclass
class Told:
    """What senders were told: by number of the answer."""

    thanked: Counter[int] = field(default_factory=Counter)
    used: set[int] = field(default_factory=set)
    by_form: int = 0
    by_credential: int = 0
    again: int = 0
    """Thanked after something went wrong in between."""

    def note(self, link: Link, tries: int) -> None:
        self.thanked[link.number] += 1
        self.again += tries > 1


async def answer(running: Installation, links: Iterator[Link], told: Told, rng: Random) -> None:
    """Answer with one link after the other, as often as it takes, until cancelled."""
    keys: dict[str, str] = {}
    async with httpx.AsyncClient(base_url=running.address, timeout=30) as web:
        for link in links:
            if rng.random() < 0.5:
                await by_form(web, link, told)
            else:
                await by_credential(web, link, told, running.wave.key, keys)
            await asyncio.sleep(PAUSE * rng.random() * 2)


async def by_form(web: httpx.AsyncClient, link: Link, told: Told) -> None:
    for tries in itertools.count(1):
        page = await _tried(web.get(f"/answer/{link.token}"))
        hidden = hidden_in(page.text) if page is not None else {}
        reply = await _tried(web.post(f"/answer/{link.token}", data=hidden | dict(link.answers)))
        if reply is not None and reply.status_code == 303:
            where = reply.headers["location"]
            if where.startswith("/answer/thanks"):
                told.note(link, tries)
                told.by_form += 1
            else:
                # taken before, and the reply was lost: the friendly page says so
                assert tries > 1, where
                assert where.startswith(USED), where
                told.used.add(link.number)
            return
        await asyncio.sleep(0.2)


async def by_credential(
    web: httpx.AsyncClient, link: Link, told: Told, wave: str, keys: dict[str, str]
) -> None:
    while link.group not in keys:
        # an error's reply is JSON as well, or no reply comes
        with contextlib.suppress(httpx.HTTPError, ValueError, KeyError):
            keys[link.group] = await group_key(web, wave, link.group)
            break
        await asyncio.sleep(0.2)
    kept = fresh(keys[link.group])
    signature, tried = await _signed(web, link, kept)
    credential = Credential(wave, link.group, kept.message, finalize(kept, unb64url(signature)))
    for more in itertools.count(1):
        reply = await _tried(send_ballot(web, credential, link.answers))
        if reply is not None and reply.status_code == 200:
            assert reply.json() == {"outcome": "accepted"}
            told.note(link, tried + more - 1)
            told.by_credential += 1
            return
        await asyncio.sleep(0.2)


async def _signed(web: httpx.AsyncClient, link: Link, kept: Blinded) -> tuple[str, int]:
    for tries in itertools.count(1):
        reply = await _tried(ask_to_sign(web, link.token, kept))
        if reply is not None and reply.status_code == 200:
            return reply.json()["signature"], tries
        await asyncio.sleep(0.2)
    raise AssertionError


async def _tried(request: Any) -> httpx.Response | None:
    with contextlib.suppress(httpx.HTTPError):
        return await request
    return None


async def in_the_urn(running: Installation) -> Counter[int]:
    """The numbers of the answers in the urn, opened with the wave's own key."""
    found = find_services(running.settings)
    found.start()
    return await spelt_in(running.settings, running.wave, running.links)


async def spelt_in(settings: Settings, wave: OpenedWave, links: list[Link]) -> Counter[int]:
    """The numbers of the answers in the urn of a wave."""
    by_spelling = {link.spelt: link.number for link in links}
    questionnaire, ballots = await urn_of(settings, wave, FORM)
    columns = [questionnaire.columns.index(item) for item in spelling()]
    return Counter(
        by_spelling[tuple(str(ballot.answers[at]) for at in columns)] for ballot in ballots
    )
