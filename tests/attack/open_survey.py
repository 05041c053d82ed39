"""Hostile posts to an open survey, of five kinds, beside people who answer: what is counted.

``python -m tests.attack.open_survey`` posts 10,000 hostile forms, 2,000 of each kind, to a web
process of its own over HTTP, with Redis and PostgreSQL. Networks are named as a proxy names them.
It prints how many of them were counted, and what became of people: taken at the first press, taken
after they were asked to wait, or lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import multiprocessing
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from redis import Redis

from questionnaires.loader import load_library
from survey_app.answering.form_token import LEAST
from survey_app.answering.proof_of_work import PARTS, ROUNDS
from survey_app.settings import Settings
from survey_app.shared.base64url import to_base64url
from survey_app.shared.database import Login, connect, fetch
from survey_app.shared.embedded.postgres import start_postgres
from survey_app.shared.embedded.redis import start_redis
from tests.builders_answering import an_open_wave
from tests.databases import urls
from tests.live_server import free_port, serving

SLUG = "apen"
PATH = f"/open/{SLUG}"
WAVE = {"form": "omdomme.open", "population": "open", "kind": "open", "invite": "open"}
AT_ONCE = 16
A_PRISON = "203.0.113.7"
MOST_PRESSES = 8
BUDGET = 120.0  # seconds that a program computes for, on one core
IDLE = 5.0  # seconds after which the server may have closed a kept connection
_TOKEN = re.compile(r'name="form" value="([^"]+)"')
FORM = load_library().questionnaire("omdomme.open")

_ZEROS = re.compile(r'data-zeros="(\d+)"')

type Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, the seconds to wait for, the page's token and its work."""

    status: int
    wait: float = 0.0
    token: str = ""
    zeros: int = 0


@dataclass(slots=True)
class Client:
    """One kept connection, whose requests a proxy says come from ``network``."""

    port: int
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None
    used: float = 0.0

    async def page(self, network: str) -> Reply:
        return await self._ask("GET", network, b"")

    async def send(self, network: str, fields: Fields) -> Reply:
        return await self._ask("POST", network, urlencode(fields).encode())

    async def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            with contextlib.suppress(OSError):
                await self.writer.wait_closed()

    async def _ask(self, verb: str, network: str, body: bytes) -> Reply:
        if self.reader is None or self.writer is None or time.monotonic() - self.used > IDLE:
            await self.close()
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.used = time.monotonic()
        head = f"{verb} {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {network}\r\n"
        if body:
            kind = "application/x-www-form-urlencoded"
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        self.writer.write(f"{head}\r\n".encode() + body)
        told = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(told.split("content-length: ")[1].split("\r\n")[0])
        html = (await self.reader.readexactly(length)).decode()
        token = _TOKEN.search(html)
        zeros = _ZEROS.search(html)
        wait = re.search(r"retry-after: (\d+)", told)
        return Reply(
            int(told.split(" ")[1]),
            float(wait[1]) if wait else 0.0,
            unescape(token[1]) if token else "",
            int(zeros[1]) if zeros else 0,
        )


