"""Real PostgreSQL and Redis for the whole run; an empty database, as migrated, per test."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from survey_app.settings import Settings
from survey_app.shared.database import Login
from survey_app.shared.embedded.places import private_place, socket_folder
from survey_app.shared.embedded.postgres import EmbeddedPostgres, start_postgres
from survey_app.shared.embedded.redis import EmbeddedRedis, start_redis
from tests.databases import bound, build_template, given_back, lent
from tests.demo import RunningDemo, start_demo, stop_demo
from tests.quick_secrets import kept_keys, keys_of_one_test, light_passwords

__all__ = ["kept_keys", "keys_of_one_test", "light_passwords"]

for name in [name for name in os.environ if name.startswith("BAROMETER_")]:
    del os.environ[name]

# no test is held to the clock: a busy machine is no fault of the code
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# the client of the tests writes every address it asks for: what is searched is our own log
logging.getLogger("httpx").setLevel(logging.WARNING)


# what takes long begins early, so that no process ends alone with it
LONG_FIRST = ("demo", "tests/flow/", "tests/browser/", "tests/reference/", "tests/architecture/")


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in its own hook of this name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what shares something dear in one process: the demo, or whatever a file sets up."""
    places: dict[str, int] = {}
    for item in items:
        file = item.nodeid.split("::")[0]
        shares = "demo" if "demo" in getattr(item, "fixturenames", ()) else file
        item.add_marker(pytest.mark.xdist_group(shares))
        early = [place for place, long in enumerate(LONG_FIRST) if shares.startswith(long)]
        places[item.nodeid] = early[0] if early else len(LONG_FIRST)
    items.sort(key=lambda item: places[item.nodeid])


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
    for one in (folder, Settings(data_dir=folder).key_folder):
        shutil.rmtree(one, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    server = start_postgres(data_dir)

    asyncio.run(build_template(server))
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
    name = await lent(postgres)
    yield bound(postgres, name)
    await given_back(postgres, name)


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
