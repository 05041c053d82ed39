"""How much our code adds to the stack it stands on: complete, durable submissions a second.

``python -m tests.benchmarks.answering`` serves two applications in the same run, over HTTP, each in
a process of its own, on an embedded PostgreSQL with fsync on:

* the answering page as it is (form fetched, answers posted, thanks fetched),
* the same page as a browser with script uses it (form fetched, credential signed, ballot posted,
  thanks fetched), and
* the first three requests on bare Litestar: a fixed page of that size, the form parsed, one sealed
  ballot, one INSERT, a redirect.

Reported: submissions a second, CPU of web and database per submission, and the ratio. What the
browser does for its credential is not counted: here it is the client's, as there.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import asyncpg
from litestar import Litestar, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from survey_app.asking.invitations.blind_signing import blind_sign, make_key, signing_key
from survey_app.asking.invitations.key_list import moduli
from survey_app.asking.invitations.tokens import token_for
from survey_app.counting.urn.ballot import Ballot
from survey_app.counting.urn.seal import seal
from survey_app.settings import Settings
from survey_app.shared.database import connect
from survey_app.shared.embedded.postgres import start_postgres
from survey_app.shared.embedded.redis import start_redis
from tests.blind_client import Credential, b64url, finalize, fresh, unb64url
from tests.builders_answering import OpenedWave, an_open_wave, some_answers
from tests.databases import urls
from tests.live_server import free_port, serving

SUBMISSIONS = int(os.environ.get("SUBMISSIONS", "3000"))
BY_SCRIPT = SUBMISSIONS // 3
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


type Ask = Callable[..., Awaitable[tuple[int, bytes]]]
type Visit = Callable[[Ask], Awaitable[None]]


def by_form(path: str, thanks: str) -> Visit:
    """A submission by the plain form."""
    body = urlencode(some_answers() | {"lang": "nb"}).encode()

    async def visit(ask: Ask) -> None:
        assert (await ask("GET", path))[0] == 200
        assert (await ask("POST", path, body, "application/x-www-form-urlencoded"))[0] == 303
        assert (await ask("GET", thanks))[0] == 200

    return visit


def by_script(path: str, thanks: str, wave: str, group: str, modulus: str) -> Visit:
    """A submission with a blind credential; blinded before the clock starts."""
    kept = fresh(modulus)
    asked = json.dumps({"blinded": b64url(kept.blinded)}).encode()

    async def visit(ask: Ask) -> None:
        assert (await ask("GET", path))[0] == 200
        status, reply = await ask("POST", f"{path}/credential", asked, "text/plain")
        assert status == 200, reply
        signature = finalize(kept, unb64url(json.loads(reply)["signature"]))
        ballot = Credential(wave, group, kept.message, signature).ballot(some_answers())
        assert (await ask("POST", "/ballot", ballot, "text/plain"))[0] == 200
        assert (await ask("GET", thanks))[0] == 200

    return visit


async def load(port: int, visits: Sequence[Visit]) -> float:
    """Make every submission, on kept connections; return seconds."""
    waiting = iter(visits)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def ask(verb: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, bytes]:
            head = f"{verb} {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
            if body:
                head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            writer.write(f"{head}\r\n".encode() + body)
            reply = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(reply.split("content-length: ")[1].split("\r\n")[0])
            return int(reply.split(" ")[1]), await reader.readexactly(length)

        for visit in waiting:
            await visit(ask)
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


async def measure(data_dir: Path, target, visits: Sequence[Visit]) -> tuple[float, float]:
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(data_dir, port))
    process.start()
    try:
        await _listening(port)
        warm, rest = visits[: CLIENTS * 6], visits[CLIENTS * 6 :]
        await load(port, warm)
        postmaster = int((start_postgres(data_dir).data / "postmaster.pid").read_text().split()[0])
        before = cpu_of(process.pid or 0, postmaster)
        seconds = await load(port, rest)
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


async def prepare(data_dir: Path) -> tuple[OpenedWave, dict[str, str], dict[str, str]]:
    """Open a wave; return it, the group of each link and the modulus of each group."""
    from survey_app.installation.migrate import migrate

    server = start_postgres(data_dir)
    start_redis(data_dir)
    connect(urls(server, "barometer"))
    await migrate(urls(server, "barometer"))
    settings = Settings(data_dir=data_dir)
    people = SUBMISSIONS + BY_SCRIPT + 2 * CLIENTS * 6
    wave = await an_open_wave(settings, people=people // 2 + 1)
    link = await asyncpg.connect(server.url())
    await link.execute("CREATE TABLE public.bare (wave uuid NOT NULL, ballot bytea NOT NULL)")
    row = await link.fetchrow("SELECT public_key, key_list FROM asking.wave")
    invitations = await link.fetch("SELECT pid, domain FROM asking.invitation")
    await link.close()
    secret = settings.secret()
    groups = {token_for(secret, wave.id, one["pid"], 0): one["domain"] for one in invitations}
    (data_dir / "public_key").write_bytes(row["public_key"])
    (data_dir / "wave").write_text(str(wave.id))
    (data_dir / "page.html").write_bytes(b"x" * 4200)
    return wave, groups, moduli(json.loads(row["key_list"]))


def signing_alone() -> float:
    """Return the CPU seconds of one blind signature."""
    key = signing_key(make_key())
    blinded = (key.n // 3).to_bytes(key.size)
    begin = time.process_time()
    for _ in range(100):
        blind_sign(key, blinded)
    return (time.process_time() - begin) / 100


async def main() -> None:
    data_dir = Path(tempfile.mkdtemp(prefix="barometer-bench-"))
    try:
        wave, groups, keys = await prepare(data_dir)
        tokens = list(groups)
        forms, scripts = tokens[: SUBMISSIONS + CLIENTS * 6], tokens[SUBMISSIONS + CLIENTS * 6 :]
        thanks = f"/answer/thanks?survey={wave.key}&lang=nb"
        simple = [by_form(f"/answer/{token}", "/thanks") for token in forms]
        # bare, ours, bare: a machine that is busy with other things shows itself
        first = await measure(data_dir, bare, simple)
        own = await measure(data_dir, ours, [by_form(f"/answer/{one}", thanks) for one in forms])
        blind = await measure(
            data_dir,
            ours,
            [
                by_script(f"/answer/{one}", thanks, wave.key, groups[one], keys[groups[one]])
                for one in scripts
            ],
        )
        last = await measure(data_dir, bare, simple)
        results = {"bare": first, "ours": own, "ours, blind credential": blind, "bare again": last}
        for name, (rate, cpu) in results.items():
            print(f"{name}: {rate:6.0f} submissions/s, {cpu * 1000:.2f} ms CPU each")
        reference = (first[0] + last[0]) / 2
        print(f"ratio: {own[0] / reference:.2f} (budget 0.85), CPU {own[1] * 1000:.2f} ms (3.00)")
        print(
            f"blind credential: CPU {blind[1] * 1000:.2f} ms (10.00),"
            f" of it {signing_alone() * 1000:.2f} ms to sign"
        )
    finally:
        start_redis(data_dir).stop()
        start_postgres(data_dir).stop()
        shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
