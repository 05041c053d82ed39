"""Parts that end are started again, leave nothing behind, and are given up in one sentence."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from survey_app.installation import supervise as supervising
from survey_app.installation.family import child_environment, end_group, end_left_over
from survey_app.installation.retries import GIVE_UP_SECONDS, LONGEST_WAIT, STEADY_SECONDS, Retries
from survey_app.installation.supervise import KeptCommand
from survey_app.shared.errors import ServiceError

# a part that has a child of its own, which outlives it
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def family():
    """A process in a group of its own, and its child."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, start_new_session=True, text=True
    )
    child = psutil.Process(int(parent.stdout.readline()))
    yield parent, child
    end_group(parent.pid, at_once=True)
    parent.wait()
    parent.stdout.close()


def ends_with(monkeypatch, *commands: str) -> KeptCommand:
    """A part whose programme is the next of some lines of Python at each start."""
    real, lines = subprocess.Popen, iter(commands)
    monkeypatch.setattr(
        supervising.subprocess,
        "Popen",
        lambda _, **how: real([sys.executable, "-c", next(lines)], **how),
    )
    return KeptCommand(["web"], {})


def lived(part: KeptCommand, now: float) -> None:
    part.tend(now)
    part.process.wait()


def test_what_a_dead_leader_leaves_is_ended(family):
    parent, child = family
    parent.kill()
    parent.wait()
    assert child.is_running()
    end_group(parent.pid, at_once=True)
    assert not child.is_running()


def test_what_a_killed_supervisor_left_is_found_by_its_installation(tmp_path, family):
    mark = {**os.environ, **child_environment(tmp_path)}
    orphan = subprocess.Popen(["sleep", "600"], env=mark, start_new_session=True)
    try:
        end_left_over(tmp_path / "another")
        assert orphan.poll() is None
        end_left_over(tmp_path)
        orphan.wait(timeout=10)  # a killed process may take a moment to be gone
        assert family[0].poll() is None
    finally:
        orphan.kill()
        orphan.wait()


def test_what_has_the_number_of_a_process_that_ended_is_ended_too(tmp_path, monkeypatch):
    mark = {**os.environ, **child_environment(tmp_path)}
    orphan = subprocess.Popen(["sleep", "600"], env=mark, start_new_session=True)
    try:
        seen = next(one for one in psutil.process_iter() if one.pid == orphan.pid)
        monkeypatch.setattr(seen, "_pid_reused", True)  # as the library finds when it is asked
        end_left_over(tmp_path)
        orphan.wait(timeout=10)
    finally:
        orphan.kill()
        orphan.wait()


def test_a_part_that_is_killed_is_started_again_at_once(monkeypatch, caplog):
    part = ends_with(monkeypatch, "import time; time.sleep(600)", "import time; time.sleep(600)")
    part.tend(0.0)
    part.process.kill()
    part.process.wait()
    part.tend(100.0)
    part.tend(100.0)
    assert part.process.poll() is None
    assert "'web' ended by SIGKILL: starting it again" in caplog.text
    part.end()
    part.wait_for_end(time.monotonic() + 20)
    assert part.process.returncode == -signal.SIGTERM


def test_a_part_with_a_wrong_setting_is_not_started_again(monkeypatch):
    part = ends_with(monkeypatch, "raise SystemExit(2)")
    lived(part, 0.0)
    with pytest.raises(ServiceError, match="'web' cannot run: what it said"):
        part.tend(1.0)


def test_a_part_that_cannot_live_is_given_up_after_minutes_and_many_tries(monkeypatch):
    part = ends_with(monkeypatch, *["raise SystemExit(1)"] * 100)

    def live_on() -> None:
        while part.due < 10 * GIVE_UP_SECONDS:
            lived(part, part.due)
            part.tend(part.due + 0.1)

    with pytest.raises(ServiceError, match="exit code 1; what it said stands above"):
        live_on()
    assert part.due >= GIVE_UP_SECONDS - LONGEST_WAIT


def test_waiting_grows_and_begins_anew_once_a_part_was_well():
    retries = Retries()
    waits = [retries.wait(lived=1.0, now=float(now)) for now in range(8)]
    assert waits[0] == 0.0
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    assert retries.wait(lived=STEADY_SECONDS, now=9.0) == 0.0


def test_a_child_ends_with_its_parent_however_that_was_killed():
    program = (
        "import os, subprocess, sys, time\n"
        "env = {**os.environ, 'BAROMETER_CHILD': str(os.getpid())}\n"
        "line = 'from survey_app.installation.family import follow_parent as f; f();"
        " print(1, flush=True); import time; time.sleep(600)'\n"
        "child = subprocess.Popen([sys.executable, '-c', line], env=env, stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    gone, _ = psutil.wait_procs([child], timeout=20)
    assert gone
