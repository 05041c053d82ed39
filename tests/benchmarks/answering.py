"""How much our code adds to the stack it stands on: complete, durable submissions a second.

``python -m tests.benchmarks.answering`` serves two applications in the same run, over HTTP, each in
a process of its own, on an embedded PostgreSQL with fsync on:

* the answering page as it is (form fetched, answers posted, thanks fetched), and
* the same three requests on bare Litestar: a fixed page of that size, the form parsed, one sealed
  ballot, one INSERT, a redirect.

Reported: submissions a second, CPU of web and database per submission, and the ratio.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import uuid
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import asyncpg
from litestar import Litestar, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from survey_app.counting.urn.ballot import Ballot
from survey_app.counting.urn.seal import seal
from survey_app.settings import Settings
from survey_app.shared.database import connect
from survey_app.shared.embedded.postgres import start_postgres
from survey_app.shared.embedded.redis import start_redis
from tests.builders_answering import an_open_wave, some_answers
from tests.conftest import urls
from tests.live_server import free_port, serving

SUBMISSIONS = int(os.environ.get("SUBMISSIONS", "3000"))
CLIENTS = 16
SIZE = 128
FORM = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


def ours(data_dir: Path, port: int) -> None:
    """Serve the real application, as `barometer web` does."""
    from survey_app.app import create_app
    from survey_app.installation.tables import bind_web
    from survey_app.shared import queue

    async def run() -> None:
        settings = Settings(data_dir=data_dir, base_url=f"http://127.0.0.1:{port}")
        connect(urls(start_postgres(data_dir), "barometer"))
        queue.configure(start_redis(data_dir).url)
        bind_web()
        async with serving(create_app(settings, own_services=False), port):
            await asyncio.Event().wait()

    _loop(run)


def bare(data_dir: Path, port: int) -> None:
    """Serve the stack without our code: sealing and one INSERT, durable before the redirect."""
    server = start_postgres(data_dir)
    page = (data_dir / "page.html").read_bytes()
    public_key = (data_dir / "public_key").read_bytes()
    wave = uuid.UUID((data_dir / "wave").read_text())
    pool: list[asyncpg.Pool] = []

    @get("/answer/{token:str}", media_type="text/html")
    async def form() -> bytes:
        return page

    @post("/answer/{token:str}", status_code=303)
    async def send(data: FORM) -> Response[None]:
        ballot = seal(Ballot("", (4,) * len(data)), wave=wave, public_key=public_key, size=SIZE)
        async with pool[0].acquire() as link:
            await link.execute(
                "INSERT INTO public.bare (wave, ballot) VALUES ($1, $2)", wave, ballot
            )
        return Response(None, status_code=303, headers={"Location": "/thanks"})

    @get("/thanks", media_type="text/html")
    async def thanks() -> bytes:
        return page[:2000]

    @asynccontextmanager
    async def lifespan(_: Litestar):
        pool.append(await asyncpg.create_pool(server.url(), min_size=8, max_size=8))
        yield
        await pool[0].close()

    async def run() -> None:
        app = Litestar([form, send, thanks], lifespan=[lifespan], openapi_config=None)
        async with serving(app, port):
            await asyncio.Event().wait()

    _loop(run)


def _loop(run) -> None:
    import warnings

    import uvloop

    warnings.simplefilter("ignore")
    uvloop.run(run())


async def load(port: int, paths: list[str], thanks: str) -> float:
    """Make every submission, on kept connections; return seconds."""
    body = urlencode(some_answers() | {"lang": "nb"}).encode()
    waiting = iter(paths)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def ask(request: bytes) -> int:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.split("content-length: ")[1].split("\r\n")[0])
            if length:
                await reader.readexactly(length)
            return int(head.split(" ")[1])

        common = "Host: localhost\r\nAccept-Encoding: gzip\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        for path in waiting:
            assert await ask(f"GET {path} HTTP/1.1\r\n{common}\r\n".encode()) == 200
            head = f"POST {path} HTTP/1.1\r\n{common}{kind}Content-Length: {len(body)}\r\n\r\n"
            assert await ask(head.encode() + body) == 303
            assert await ask(f"GET {thanks} HTTP/1.1\r\n{common}\r\n".encode()) == 200
        writer.close()

    begin = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return time.perf_counter() - begin


def cpu_of(web: int, postmaster: int) -> float:
    """Return the CPU seconds of the web process and of the database, ended backends included."""
    total = _ticks(postmaster, ended=True)
    total += sum(_ticks(pid) for pid in (web, *children(postmaster)))
    return total / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int, *, ended: bool = False) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11 : 15 if ended else 13])


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            if parent == pid:
                found.append(int(entry.name))
    return found


async def measure(data_dir: Path, target, paths: list[str], thanks: str) -> tuple[float, float]:
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(data_dir, port))
    process.start()
    try:
        await _listening(port)
        warm, rest = paths[: CLIENTS * 6], paths[CLIENTS * 6 :]
        await load(port, warm, thanks)
        postmaster = int((start_postgres(data_dir).data / "postmaster.pid").read_text().split()[0])
        before = cpu_of(process.pid or 0, postmaster)
        seconds = await load(port, rest, thanks)
        used = cpu_of(process.pid or 0, postmaster) - before
    finally:
        process.kill()
        process.join()
    return len(rest) / seconds, used / len(rest)


async def _listening(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise TimeoutError("the server did not come up")


async def prepare(data_dir: Path) -> list[str]:
    from survey_app.installation.migrate import migrate

    server = start_postgres(data_dir)
    start_redis(data_dir)
    connect(urls(server, "barometer"))
    await migrate(urls(server, "barometer"))
    settings = Settings(data_dir=data_dir)
    wave = await an_open_wave(settings, people=SUBMISSIONS // 2 + CLIENTS * 6)
    link = await asyncpg.connect(server.url())
    await link.execute("CREATE TABLE public.bare (wave uuid NOT NULL, ballot bytea NOT NULL)")
    public_key = await link.fetchval("SELECT public_key FROM asking.wave")
    await link.close()
    (data_dir / "public_key").write_bytes(public_key)
    (data_dir / "wave").write_text(str(wave.id))
    (data_dir / "page.html").write_bytes(b"x" * 4200)
    return [f"/answer/{token}" for token in wave.tokens]


async def main() -> None:
    data_dir = Path(tempfile.mkdtemp(prefix="barometer-bench-"))
    try:
        paths = await prepare(data_dir)
        # bare, ours, bare: a machine that is busy with other things shows itself
        first = await measure(data_dir, bare, paths, "/thanks")
        own = await measure(
            data_dir, ours, paths, "/answer/thanks?survey=verdipuls-2026-k2&lang=nb"
        )
        last = await measure(data_dir, bare, paths, "/thanks")
        for name, (rate, cpu) in (("bare", first), ("ours", own), ("bare", last)):
            print(f"{name}: {rate:6.0f} submissions/s, {cpu * 1000:.2f} ms CPU each")
        reference = (first[0] + last[0]) / 2
        print(f"ratio: {own[0] / reference:.2f} (budget 0.85), CPU {own[1] * 1000:.2f} ms (3.00)")
    finally:
        start_redis(data_dir).stop()
        start_postgres(data_dir).stop()
        shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
