"""Run web and worker as children of one terminal, and leave none behind.

The children watch their parent: when it is killed outright they end by themselves, and the
embedded services that it started are found and stopped by the next start.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from survey_app.shared.errors import ServiceError

WATCH_SECONDS = 0.5
PATIENCE = 10.0


CHILD = "BAROMETER_CHILD"


def watch_parent() -> None:
    """End this process soon after the one that started it is gone; alone, do nothing."""
    if CHILD not in os.environ:
        return
    # told by number: the parent may be gone before this line is reached
    parent = int(os.environ[CHILD])

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="watch-parent").start()


def _start(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own programme
        [sys.executable, "-m", "survey_app.cli", *arguments],
        env={**os.environ, **environment, CHILD: str(os.getpid())},
        start_new_session=True,  # Ctrl-C reaches the parent, which ends the children in order
    )


class Stopped(Exception):  # noqa: N818 - a request, not a fault
    """Somebody asked the whole to end."""


def _ask_to_stop(_signal: int, _frame: object) -> None:
    raise Stopped


def supervise(
    commands: Sequence[Sequence[str]],
    environment: Mapping[str, str],
    *,
    when_started: Callable[[], None],
) -> None:
    """Run ``commands`` of ``barometer`` until Ctrl-C, a TERM signal, or the end of one of them.

    Parameters
    ----------
    commands : sequence of command lines
        Each without the programme's name, e.g. ``["web", "--port", "8000"]``.
    environment : mapping
        Settings that the children get beside this process's own.
    when_started : callable
        Called once they run: waits for them to answer and prints the addresses.

    Raises
    ------
    ServiceError
        If a child ends by itself.
    """
    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(name, _ask_to_stop)
    children = [_start(command, environment) for command in commands]
    try:
        when_started()
        while True:
            for command, child in zip(commands, children, strict=True):
                if child.poll() is not None:
                    raise ServiceError(f"'{command[0]}' ended with exit code {child.returncode}")
            time.sleep(WATCH_SECONDS)
    except Stopped:
        pass
    finally:
        for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(name, signal.SIG_IGN)
        _end(children)


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
