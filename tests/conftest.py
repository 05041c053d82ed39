"""Real PostgreSQL and Redis for the whole run; an empty database, as migrated, per test."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from questionnaires.content import use_content
from tests.agencies import FIRST
from tests.each_folder_once import pytest_collect_directory
from tests.places import keep_files_in_memory
from tests.quick_secrets import kept_keys, keys_of_one_test, light_passwords
from tests.warm_writers import warm, warm_writers
from tests.whole import mark_whole

if TYPE_CHECKING:
    from survey_app.shared.database import Login
    from survey_app.shared.embedded.postgres import EmbeddedPostgres
    from survey_app.shared.embedded.redis import EmbeddedRedis
    from tests.demo import RunningDemo

# fixtures import what they need of the product: a file of unit tests waits for its own part alone

__all__ = [
    "kept_keys", "keys_of_one_test", "light_passwords", "pytest_collect_directory", "warm",
    "warm_writers",
]  # fmt: skip

for name in [name for name in os.environ if name.startswith("BAROMETER_")]:
    del os.environ[name]
# what ships may change without a test that is not about it (tests/shipped)
use_content(FIRST)

# the client of the tests writes every address it asks for: what is searched is our own log
logging.getLogger("httpx").setLevel(logging.WARNING)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--audit", action="store_true", help="draw as many examples as `make audit`")


def pytest_configure(config: pytest.Config) -> None:
    """Keep what is temporary in memory until the run ends; its processes are told by the first."""
    if not hasattr(config, "workerinput") and (folder := keep_files_in_memory()):
        gone = {"ignore_errors": True}
        # after the folder that pools of processes have there (its own priority is -100)
        Finalize(None, shutil.rmtree, args=(folder,), kwargs=gone, exitpriority=-200)


def pytest_collectstart() -> None:
    """Let the garbage collector rest until all is found: what is imported stays anyway."""
    gc.disable()


# what takes long begins early, so that no process ends alone with it
LONG_FIRST = ("demo", "tests/flow/", "tests/browser/", "tests/reference/", "tests/architecture/")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> None:
    """Say how many examples are drawn before a file says which."""
    if "hypothesis" in module_path.read_text():
        from tests.examples import EACH_TIME, IN_AUDIT, draw_as

        draw_as(IN_AUDIT if parent.config.getoption("audit") else EACH_TIME)


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
    mark_whole(items)
    items.sort(key=lambda item: places[item.nodeid])


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was imported and found: it stays until the end."""
    gc.collect()
    gc.freeze()
    # tables and publications come by the thousand: ten times as rarely, a third less of looking
    gc.set_threshold(20_000)
    gc.enable()


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
    from survey_app.settings import Settings
    from tests.places import lent_place

    with lent_place(Path(tempfile.mkdtemp(prefix="barometer-tests-"))) as folder:
        folder.chmod(0o755)
        yield folder
    for one in (folder, Settings(data_dir=folder).key_folder):
        shutil.rmtree(one, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    from survey_app.shared.embedded.postgres import start_postgres
    from tests.databases import build_template

    server = start_postgres(data_dir)
    asyncio.run(build_template(server))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def prepared_host() -> Iterator[Path]:
    """Files of a server that each host of the attacks copies (`tests/attack/host.py`)."""
    from tests.attack.host import prepared

    with prepared() as files:
        yield files


@pytest.fixture(scope="session")
def redis(data_dir: Path) -> Iterator[EmbeddedRedis]:
    from survey_app.shared.embedded.redis import start_redis

    server = start_redis(data_dir)
    yield server
    server.stop()


@pytest.fixture
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[dict[Login, str]]:
    """A migrated, empty database; every table is reached as the worker unless bound otherwise."""
    from tests.databases import bound, given_back, lent

    name = await lent(postgres)
    yield bound(postgres, name)
    await given_back(postgres, name)


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Iterator[RunningDemo]:
    """One small demo for every test that looks at the whole system."""
    from tests.demo import start_demo, stop_demo
    from tests.places import lent_place

    with lent_place(tmp_path_factory.mktemp("demo")) as folder:
        running = start_demo(
            folder, "--people", "600", "--waves", "8", "--public-waves", "3", "--seed", "7"
        )
        yield running
        stop_demo(running)
