"""Units of systemd are closed alike, and a command of a part runs in its sandbox."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

DEPLOY = Path("deploy")


def test_units_are_closed_alike_and_each_part_has_a_user_of_its_own():
    users: dict[str, set[str]] = {}
    closed = set()
    for path in (DEPLOY / "systemd").glob("*.service"):
        text = path.read_text()
        closed.add(
            text.partition("# What the process may do")[2].partition("\n[Install]")[0].strip()
        )
        [user] = re.findall(r"^User=(\S+)$", text, re.MULTILINE)
        users.setdefault(user, set()).add(path.stem)
        made = re.search(r"^StateDirectory=(.*)$", text, re.MULTILINE)
        assert made
        for name in re.findall(r"%S/(\S+)", text):
            assert name in made[1].split(), f"{path} names a folder that it does not make"
    assert len(closed) == 1
    assert users["verdibarometer-worker"] == {"verdibarometer-worker"}
    declared = set(
        re.findall(
            r"^u (\S+)", (DEPLOY / "systemd/verdibarometer.sysusers").read_text(), re.MULTILINE
        )
    )
    assert set(users) == declared


def given_to_systemd(tmp_path, *command):
    """Return what `barometer-as` gives systemd for a command, line by line."""
    units = (DEPLOY / "systemd").resolve()
    (tmp_path / "systemctl").write_text(f'#!/bin/sh\ncat "{units}/$2"\n')
    (tmp_path / "systemd-run").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    for programme in tmp_path.iterdir():
        programme.chmod(0o755)
    return subprocess.run(
        ["sh", units / "barometer-as", *command],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()


def test_a_command_of_a_part_has_its_sandbox_line_by_line_in_its_order(tmp_path):
    told = given_to_systemd(tmp_path, "worker", "wave", "list")
    assert told[-3:] == ["/opt/verdibarometer/current/bin/barometer", "wave", "list"]
    unit = (DEPLOY / "systemd/verdibarometer-worker.service").read_text().splitlines()
    # each takes away from the ones before it, or gives something back
    filters = [line for line in unit if line.startswith("SystemCallFilter=")]
    assert len(filters) > 1
    given = [line.removeprefix("--property=") for line in told]
    assert [line for line in given if line in filters] == filters


def test_a_backup_by_hand_has_folders_of_its_own(tmp_path):
    told = given_to_systemd(tmp_path, "backup", "backup", "FILE")
    [run] = [line.removeprefix("--unit=") for line in told if line.startswith("--unit=")]
    # the timer's, which may be at work, goes with the timer's unit
    assert f"--property=RuntimeDirectory={run}" in told
    assert f"--property=Environment=BAROMETER_DATA_DIR=/run/{run}" in told
    assert "--property=StateDirectory=verdibarometer-backup" in told
    # a command line has no specifiers
    assert not [line for line in told if re.search(r"%[a-zA-Z]", line)]
