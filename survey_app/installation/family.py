"""Processes that end with the one that started them, and the ones that did not.

A killed parent leaves its children: a web process that keeps the port, a worker that works on. Each
child asks the kernel to be told, and looks for itself where no kernel tells.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

WATCH_SECONDS = 0.5
PATIENCE = 10.0
PARENT = "BAROMETER_CHILD"
HOME = "BAROMETER_CHILD_OF"
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def child_environment(data_dir: Path) -> dict[str, str]:
    """Return what a child is told: whose it is, and of which installation."""
    return {PARENT: str(os.getpid()), HOME: str(data_dir.resolve())}


def is_child() -> bool:
    """Whether ``up`` or ``demo`` started this process."""
    return HOME in os.environ


def follow_parent() -> None:
    """End this process when the one that started it is gone; alone, do nothing."""
    if PARENT not in os.environ:
        return
    # told by number: the parent may be gone before this line is reached
    parent = int(os.environ[PARENT])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        # the kernel ends what does not come back to Python any more, and so never to the last line
        signal.setitimer(signal.ITIMER_REAL, PATIENCE + WATCH_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="follow-parent").start()


def end_group(leader: int, *, at_once: bool = False) -> None:
    """End all processes of a group, whether or not its leader lives; wait until they are gone."""
    members = [process for process in _processes() if _group(process) == leader]
    for process in members:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill() if at_once else process.terminate()
    _, stubborn = psutil.wait_procs(members, timeout=PATIENCE)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=PATIENCE)


def end_left_over(data_dir: Path) -> None:
    """End what a killed ``up`` or ``demo`` left of this installation; for who is alone in it."""
    groups = {_group(process) for process in _left_over(str(data_dir.resolve()))}
    for leader in groups - {None, os.getpgrp()}:
        if leader is not None:
            end_group(leader)


def _left_over(home: str) -> Iterator[psutil.Process]:
    for process in _processes():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(HOME) == home:
                yield process


def _processes() -> Iterator[psutil.Process]:
    # the library keeps what it saw by number, and ends nothing that has the number of another one
    psutil.process_iter.cache_clear()
    yield from psutil.process_iter()


def _group(process: psutil.Process) -> int | None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        return os.getpgid(process.pid)
    return None