def worked(token: str, zeros: int) -> str:
    """Do what a page asks for, as fast as a program can: no browser in between."""
    found = b""
    for part in range(PARTS if zeros else 0):
        for number in itertools.count():
            salt = bytes([part]) + number.to_bytes(3)
            made = hashlib.pbkdf2_hmac("sha256", token.encode(), salt, ROUNDS, 4)
            if int.from_bytes(made) >> (32 - zeros) == 0:
                found += salt[1:]
                break
    return to_base64url(found)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of hostile program.

    Attributes
    ----------
    name : str
    networks : int
        It comes from so many, in turn.
    fresh : bool
        Whether each post has a page of its own.
    answers : callable
        What it fills in.
    again : int
        So often it sends a form again that came back, after what it was told to wait.
    works : bool
        Whether it computes what pages ask for, while it can afford to.
    """

    name: str
    networks: int
    fresh: bool
    answers: Callable[[random.Random], Fields]
    again: int = 0
    works: bool = False


@dataclass(slots=True)
class Result:
    """What became of a round: of hostile posts, and of people."""

    kind: str
    posts: int
    counted: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    people: int = 0
    at_once: int = 0
    delays: list[float] = field(default_factory=list)
    lost: int = 0
    worked: float = 0.0
    seconds: float = 0.0

    def told(self) -> str:
        longest = ""
        if self.delays:
            middle = statistics.median(self.delays)
            longest = f" (median {middle:.0f} s, the longest {max(self.delays):.0f} s)"
        return (
            f"{self.kind}: {self.counted} of {self.posts} hostile posts counted"
            f" ({self.seconds:.0f} s, replies {dict(sorted(self.statuses.items()))}); of"
            f" {self.people} people {self.at_once} taken at once, {len(self.delays)} delayed"
            f"{longest}, {self.lost} lost; {self.worked:.0f} s of computing"
        )


def anything(rng: random.Random) -> Fields:
    """Answers that differ, and that contradict nothing."""
    chosen = {}
    for item in FORM.items:
        codes = [option.code for option in FORM.option_set(item).options]
        chosen[item.id] = rng.choice(codes)
    return {**chosen, "lang": "nb"}


def the_worst(_rng: random.Random) -> Fields:
    """The first of everything, each time."""
    return anything(random.Random(1))


def noise(rng: random.Random) -> Fields:
    """Now and then what no person sends: nothing, or the field that only programs see."""
    dice = rng.random()
    if dice < 0.1:
        return {"lang": "nb"}
    if dice < 0.2:
        return anything(rng) | {"website": "https://example.org"}
    return {name: value for name, value in anything(rng).items() if rng.random() < 0.8}


KINDS = (
    Kind("the same bytes again", 1, fresh=False, answers=the_worst),
    Kind("a page for each, as fast as allowed", 1, fresh=True, answers=anything),
    Kind("many networks, slow and patient", 400, fresh=True, answers=anything, again=1, works=True),
    Kind("the same answers from many", 100, fresh=True, answers=the_worst, again=1),
    Kind("half like people", 200, fresh=True, answers=noise),
)


async def attack(port: int, kind: Kind, posts: int, result: Result, rng: random.Random) -> None:
    """Post ``posts`` forms of a kind; each page is fetched ahead and old enough when sent."""
    clients = [Client(port) for _ in range(AT_ONCE)]
    networks = itertools.cycle([f"198.18.{n // 250}.{n % 250 + 1}" for n in range(kind.networks)])
    jobs = [(next(networks), kind.answers(rng)) for _ in range(posts)]
    one_core = asyncio.Semaphore(1)
    pages: dict[int, Reply] = {}
    back: dict[int, Reply] = {}

    async def fetched(client: Client, at: int) -> None:
        pages[at] = await client.page(jobs[at][0])

    async def sent(client: Client, at: int) -> None:
        network, answers = jobs[at]
        page = pages[at if kind.fresh else 0]
        reply = await client.send(network, answers | await done(page))
        if reply.status != 303 and reply.token and kind.again:
            back[at] = reply
        else:
            result.statuses[reply.status] += 1

    async def sent_again(client: Client, at: int) -> None:
        network, answers = jobs[at]
        reply = await client.send(network, answers | await done(back[at]))
        result.statuses[reply.status] += 1

    async def done(page: Reply) -> Fields:
        proof = ""
        async with one_core:
            if kind.works and result.worked < BUDGET:
                begun = time.monotonic()
                proof = await asyncio.to_thread(worked, page.token, page.zeros)
                result.worked += time.monotonic() - begun
        return {"form": page.token, "work": proof}

    await _shared(clients, range(posts if kind.fresh else 1), fetched)
    await asyncio.sleep(LEAST)
    begun = time.monotonic()
    await _shared(clients, range(posts), sent)
    if back:
        # as patient as the pages ask for
        await asyncio.sleep(max(reply.wait for reply in back.values()))
        await _shared(clients, list(back), sent_again)
    result.seconds = time.monotonic() - begun
    await asyncio.gather(*(client.close() for client in clients))


async def _shared(
    clients: Sequence[Client], work: Sequence[int], do: Callable[[Client, int], Awaitable[None]]
) -> None:
    left = iter(work)

    async def one(client: Client) -> None:
        for at in left:
            await do(client, at)

    await asyncio.gather(*(one(client) for client in clients))


async def a_person(
    port: int,
    network: str,
    *,
    reads: float,
    script: bool,
    result: Result,
    rng: random.Random,
) -> None:
    """Open the form, read for so long, send it, and do what the page says until it is taken."""
    client = Client(port)
    await asyncio.sleep(rng.random() * LEAST)
    try:
        await _answer(client, network, reads, script, result, anything(rng))
    finally:
        await client.close()


async def _answer(
    client: Client, network: str, reads: float, script: bool, result: Result, answers: Fields
) -> None:
    page = await client.page(network)
    working = asyncio.to_thread(worked, page.token, page.zeros if script else 0)
    proof, _ = await asyncio.gather(working, asyncio.sleep(reads))
    begun = time.monotonic()
    for press in range(MOST_PRESSES):
        page = await client.send(network, answers | {"form": page.token, "work": proof})
        if page.status == 303:
            if press:
                result.delays.append(time.monotonic() - begun)
            else:
                result.at_once += 1
            return
        if script and page.zeros:
            proof = await asyncio.to_thread(worked, page.token, page.zeros)
        else:
            await asyncio.sleep(page.wait or LEAST)
    result.lost += 1


async def a_round(
    port: int,
    kind: Kind,
    *,
    posts: int,
    people: int,
    reads: tuple[float, float] = (LEAST, 2 * LEAST),
    seed: int = 5,
) -> Result:
    """Attack once, with ``people`` answering meanwhile: half in one prison, a quarter no script."""
    result, rng = Result(kind.name, posts, people=people), random.Random(seed)
    before = await in_the_urn()
    homes = [A_PRISON if one % 2 else f"192.0.2.{one + 1}" for one in range(people)]
    answering = [
        a_person(
            port,
            home,
            reads=rng.uniform(*reads),
            script=at % 4 < 3,
            result=result,
            rng=rng,
        )
        for at, home in enumerate(homes)
    ]
    await asyncio.gather(attack(port, kind, posts, result, rng), *answering)
    result.counted = await in_the_urn() - before - result.at_once - len(result.delays)
    return result


async def in_the_urn() -> int:
    """Count the ballots that wait."""
    return int((await fetch(Login.WORKER, "SELECT count(*) FROM counting.urn"))[0]["count"])


def serve(data_dir: Path, port: int) -> None:
    """Serve the application, behind a proxy that it trusts."""
    import warnings

    import uvloop

    from survey_app.app import create_app
    from survey_app.installation.tables import bind_web
    from survey_app.shared import queue

    warnings.simplefilter("ignore")

    async def run() -> None:
        connect(urls(start_postgres(data_dir), "barometer"))
        queue.configure(start_redis(data_dir).url)
        bind_web()
        app = create_app(_settings(data_dir, port), own_services=False)
        async with serving(app, port):
            await asyncio.Event().wait()

    uvloop.run(run())


def _settings(data_dir: Path, port: int) -> Settings:
    address = f"http://127.0.0.1:{port}"
    return Settings.model_validate(
        {"data_dir": data_dir, "base_url": address, "trusted_proxies": "127.0.0.1"}
    )


@asynccontextmanager
async def a_served_survey(data_dir: Path) -> AsyncIterator[int]:
    """An installation with an open survey, and a web process; yields its port."""
    from survey_app.installation.migrate import run_migrations

    server, port = start_postgres(data_dir), free_port()
    start_redis(data_dir)
    connect(urls(server, "barometer"))
    await run_migrations(urls(server, "barometer"))
    await an_open_wave(_settings(data_dir, port), SLUG, **WAVE)
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=serve, args=(data_dir, port))
    process.start()
    try:
        await _listening(port)
        yield port
    finally:
        process.kill()
        process.join()


async def _listening(port: int) -> None:
    for _ in range(900):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise TimeoutError("the server did not come up")


async def main(posts: int, people: int, *kinds: int) -> None:
    """Attack with each kind in turn, or those named by number, and print what became of each."""
    data_dir = Path(tempfile.mkdtemp(prefix="barometer-attack-"))
    try:
        async with a_served_survey(data_dir) as port:
            for kind in [KINDS[one - 1] for one in kinds] or KINDS:
                with Redis.from_url(start_redis(data_dir).url) as client:
                    client.flushdb()  # each kind begins with nobody slowed down
                # people take minutes; these hurry
                told = await a_round(port, kind, posts=posts, people=people, reads=(20, 70))
                print(told.told(), flush=True)
    finally:
        start_redis(data_dir).stop()
        start_postgres(data_dir).stop()
        shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    wanted = [int(one) for one in sys.argv[1:]] or [2000, 40]
    sys.exit(asyncio.run(main(*wanted)))
