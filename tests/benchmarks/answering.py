"""How much our code adds to the stack it stands on: complete, durable submissions a second.

``python -m tests.benchmarks.answering`` serves two applications in the same run, over HTTP, each in
a process of its own, on an embedded PostgreSQL with fsync on. Eight clients answer each, two ways:

* the plain form: page and script fetched, answers posted, thanks fetched;
* as a browser with script: page and script fetched, credential signed, ballot posted, thanks
  fetched.

The other application is `bare_stack`. Reported: submissions a second, CPU of web and database per
submission, and the ratio. What the browser does for its credential is not counted: here it is the
client's, as there.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

import asyncpg
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from survey_app.asking.invitations.blind_signing import make_key, signing_key
from survey_app.asking.invitations.key_list import moduli
from survey_app.asking.invitations.tokens import token_for
from survey_app.settings import Settings
from survey_app.shared.database import connect
from survey_app.shared.embedded.postgres import start_postgres
from survey_app.shared.embedded.redis import start_redis
from survey_app.shared.pages import STATIC, static_address
from tests.benchmarks.bare_stack import TABLES, bare_application
from tests.benchmarks.budgets import told
from tests.blind_client import Credential, b64url, finalize, fresh, unb64url
from tests.builders_answering import an_open_wave, some_answers
from tests.databases import urls
from tests.live_server import free_port, serving

SUBMISSIONS = int(os.environ.get("SUBMISSIONS", "3000"))
BY_SCRIPT = SUBMISSIONS // 3
CLIENTS = 8
WARM = 12  # visits of each client before the clock starts
SCRIPT = "built/blind.js"
BARE = ("nobody", "")  # what a credential of the bare stack is for


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
    """Serve the stack without our code."""
    database = start_postgres(data_dir).url()

    async def run() -> None:
        async with serving(bare_application(data_dir, database), port):
            await asyncio.Event().wait()

    _loop(run)


def _loop(run) -> None:
    import warnings

    import uvloop

    warnings.simplefilter("ignore")
    uvloop.run(run())


type Ask = Callable[..., Awaitable[tuple[int, bytes]]]
type Visit = Callable[[Ask], Awaitable[None]]


def by_form(path: str, script: str, thanks: str) -> Visit:
    """A submission by the plain form, with what the page holds hidden in it."""
    body = urlencode(some_answers() | {"lang": "nb"}).encode()

    async def visit(ask: Ask) -> None:
        status, page = await ask("GET", path)
        assert status == 200
        told = _told_by(page)
        assert (await ask("GET", script))[0] == 200
        kind = "application/x-www-form-urlencoded"
        assert (await ask("POST", path, body + told, kind))[0] == 303
        assert (await ask("GET", thanks))[0] == 200

    return visit


@lru_cache(maxsize=64)  # the same bytes for everybody in a unit
def _told_by(page: bytes) -> bytes:
    html = gzip.decompress(page) if page.startswith(b"\x1f\x8b") else page
    found = re.search(rb'name="of" value="(\w+)"', html)
    return b"&of=" + found[1] if found else b""


def by_script(path: str, script: str, thanks: str, group: tuple[str, str], modulus: str) -> Visit:
    """A submission with a blind credential; blinded before the clock starts."""
    kept = fresh(modulus)
    asked = json.dumps({"blinded": b64url(kept.blinded)}).encode()

    async def visit(ask: Ask) -> None:
        assert (await ask("GET", path))[0] == 200
        assert (await ask("GET", script))[0] == 200
        status, reply = await ask("POST", f"{path}/credential", asked, "text/plain")
        assert status == 200, reply
        signature = finalize(kept, unb64url(json.loads(reply)["signature"]))
        ballot = Credential(*group, kept.message, signature).ballot(some_answers())
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
        warm, rest = visits[: CLIENTS * WARM], visits[CLIENTS * WARM :]
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
    for _ in range(1200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise TimeoutError("the server did not come up")


async def prepare(data_dir: Path) -> tuple[list[Visit], list[Visit], list[Visit], list[Visit]]:
    """Open a wave and fill the bare stack; return the visits by form and by script to each."""
    from survey_app.installation.migrate import run_migrations

    server = start_postgres(data_dir)
    start_redis(data_dir)
    connect(urls(server, "barometer"))
    await run_migrations(urls(server, "barometer"))
    settings = Settings(data_dir=data_dir)
    people = SUBMISSIONS + BY_SCRIPT + 2 * CLIENTS * WARM
    wave = await an_open_wave(settings, people=people // 2 + 1)
    link = await asyncpg.connect(server.url())
    row = await link.fetchrow("SELECT public_key, key_list FROM asking.wave")
    invitations = await link.fetch("SELECT pid, domain FROM asking.invitation")
    secret = settings.secret()
    groups = {token_for(secret, wave.id, one["pid"], 0): one["domain"] for one in invitations}
    await link.execute(TABLES)
    again = range(2 * people)  # the bare stack is visited twice
    await link.copy_records_to_table(
        "link", schema_name="bare", records=[(str(n), False) for n in again]
    )
    await link.close()

    script = static_address(SCRIPT)
    own_key = make_key()
    (data_dir / "rsa.pem").write_bytes(
        own_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (data_dir / "script.js").write_bytes(gzip.compress((STATIC / SCRIPT).read_bytes()))
    (data_dir / "page.html").write_bytes(b"x" * 4600)
    (data_dir / "public_key").write_bytes(row["public_key"])
    (data_dir / "wave").write_text(str(wave.id))

    thanks = f"/answer/thanks?survey={wave.key}&lang=nb"
    keys, own_modulus = (
        moduli(json.loads(row["key_list"])),
        b64url(signing_key(own_key).n.to_bytes(256)),
    )
    cut = SUBMISSIONS + CLIENTS * WARM
    tokens = list(groups)
    bare_tokens = iter(again)
    return (
        [by_form(f"/answer/{one}", script, thanks) for one in tokens[:cut]],
        [
            by_script(f"/answer/{one}", script, thanks, (wave.key, groups[one]), keys[groups[one]])
            for one in tokens[cut:people]
        ],
        [by_form(f"/answer/{next(bare_tokens)}", "/script.js", "/thanks") for _ in range(2 * cut)],
        [
            by_script(f"/answer/{next(bare_tokens)}", "/script.js", "/thanks", BARE, own_modulus)
            for _ in range(2 * (people - cut))
        ],
    )


async def main() -> None:
    data_dir = Path(tempfile.mkdtemp(prefix="barometer-bench-"))
    try:
        forms, scripts, bare_forms, bare_scripts = await prepare(data_dir)
        for name, own, plain in (
            ("form", forms, bare_forms),
            ("credential", scripts, bare_scripts),
        ):
            half = len(plain) // 2
            # bare, ours, bare: a machine that is busy with other things shows itself
            first = await measure(data_dir, bare, plain[:half])
            found = await measure(data_dir, ours, own)
            last = await measure(data_dir, bare, plain[half:])
            for who, (rate, cpu) in (("bare", first), ("ours", found), ("bare again", last)):
                print(f"{name}, {who}: {rate:6.0f} submissions/s, {cpu * 1000:.2f} ms CPU each")
            reference = (first[0] + last[0]) / 2
            told(
                f"{name}_rate",
                found[0] / reference,
                f"bare {reference:.0f}/s, ours {found[0]:.0f}/s",
            )
            told(f"{name}_cpu", found[1] * 1000, f"bare {(first[1] + last[1]) * 500:.2f} ms")
    finally:
        start_redis(data_dir).stop()
        start_postgres(data_dir).stop()
        shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
