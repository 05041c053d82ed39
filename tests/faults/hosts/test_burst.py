"""Nothing is lost when machines of a larger installation lose their power."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_every_answer_thanked_for_is_counted_once_when_two_of_four_hosts_lose_their_power():
    done = subprocess.run(
        # so small a share of a processor holds back on a busy machine, too
        [sys.executable, "-m", "tests.faults.hosts", "--answers", "400", "--share", "0.1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "0 promises broken" in done.stdout
