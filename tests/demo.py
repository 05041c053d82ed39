"""One small demo, started once as a stranger would start it, shared by all tests that need it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from questionnaires.content import SETTING
from tests.agencies import FIRST
from tests.live_server import free_port

PATIENCE = 400.0  # seconds: 40 on a quiet machine


@dataclass
class RunningDemo:
    """A demo's process, and what its ready file told."""

    process: subprocess.Popen[bytes]
    facts: dict[str, Any]
    data_dir: Path
    log: Path
    seconds: float

    def link(self) -> str:
        """A personal link that no other test has taken."""
        taken: str = self.facts["personal_links"].pop()
        return taken


def start_demo(
    data_dir: Path, *arguments: str, agency: Path = FIRST, patience: float = PATIENCE
) -> RunningDemo:
    """Start `barometer demo` in a process of its own and wait for its ready file."""
    data_dir.mkdir(parents=True, exist_ok=True)
    ready = data_dir / "ready.json"
    ready.unlink(missing_ok=True)
    log = data_dir / "demo.log"
    command = [sys.executable, "-m", "survey_app.cli", "demo", "--port", str(free_port())]
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("BAROMETER_")},
        "BAROMETER_DATA_DIR": str(data_dir),
        SETTING: str(agency),
    }
    begun = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--ready-file", str(ready), *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    while not ready.exists():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() - begun < patience, log.read_text()
        time.sleep(0.1)
    seconds = time.monotonic() - begun
    return RunningDemo(process, json.loads(ready.read_text()), data_dir, log, seconds)


def stop_demo(demo: RunningDemo) -> None:
    """Press Ctrl-C and wait."""
    if demo.process.poll() is None:
        demo.process.send_signal(signal.SIGINT)
    demo.process.wait(timeout=40)


def kill_everything(demo: RunningDemo) -> None:
    """Kill web, worker, database and queue outright, as when the power goes."""
    from survey_app.shared.embedded.places import private_place

    postmaster = private_place(demo.data_dir) / "postgres" / "postmaster.pid"
    database = psutil.Process(int(postmaster.read_text().split()[0]))
    victims = [database, *database.children(recursive=True)]
    victims += [psutil.Process(demo.process.pid), *psutil.Process(demo.process.pid).children(True)]
    for victim in victims:
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    demo.process.wait(timeout=20)
    psutil.wait_procs(victims, timeout=20)


def left_behind(data_dir: Path) -> list[str]:
    """Processes that still belong to a data folder."""
    from survey_app.shared.embedded.places import private_place

    marks = {str(data_dir), str(private_place(data_dir))}
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "environ"]):
        line = " ".join(process.info["cmdline"] or [])
        home = (process.info["environ"] or {}).get("BAROMETER_DATA_DIR", "")
        if any(mark in line for mark in marks) or home in marks:
            found.append(line)
    return found
