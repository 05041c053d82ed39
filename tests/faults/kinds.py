"""The faults: how each begins and ends, and what it excuses."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.faults.standing import Standing, to_port

EVERYWHERE = ("opening", "mail", "answers", "counting")
RUNNING = ("mail", "answers", "counting")
A_DAY = 86400


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Parameters
    ----------
    begin, end : callable
        Of the installation, and of a number of bytes.
    doctor : str
        What `doctor` says while it lasts; empty where it has nothing to find.
    doubles : bool
        Whether a mail that the server took may not be noted: the documented window.
    """

    name: str
    what: str
    begin: Callable[[Standing, int], None]
    end: Callable[[Standing], None]
    parts: tuple[str, ...] = RUNNING
    doctor: str = ""
    doubles: bool = False
    needs_disks: bool = False


def _nothing(_it: Standing) -> None:
    """It has ended by itself."""


def _signal(command: str, name: signal.Signals, *, inner: bool = False):
    def begin(it: Standing, _size: int) -> None:
        found = it.child(command)
        with contextlib.suppress(psutil.Error, IndexError):
            if found is not None:
                (found.children()[0] if inner else found).send_signal(name)

    return begin


def _gate(name: str, what: str):
    return lambda it, _size: getattr(it.gates[name], what)()


def _opened(name: str):
    return lambda it: it.gates[name].open()


def _halved(name: str, side: str):
    return lambda it, size: it.gates[name].halve(**{side: size})


def _mood(which: str, words: str):
    return lambda it, _size: setattr(it.office.post, which, words)


def _calm(it: Standing) -> None:
    it.office.post.calm()


def _expire(it: Standing, _size: int) -> None:
    it.gates["mail"].dial = to_port(it.office.expired_port)
    it.gates["mail"].cut()


def _renew(it: Standing) -> None:
    it.gates["mail"].dial = to_port(it.office.port)


def _fill(place: Path) -> None:
    with (place / "filler").open("wb") as file, contextlib.suppress(OSError):
        for size in (1 << 24, 1 << 20, 1 << 12):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
                    file.flush()
                    os.fsync(file.fileno())


def _fill_database(it: Standing, _size: int) -> None:
    _fill(it.postgres.place)


def _fill_data(it: Standing, _size: int) -> None:
    _fill(it.settings.data_dir)


def _empty_database(it: Standing) -> None:
    (it.postgres.place / "filler").unlink(missing_ok=True)
    it.postgres.start()


def _jump(it: Standing, seconds: int) -> None:
    """Let the clock have jumped, as the house's clock watch sees it."""
    it.sql(f"UPDATE asking.clock SET seen_at = seen_at - interval '{seconds} s'")


def _empty_data(it: Standing) -> None:
    (it.settings.data_dir / "filler").unlink(missing_ok=True)


KINDS = (
    Kind("web process killed", "web", _signal("web", signal.SIGKILL), _nothing),
    Kind("web's own process killed", "web", _signal("web", signal.SIGKILL, inner=True), _nothing),
    Kind("web told to end", "web", _signal("web", signal.SIGTERM), _nothing),
    Kind("worker killed", "worker", _signal("worker", signal.SIGKILL), _nothing, doubles=True),
    Kind("worker told to end", "worker", _signal("worker", signal.SIGTERM), _nothing),
    Kind(
        "database stopped at once", "database", lambda it, _: it.stop_postgres(),
        lambda it: it.postgres.start(), EVERYWHERE, "database: ", doubles=True,
    ),
    Kind(
        "connections to the database cut", "database", _gate("database", "cut"),
        _opened("database"), doubles=True,
    ),
    Kind(
        "database out of reach", "database", _gate("database", "shut"), _opened("database"),
        doctor="database: ", doubles=True,
    ),
    Kind("database silent", "database", _gate("database", "hold"), _opened("database"),
         doctor="database: does not answer"),
    Kind(
        "database's replies cut in the middle", "database", _halved("database", "left"),
        _opened("database"), doubles=True,
    ),
    Kind(
        "connections to the database forgotten", "database", _gate("database", "forget"),
        _opened("database"), doubles=True,
    ),
    Kind(
        "queue killed", "queue", lambda it, _: it.kill_redis(), lambda it: it.redis.start(),
        doctor="redis: ",
    ),
    Kind("queue wiped", "queue", lambda it, _: it.flush_redis(), _nothing),
    Kind("connections to the queue cut", "queue", _gate("queue", "cut"), _opened("queue")),
    Kind(
        "queue out of reach", "queue", _gate("queue", "shut"), _opened("queue"), doctor="redis: "
    ),
    Kind("queue silent", "queue", _gate("queue", "hold"), _opened("queue"),
         doctor="redis: "),
    Kind(
        "queue's replies cut in the middle", "queue", _halved("queue", "left"), _opened("queue")
    ),
    Kind("connections to the queue forgotten", "queue", _gate("queue", "forget"), _opened("queue")),
    Kind("mail server down", "mail", _gate("mail", "shut"), _opened("mail"), doctor="mail: ",
         doubles=True),
    Kind("connections to mail cut", "mail", _gate("mail", "cut"), _opened("mail"), doubles=True),
    Kind("mail server silent", "mail", _gate("mail", "hold"), _opened("mail"), doctor="mail: "),
    Kind("mail cut in the middle", "mail", _halved("mail", "asked"), _opened("mail"),
         doubles=True),
    Kind("mail server's replies cut", "mail", _halved("mail", "left"), _opened("mail"),
         doubles=True),
    Kind("mail server busy", "mail", _mood("at_rcpt", "451 4.3.0 later"), _calm),
    Kind("mail server leaving", "mail", _mood("at_rcpt", "421 4.3.2 bye"), _calm),
    Kind("mail server refuses everybody", "mail", _mood("at_rcpt", "550 5.7.1 no"), _calm),
    Kind("mail refused for its text", "mail", _mood("after_data", "554 5.6.0 no"), _calm),
    Kind("mail server full", "mail", _mood("after_data", "452 4.3.1 full"), _calm),
    Kind("mail server's certificate expired", "mail", _expire, _renew, doctor="certificate",
         doubles=True),
    Kind("disk of the database full", "disk", _fill_database, _empty_database, EVERYWHERE,
         doubles=True, needs_disks=True),
    Kind("disk of the data folder full", "disk", _fill_data, _empty_data, EVERYWHERE,
         doctor="disk: ", needs_disks=True),
    Kind("clock jumps a day forward", "clock", lambda it, _: _jump(it, A_DAY),
         lambda it: _jump(it, -A_DAY), ("counting",), doctor="clock: "),
    Kind("clock jumps a day back", "clock", lambda it, _: _jump(it, -A_DAY),
         lambda it: _jump(it, A_DAY), ("counting",), doctor="clock: "),
)  # fmt: skip
