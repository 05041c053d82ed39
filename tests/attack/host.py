"""A host where everything is kept: all of the log, Redis on disk, every line that is logged.

An honest installation keeps less. The attacker gets more than it would have.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from survey_app.asking.delivery.sink import start_sink
from survey_app.settings import Settings
from survey_app.shared.embedded.places import (
    make_folder,
    private_place,
    service_owner,
    socket_folder,
)
from survey_app.shared.embedded.postgres import EmbeddedPostgres, embedded_postgres, start_postgres
from survey_app.shared.embedded.redis import EmbeddedRedis, start_redis
from tests.databases import build_template, lend_each_once

KEPT_LOG = "8GB"


def remove(data_dir: Path) -> None:
    """Remove what an installation of a test left on disk."""
    place = private_place(data_dir)
    shutil.rmtree(socket_folder(place), ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)
    for folder in (data_dir, Settings(data_dir=data_dir).key_folder):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """The data folder of this host alone."""
    folder = Path(tempfile.mkdtemp(prefix="barometer-attack-"))
    yield folder
    remove(folder)


@contextmanager
def prepared() -> Iterator[Path]:
    """Give the files of a stopped server that has what each host begins with.

    To begin a server and to migrate its database is most of what a file of few attacks would take.
    """
    data_dir = Path(tempfile.mkdtemp(prefix="barometer-prepared-"))
    server = start_postgres(data_dir)

    async def prepare() -> None:
        link = await asyncpg.connect(server.url())
        await link.execute(f"ALTER SYSTEM SET wal_keep_size = '{KEPT_LOG}'")
        await link.execute("ALTER SYSTEM SET autovacuum = off")
        await link.execute("SELECT pg_reload_conf()")
        await link.close()
        await build_template(server, anew=True)

    try:
        asyncio.run(prepare())
        server.stop()
        yield server.data
    finally:
        server.stop()
        remove(data_dir)


@pytest.fixture(scope="module")
def postgres(data_dir, prepared_host) -> Iterator[EmbeddedPostgres]:
    """A server of its own that throws no log away, and tidies no dead rows up."""
    server = embedded_postgres(data_dir)
    make_folder(server.place, mode=0o755, owned=False)
    shutil.copytree(prepared_host, server.data)
    give_to_service(server.data)
    server.start()
    lend_each_once(server)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def redis(data_dir) -> Iterator[EmbeddedRedis]:
    """A Redis that writes every command down, as an agency's own may."""
    server = start_redis(data_dir)
    try:
        write_down(server)
        yield server
    finally:
        server.stop()


def write_down(server: EmbeddedRedis) -> None:
    """Let a Redis append every command to a file."""
    with Redis(unix_socket_path=str(server.socket)) as client:
        client.config_set("appendonly", "yes")


@pytest.fixture
def settings(data_dir) -> Settings:
    """Settings with the secret in a file, where the attacker finds it."""
    return Settings(data_dir=data_dir, base_url="http://testserver.local")


@pytest.fixture
def log_file(data_dir) -> Iterator[Path]:
    """Every line of every logger, with its time; the tests' own HTTP client is no part of it."""
    path = data_dir / "logs" / "web.log"
    path.parent.mkdir(exist_ok=True)
    keeper = logging.FileHandler(path)
    keeper.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    keeper.addFilter(lambda record: not record.name.startswith(("httpx", "httpcore")))
    root = logging.getLogger()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    yield path
    root.setLevel(level)
    root.removeHandler(keeper)
    keeper.close()


@dataclass(frozen=True, slots=True)
class Sink:
    """A mail server that keeps every mail as a file, named by its time."""

    url: str
    folder: Path


@pytest.fixture
def sink(data_dir) -> Iterator[Sink]:
    """A mail server on this host."""
    folder = data_dir / "mail"
    running = start_sink(folder)
    yield Sink(running.url, folder)
    running.stop()
    shutil.rmtree(folder)


def give_to_service(folder: Path) -> None:
    """Let the server's user own ``folder`` and all in it, as PostgreSQL wants."""
    owner = service_owner()
    if owner.uid is None:
        return
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, owner.uid, owner.gid)


def files_with(data_dir: Path, needles: list[bytes]) -> list[str]:
    """Name every file of the host that holds one of ``needles``; the programme's own left out."""
    found = []
    keys = Settings(data_dir=data_dir).key_folder
    for folder in {data_dir, private_place(data_dir), keys}:
        for path in folder.rglob("*"):
            if path.is_symlink() or not path.is_file() or "pginstall18" in path.parts:
                continue
            content = path.read_bytes()
            found += [f"{path}: {needle!r}" for needle in needles if needle in content]
    return found
