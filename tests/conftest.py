"""Real PostgreSQL and Redis for the whole run; a fresh database, quickly cloned, per test."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from hypothesis import settings

from survey_app.installation.migrate import migrate
from survey_app.installation.tables import bind_worker
from survey_app.shared.database import Login, connect
from survey_app.shared.embedded.places import private_place, socket_folder
from survey_app.shared.embedded.postgres import EmbeddedPostgres, start_postgres
from survey_app.shared.embedded.redis import EmbeddedRedis, start_redis
from tests.demo import RunningDemo, start_demo, stop_demo

for name in [name for name in os.environ if name.startswith("BAROMETER_")]:
    del os.environ[name]

# no test is held to the clock: a busy machine is no fault of the code
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# the client of the tests writes every address it asks for: what is searched is our own log
logging.getLogger("httpx").setLevel(logging.WARNING)

TEMPLATE = "barometer_template"


def urls(postgres: EmbeddedPostgres, database: str) -> dict[Login, str]:
    users = {Login.MIGRATOR: "postgres"}
    return {login: postgres.url(users.get(login, login.value), database) for login in Login}


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in its own hook of this name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what shares something dear in one process: the demo, or whatever a file sets up."""
    for item in items:
        file = item.nodeid.split("::")[0]
        shares = "demo" if "demo" in getattr(item, "fixturenames", ()) else file
        item.add_marker(pytest.mark.xdist_group(shares))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that the promises are measured by, also where every test passed."""
    told = [
        line
        for report in terminalreporter.getreports("passed")
        if report.when == "call"
        for line in report.capstdout.splitlines()
        if line.strip()
    ]
    if told:
        terminalreporter.section("figures")
        terminalreporter.write("\n".join(told) + "\n")


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="barometer-tests-"))
    yield folder
    place = private_place(folder)
    shutil.rmtree(socket_folder(place), ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    server = start_postgres(data_dir)

    async def build_template() -> None:
        link = await asyncpg.connect(server.url())
        await link.execute(f"CREATE DATABASE {TEMPLATE}")
        await link.close()
        connect(urls(server, TEMPLATE))
        await migrate(urls(server, TEMPLATE))

    asyncio.run(build_template())
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis(data_dir: Path) -> Iterator[EmbeddedRedis]:
    server = start_redis(data_dir)
    yield server
    server.stop()


@pytest.fixture
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[dict[Login, str]]:
    """A migrated, empty database; every table is reached as the worker unless bound otherwise."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    link = await asyncpg.connect(postgres.url())
    await link.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    addresses = urls(postgres, name)
    connect(addresses)
    bind_worker()
    yield addresses
    await link.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await link.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Iterator[RunningDemo]:
    """One small demo for every test that looks at the whole system."""
    folder = tmp_path_factory.mktemp("demo")
    running = start_demo(
        folder, "--people", "600", "--waves", "8", "--public-waves", "3", "--seed", "7"
    )
    yield running
    stop_demo(running)
    place = private_place(folder)
    shutil.rmtree(socket_folder(place), ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)
