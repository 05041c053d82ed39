"""Two versions of the programme on one database, behind one address."""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.live_server import free_port

CHECKOUT = Path(__file__).parent.parent
PACKAGES = ("survey_app", "analytics", "questionnaires", "migrations")
MADE = ("built", "vendor")  # of static/: not kept in the repository
PATIENCE = 120.0
TABLE = "asking.version_comment"
# the present version's next: it adds a column, and takes away what it says
MIGRATION = """
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "{year}-01-01T00:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "For a test"
CONTRACTS = "{contracts}"


async def do():
    await engine_finder().run_ddl("{statement}")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="asking", description=DESCRIPTION)
    manager.add_raw(do)
    return manager
"""
ADDS = "ALTER TABLE asking.wave ADD COLUMN more text NOT NULL DEFAULT ''"
# the earlier of the two, and yet the last to run
MIGRATIONS = (("2197", TABLE, f"DROP TABLE {TABLE}"), ("2198", "", ADDS))


@dataclass(frozen=True)
class Version:
    """A programme in a folder of its own, run with the packages of this one."""

    folder: Path
    environment: dict[str, str]
    log: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self._environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def barometer(self, *command: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "survey_app.cli", *command)

    @contextlib.contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "survey_app.cli", *command],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)

    @contextlib.contextmanager
    def web(self) -> Iterator[int]:
        port = free_port()
        with self.running("web", "--port", str(port)) as process:
            self.until(lambda: _answers(port, "/health/live", ""), process)
            yield port

    @contextlib.contextmanager
    def worker(self, seen_by: int) -> Iterator[None]:
        """Run a worker, and wait until the web process on a port has heard of it."""
        with self.running("worker") as process:
            self.until(lambda: _answers(seen_by, "/health/ready/reading", '"worker":"ok"'), process)
            yield

    def until(self, there: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not there():
            assert process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    @property
    def _environment(self) -> dict[str, str]:
        plain = {key: value for key, value in os.environ.items() if "BAROMETER" not in key}
        return {**plain, **self.environment, "PYTHONPATH": str(self.folder)}


def _answers(port: int, path: str, said: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return said in httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5).text
    return False


def earlier(revision: str, folder: Path) -> Path:
    """Lay the programme of an earlier revision into a folder."""
    archive = subprocess.run(
        ["git", "archive", revision], cwd=CHECKOUT, check=True, capture_output=True
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as held:
        held.extractall(folder, filter="data")
    for name in MADE:
        (folder / "static" / name).symlink_to(CHECKOUT / "static" / name)
    return folder


def next_version(folder: Path) -> Path:
    """Lay this programme into a folder, with two migrations more."""
    for name in PACKAGES:
        shutil.copytree(
            CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("static", "tests", "pyproject.toml"):
        (folder / name).symlink_to(CHECKOUT / name)
    added = folder / "migrations" / "asking" / "piccolo_migrations"
    for year, contracts, statement in MIGRATIONS:
        (added / f"asking_{year}_01_01t00_00_00_000000.py").write_text(
            MIGRATION.format(year=year, contracts=contracts, statement=statement)
        )
    grants = folder / "migrations" / "walls" / "grants.sql"
    kept = [line for line in grants.read_text().splitlines(keepends=True) if TABLE not in line]
    grants.write_text("".join(kept))
    return folder


@dataclass
class Site:
    """One address in front of several web processes, as a load balancer: each request in turn."""

    behind: list[int]
    port: int = 0
    turns: Iterator[int] = field(default_factory=itertools.count)
    statuses: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def browser(self) -> httpx.AsyncClient:
        """Return a client that takes a new connection for each request, and notes the replies."""

        async def note(reply: httpx.Response) -> None:
            self.statuses.append(reply.status_code)

        return httpx.AsyncClient(
            base_url=self.address,
            timeout=30,
            limits=httpx.Limits(max_keepalive_connections=0),
            event_hooks={"response": [note]},
        )

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Site]:
        server = await asyncio.start_server(self._lend, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _lend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = self.behind[next(self.turns) % len(self.behind)]
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pipe(reader, back), _pipe(there, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    writer.close()
