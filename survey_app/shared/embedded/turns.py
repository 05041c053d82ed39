"""Who uses the embedded services of a data folder, and who may start them: one at a time.

Both are locks of the operating system on files, so that a killed process lets go of them.
"""

from __future__ import annotations

import contextlib
import fcntl
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from survey_app.shared.errors import ServiceError

IN_USE = "services.lock"
STARTING = "starting.lock"
ALONE = "supervisor.lock"


@contextlib.contextmanager
def wait_for_turn(data_dir: Path) -> Iterator[None]:
    """Wait until nobody else starts or stops a service of this data folder."""
    with _file(data_dir, STARTING) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let what stops a command wait until a server that is begun can be found, and so stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {
        stop: signal.signal(stop, lambda number, _: came.append(number))
        for stop in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for stop, handler in before.items():
            signal.signal(stop, handler)
    for number in came:
        signal.raise_signal(number)


def leave_when_ended() -> None:
    """Let SIGTERM end a command as Ctrl-C does, so that it stops the servers that it started."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)


@contextlib.contextmanager
def in_use(data_dir: Path, *, last: Callable[[], None]) -> Iterator[None]:
    """Say that this process uses the services; whoever leaves last calls ``last``.

    What a killed process left running is found by the next one: it joins, and leaves last.
    """
    with _file(data_dir, IN_USE) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                last()


@contextlib.contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Keep a second ``up`` or ``demo`` out of this data folder.

    Raises
    ------
    ServiceError
        If one runs there.
    """
    with _file(data_dir, ALONE) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceError(
                f"{data_dir} is in use by another barometer: stop that one, or set"
                " BAROMETER_DATA_DIR to another folder"
            ) from None
        yield


@contextlib.contextmanager
def _file(data_dir: Path, name: str) -> Iterator[int]:
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / name).open("w") as file:
        yield file.fileno()
