"""Ten years of waves on the shelf: pages for one reader and for eight, answers meanwhile, memory.

``python -m tests.benchmarks.ten_years`` starts a demo of 5,600 people with 100 waves of staff and
20 of the public (``WAVES``, ``PUBLIC_WAVES`` and ``READY`` as in `pages`). HR asks for the main
pages in turn, then eight of them at once; while these go on, forms are fetched at 200 a second.
Times are whole requests over HTTP, with the readers and the forms on the same machine. The budget
is for what ``deploy/`` starts, where answers have a web process of their own beside the readers'
(docs/adr/0154); one process for all is printed beside it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil

from tests.benchmarks.budgets import told
from tests.benchmarks.pages import ROLES, addresses, facts
from tests.live_server import free_port

PAGES = ("/", "/culture", "/culture/units", "/strategy", "/workplace")
OF_EIGHT = ("/culture", "/strategy")
READERS, ROUNDS = 8, 15
FORMS, SECONDS = 200, 10  # a second, for so long


def late(spent: list[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return statistics.quantiles(spent, n=20)[-1] * 1000


async def reader(told_of: Mapping[str, Any]) -> httpx.AsyncClient:
    """Sign HR in."""
    account = told_of["accounts"]["hr"]
    client = httpx.AsyncClient(base_url=told_of["base_url"], timeout=120)
    form = {"email": account["email"], "password": account["password"]}
    reply = await client.post("/sign-in", data=form)
    assert reply.status_code == httpx.codes.SEE_OTHER, reply.text
    return client


async def timed(client: httpx.AsyncClient, address: str) -> float:
    """Return the seconds of one request."""
    begun = time.perf_counter()
    reply = await client.get(address)
    assert reply.status_code == httpx.codes.OK, (address, reply.status_code)
    return time.perf_counter() - begun


async def reading(clients: list[httpx.AsyncClient], until: asyncio.Event) -> None:
    """Read until told to stop."""

    async def one(client: httpx.AsyncClient, first: int) -> None:
        turn = first
        while not until.is_set():
            await client.get(OF_EIGHT[turn % len(OF_EIGHT)])
            turn += 1

    await asyncio.gather(*(one(client, number) for number, client in enumerate(clients)))


async def forms(link: str) -> list[float]:
    """Fetch forms at a fixed rate, whether the last came or not; return seconds of each."""
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=64)) as client:
        tasks, begun = [], time.perf_counter()
        for number in range(FORMS * SECONDS):
            await asyncio.sleep(max(0.0, begun + number / FORMS - time.perf_counter()))
            tasks.append(asyncio.create_task(timed(client, link)))
        return await asyncio.gather(*tasks)


@contextlib.asynccontextmanager
async def answering(told_of: Mapping[str, Any]) -> AsyncIterator[str]:
    """Start another web process beside the demo's, as ``deploy/`` does; yield its address."""
    port = free_port()
    given = {"DATA_DIR": told_of["data_dir"], "DEMO": "true", "BASE_URL": told_of["base_url"]}
    environment = os.environ | {f"BAROMETER_{name}": value for name, value in given.items()}
    command = [sys.executable, "-m", "survey_app.cli", "web", "--port", str(port)]
    started = subprocess.Popen(command, env=environment)  # noqa: ASYNC220 - it starts and goes on
    address = f"http://localhost:{port}"
    try:
        async with httpx.AsyncClient(base_url=address) as client:
            for _ in range(200):
                with contextlib.suppress(httpx.TransportError):
                    await client.get("/health/ready")
                    break
                await asyncio.sleep(0.2)
        yield address
    finally:
        started.terminate()
        started.wait(30)


async def forms_while_read(clients: list[httpx.AsyncClient], link: str) -> list[float]:
    """Fetch forms while all of these read."""
    until = asyncio.Event()
    meanwhile = asyncio.create_task(reading(clients, until))
    try:
        return await forms(link)
    finally:
        until.set()
        await meanwhile


def ours(base_url: str) -> Iterator[psutil.Process]:
    """Find web and worker with all that they started.

    What keeps both running in one terminal is none of them: ``deploy/`` has no such process, and
    the demo's made the data.
    """
    port = urlsplit(base_url).port
    listening = {
        one.pid
        for one in psutil.net_connections("tcp")
        if one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.pid
    }
    top = psutil.Process(min(listening))
    while (above := top.parent()) and "barometer" in " ".join(above.cmdline()).replace(
        "survey_app.cli", "barometer"
    ):
        top = above
    for one in (top, *top.children(recursive=True)):
        servers = any(name in one.name() for name in ("postgres", "valkey", "redis"))
        if not servers and not {"demo", "up"} & {*one.cmdline()}:
            yield one


def memory(base_url: str) -> float:
    """Return MiB of web and worker, what they share counted once."""
    found = 0
    for one in ours(base_url):
        lines = Path(f"/proc/{one.pid}/smaps_rollup").read_text().splitlines()
        kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        print(f"  {kilobytes / 1024:5.0f} MiB  {' '.join(one.cmdline())[-60:]}")
        found += kilobytes
    return found / 1024


def browse(told_of: Mapping[str, Any]) -> int:
    """Open pages of every kind as each role; return how many."""
    pages = 0
    for role in ROLES:
        account = told_of["accounts"][role]
        with httpx.Client(base_url=told_of["base_url"], timeout=120) as client:
            form = {"email": account["email"], "password": account["password"]}
            client.post("/sign-in", data=form)
            pages += sum(map(len, addresses(client).values()))
    return pages


async def run(told_of: Mapping[str, Any]) -> None:
    """Measure, in this order."""
    clients = [await reader(told_of) for _ in range(READERS)]
    worst, where = 0.0, ""
    for address in PAGES:
        await timed(clients[0], address)
        found = late([await timed(clients[0], address) for _ in range(2 * ROUNDS)])
        print(f"{address}: p95 {found:.0f} ms for one reader")
        worst, where = max((worst, where), (found, address))
    told("page_alone", worst, where)

    for address in OF_EIGHT:
        spent: list[float] = []
        for _ in range(ROUNDS):
            spent += await asyncio.gather(*(timed(client, address) for client in clients))
        print(f"{address}: p95 {late(spent):.0f} ms for {READERS} readers")
        worst = late(spent) if address == OF_EIGHT[0] else max(worst, late(spent))
    told("page_of_eight", worst)

    link = told_of["personal_links"][0]
    quiet = late(await forms(link))
    shared = late(await forms_while_read(clients, link))
    async with answering(told_of) as address:
        own = link.replace(told_of["base_url"], address)
        await forms(own)
        apart = late(await forms_while_read(clients, own))
    beside = f"{quiet:.0f} ms with nobody reading, {shared:.0f} in one process with readers"
    told("answers_while_read", apart, beside)
    pages = await asyncio.to_thread(browse, told_of)
    told("memory", memory(told_of["base_url"]), f"after {pages} pages of {len(ROLES)} roles")
    for client in clients:
        await client.aclose()


def main() -> None:
    """Measure on a demo."""
    with facts() as told_of:
        asyncio.run(run(told_of))


if __name__ == "__main__":
    main()
