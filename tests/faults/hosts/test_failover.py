"""PostgreSQL's machine is lost for good, and the copy takes its place."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_nothing_thanked_for_is_lost_when_a_copy_that_confirms_takes_the_first_server_s_place():
    command = ["-m", "tests.faults.hosts", "--answers", "300", "--share", "1"]
    done = subprocess.run(
        [sys.executable, *command, "--failover", "synchronous"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "0 promises broken" in done.stdout
    [told] = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert told["thanked for and lost"] == 0
    assert told["counted"] >= told["thanked"] > 0
