"""A wave keeps its promises while things fail; by itself: `python -m tests.faults`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults.schedule import schedule


def lived(seeds: str) -> str:
    """Live through seeds in a process of their own, which gives back what it mounts and starts."""
    return told_by("tests.faults", "--seeds", seeds)


def told_by(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return done.stdout


def test_a_seed_holds_the_same_faults_each_time():
    assert [str(one) for one in schedule(7)] == [str(one) for one in schedule(7)]
    assert schedule(7) != schedule(8)


def test_a_wave_keeps_its_promises_while_things_fail():
    assert "1 seeds, 0 failed" in lived("3")


@pytest.mark.slow
def test_forty_waves_keep_their_promises_while_things_fail():
    print(lived("1-40").splitlines()[-1])


@pytest.mark.slow
def test_mails_and_text_messages_arrive_while_web_worker_queue_and_mail_server_are_killed():
    told = told_by("tests.faults.mixed", "--seed", "2", "--kills", "20", "--messages", "99")
    assert "each arrived, no text message twice" in told
