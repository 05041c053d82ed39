"""Run web and worker as children of one terminal, start again what ends, and leave none behind."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from survey_app.installation.family import (
    PATIENCE,
    WATCH_SECONDS,
    child_environment,
    end_group,
)
from survey_app.installation.retries import Retries
from survey_app.shared.errors import ServiceError

log = logging.getLogger("barometer.supervisor")

READY_SECONDS = 120.0
# a command that ends with this has said which setting is wrong: it would say so again
INPUT_AT_FAULT = 2


@dataclass(slots=True)
class KeptCommand:
    """One command of ``barometer`` that is kept running.

    Parameters
    ----------
    command : sequence of str
        Without the programme's name, e.g. ``["web", "--port", "8000"]``.
    environment : mapping
        Settings that it gets beside this process's own.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    retries: Retries = field(default_factory=Retries)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0

    def tend(self, now: float) -> None:
        """Start the part when its time has come; when it has ended, say so and set the time.

        Raises
        ------
        ServiceError
            If it cannot live.
        """
        if self.process is None:
            if now >= self.due:
                self._start(now)
            return
        code = self.process.poll()
        if code is None:
            return
        # what a killed one leaves behind would keep the port
        end_group(self.process.pid, at_once=True)
        self.process = None
        wait = self.retries.wait(lived=now - self.started, now=now)
        if code == INPUT_AT_FAULT:
            raise ServiceError(f"'{self.command[0]}' cannot run: what it said stands above")
        if wait is None:
            raise ServiceError(
                f"'{self.command[0]}' cannot run: it ended {self.retries.number} times in a row,"
                f" the last time {_how(code)}; what it said stands above"
            )
        log.warning("'%s' ended %s: starting it again", self.command[0], _how(code))
        self.due = now + wait

    def end(self) -> None:
        """Ask it to end, with all that it started."""
        if self.process is not None:
            self.process.terminate()

    def wait_for_end(self, deadline: float) -> None:
        """Wait until it has ended; past ``deadline``, kill it."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("'%s' does not end: killing it", self.command[0])
        end_group(self.process.pid, at_once=True)
        self.process.wait()

    def _start(self, now: float) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own programme
            [sys.executable, "-m", "survey_app.cli", *self.command],
            env={**os.environ, **self.environment},
            # a group of its own: Ctrl-C reaches us, and we end the children in order
            start_new_session=True,
        )
        self.started = now


def _how(code: int) -> str:
    if code >= 0:
        return f"with exit code {code}"
    return f"by {signal.Signals(-code).name}"


def supervise(
    commands: Sequence[Sequence[str]],
    environment: Mapping[str, str],
    *,
    data_dir: Path,
    ready: Callable[[], bool],
    when_ready: Callable[[], None],
    failed: Callable[[], str | None],
) -> None:
    """Keep ``commands`` of ``barometer`` running until Ctrl-C or a TERM signal.

    Parameters
    ----------
    commands : sequence of command lines
    environment : mapping
        Settings that the children get beside this process's own.
    data_dir : Path
        The installation, by which a later start knows whose children they were.
    ready : callable
        Asked until it is true; two minutes at most.
    when_ready : callable
        Called once then: prints the addresses.
    failed : callable
        Why it cannot go on, in a sentence; None as long as it can.

    Raises
    ------
    ServiceError
        If a part cannot live, or nothing answers in time.
    """
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    parts = [KeptCommand(one, {**environment, **child_environment(data_dir)}) for one in commands]
    deadline: float | None = time.monotonic() + READY_SECONDS
    try:
        while not stop.is_set():
            for part in parts:
                part.tend(time.monotonic())
            if told := failed():
                raise ServiceError(told)
            if deadline and ready():
                deadline = None
                when_ready()
            elif deadline and time.monotonic() > deadline:
                raise ServiceError(f"nothing answers within {READY_SECONDS:.0f} s")
            stop.wait(WATCH_SECONDS)
    finally:
        for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(name, signal.SIG_IGN)
        _end(parts)


def _end(parts: Sequence[KeptCommand]) -> None:
    for part in parts:
        part.end()
    deadline = time.monotonic() + PATIENCE
    for part in parts:
        part.wait_for_end(deadline)
