"""What a newcomer meets: one command, Ctrl-C, the same command again, a machine that was killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from survey_app.shared.embedded.postgres import embedded_postgres
from tests.builders_answering import some_answers
from tests.demo import RunningDemo, kill_everything, left_behind, start_demo, stop_demo
from tests.live_server import free_port
from tests.places import lent_place

SMALL = ("--people", "200", "--waves", "1", "--public-waves", "0")


def _get(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=10) as reply:
        return reply.status, reply.read().decode()


def test_the_ready_file_holds_what_others_script_against(demo):
    facts = demo.facts
    assert set(facts) >= {
        "base_url", "accounts", "personal_links", "open_surveys", "mailbox_url", "data_dir",
        "postgres_socket",
    }  # fmt: skip
    assert set(facts["accounts"]) == {
        "admin", "hr", "communications", "leader", "representative", "analyst",
    }  # fmt: skip
    assert len(facts["personal_links"]) >= 30
    assert facts["open_surveys"]
    assert _get(facts["base_url"] + "/health/ready")[0] == 200


def test_one_demo_serves_all_tests_that_need_it(demo, request):
    if request.config.getoption("dist", "no") == "loadgroup":
        assert request.node.nodeid.endswith("@demo")


def test_every_page_says_that_the_figures_are_made_up(demo):
    for address in ("/results", "/sign-in", f"/open/{demo.facts['open_surveys'][0]}"):
        assert "Demodata" in _get(demo.facts["base_url"] + address)[1], address
    assert "Demodata" in _get(demo.link() + "?lang=nb")[1]


@pytest.fixture
def folder(tmp_path_factory):
    with lent_place(tmp_path_factory.mktemp("restarted")) as folder:
        yield folder


# a start takes seconds of a processor: that one takes over a database that runs on is a start more,
# which `test_one_part_alone` sees of a web process
@pytest.mark.parametrize("runs_on", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_ctrl_c_ends_every_child_and_a_second_start_keeps_the_data(folder, warm, runs_on):
    first = start_demo(folder, *SMALL)
    _answer(first)
    # killed outright: its children notice, and its database mostly runs on
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any("survey_app.cli" in p for p in left_behind(folder)):
        time.sleep(0.2)
    assert not [line for line in left_behind(folder) if "survey_app.cli" in line]

    # the next start takes over what runs on, or begins where that was killed as well
    if runs_on:
        kill_everything(start_demo(folder, *SMALL))
    else:
        _kill_the_database(folder)
    again = start_demo(folder, *SMALL)
    assert set(again.facts["personal_links"]) >= {
        link.replace(first.facts["base_url"], again.facts["base_url"])
        for link in first.facts["personal_links"]
    }
    # thanked for, so it was kept, whatever was killed since
    _close_and_count(again)
    stop_demo(again)
    assert left_behind(folder) == []
    # the data that it kept is found at the next start, and refused by all but a demo
    _refuse_as_real(folder, warm.executable)


def _kill_the_database(folder: Path) -> None:
    server = embedded_postgres(folder)
    if server.runs():
        psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0])).kill()


def _refuse_as_real(folder: Path, python: str) -> None:
    """What was made up is never served as real, and the refusal leaves nothing running."""
    port = ["--port", str(free_port())]
    for part in (["up", *port], ["web", *port], ["worker"]):
        done = subprocess.run(
            [python, "-m", "survey_app.cli", *part],
            env={**os.environ, "BAROMETER_DATA_DIR": str(folder)},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 2, part
        assert "may not stand among real results" in done.stderr
        assert left_behind(folder) == []


OPEN_PULSE = "SELECT key FROM asking.wave WHERE form = 'verdipuls.k1' AND state = 'open'"
MARKED = (
    "SELECT count(*) FROM asking.invitation i JOIN asking.wave w ON w.id = i.wave"
    " WHERE w.key = $1 AND marked"
)
HEAD = "SELECT head FROM publications.publication WHERE wave_key = $1"


def _answer(demo: RunningDemo) -> None:
    before = asyncio.run(_ask(demo, MARKED, asyncio.run(_ask(demo, OPEN_PULSE))))
    answers = urllib.parse.urlencode(some_answers("verdipuls.k1")).encode()
    request = urllib.request.Request(
        demo.link(), answers, {"Content-Type": "application/x-www-form-urlencoded"}
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        assert "/answer/thanks" in reply.url
    Path(demo.data_dir, "marked").write_text(str(before + 1))


def _close_and_count(demo: RunningDemo) -> None:
    """Close the wave beside the running demo, and find the answer in its publication."""
    wave = asyncio.run(_ask(demo, OPEN_PULSE))
    marked = asyncio.run(_ask(demo, MARKED, wave))
    assert marked == int(Path(demo.data_dir, "marked").read_text())
    done = subprocess.run(
        [sys.executable, "-m", "survey_app.cli", "wave", "close", wave],
        env={**os.environ, "BAROMETER_DATA_DIR": str(demo.data_dir)},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert f"{wave} is closed: {marked} answers counted, 0 refused" in done.stdout
    published = asyncio.run(_ask(demo, HEAD, wave))
    assert json.loads(published)["response"]["answers"] == marked


async def _ask(demo: RunningDemo, sql: str, *values: object) -> Any:
    socket = urllib.parse.quote(demo.facts["postgres_socket"], safe="")
    link = await asyncpg.connect(f"postgresql://postgres@/barometer?host={socket}&port=5432")
    try:
        return await link.fetchval(sql, *values)
    finally:
        await link.close()


def test_two_demos_never_share_a_data_folder(demo, warm):
    done = subprocess.run(
        [warm.executable, "-m", "survey_app.cli", "demo", "--port", str(free_port())],
        env={**os.environ, "BAROMETER_DATA_DIR": str(demo.data_dir)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "is in use by another barometer" in done.stderr


def test_a_ready_file_that_cannot_be_written_is_told_before_anything_is_made(tmp_path, warm):
    ready, data = tmp_path / "away" / "ready.json", tmp_path / "data"
    done = subprocess.run(
        [warm.executable, "-m", "survey_app.cli", "demo", "--ready-file", ready],
        env={**os.environ, "BAROMETER_DATA_DIR": str(data)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert f"{ready} cannot be written (No such file or directory): name another" in done.stderr
    assert not data.exists()


def test_the_mailbox_fills_at_whatever_hour_the_demo_starts(demo):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if "Verdipuls:" in _get(demo.facts["mailbox_url"])[1]:
            return
        time.sleep(1)
    raise AssertionError(demo.log.read_text())
