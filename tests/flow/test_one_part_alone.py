"""`barometer web` and `barometer worker` alone, on embedded services: nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from survey_app.shared.embedded.postgres import embedded_postgres
from tests.demo import left_behind
from tests.live_server import free_port
from tests.places import lent_place

PATIENCE = 120.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory, warm) -> Iterator[Path]:
    with lent_place(tmp_path_factory.mktemp("alone")) as folder:
        assert run(folder, "migrate", python=warm.executable).wait(timeout=PATIENCE) == 0
        assert left_behind(folder) == []
        yield folder


def run(folder: Path, *command: str, python: str = sys.executable) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [python, "-m", "survey_app.cli", *command],
            env={**os.environ, "BAROMETER_DATA_DIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def until(folder: Path, true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.1)


def ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready/reading", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def test_what_one_part_started_goes_with_the_last_that_uses_it(folder):
    port = free_port()
    web = run(folder, "web", "--port", str(port))
    until(folder, lambda: ready(port))
    worker = run(folder, "worker")
    until(folder, lambda: heard(port))
    web.send_signal(signal.SIGTERM)
    web.wait(timeout=PATIENCE)
    assert embedded_postgres(folder).runs()
    worker.send_signal(signal.SIGTERM)
    worker.wait(timeout=PATIENCE)
    assert left_behind(folder) == []


def heard(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as reply:
        return b'"worker":"ok"' in reply.read()


def test_a_web_process_alone_starts_a_dead_database_again_and_its_own_death_frees_the_port(folder):
    port = free_port()
    web = run(folder, "web", "--port", str(port), "--processes", "2")
    until(folder, lambda: ready(port))
    workers = psutil.Process(web.pid).children()
    assert len(workers) == 2

    pid = int((embedded_postgres(folder).data / "postmaster.pid").read_text().split()[0])
    psutil.Process(pid).kill()
    until(folder, lambda: ready(port) and embedded_postgres(folder).runs())

    web.kill()
    web.wait()
    _, alive = psutil.wait_procs(workers, timeout=PATIENCE)
    assert not alive
    again = run(folder, "web", "--port", str(port))
    until(folder, lambda: ready(port))
    again.send_signal(signal.SIGTERM)
    again.wait(timeout=PATIENCE)
    # also what the killed one had started
    assert left_behind(folder) == []
