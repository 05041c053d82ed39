"""What time it is, for what cannot be undone: the database's clock, if nothing speaks against it.

A worker whose clock is a day ahead would close a wave a day early, open its urn and destroy its
key. So days are read off the database, this machine must agree with it, and time must have passed
as the machine's own uncounted seconds say. A clock that has jumped is believed again when somebody
says so, or when it has come back.
"""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from survey_app.shared.database import Login, fetch
from survey_app.shared.errors import BarometerError

MOST: Final = timedelta(minutes=1)
"""What two clocks, or a clock and the seconds gone by, may differ."""
SETTLING: Final = timedelta(minutes=10)
"""A machine that has just started may still be setting its clock."""
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


class ClockError(BarometerError):
    """The time cannot be trusted: nothing is closed, and nothing deleted."""


async def trusted_now() -> datetime:
    """Return the database's time, as the worker.

    Raises
    ------
    ClockError
        If this machine's clock disagrees, or the clock has jumped: with what to do.
    """
    host = socket.gethostname()
    (row,) = await fetch(
        Login.WORKER,
        "SELECT clock_timestamp() AS now, c.* FROM (VALUES ($1)) AS host (name)"
        " LEFT JOIN asking.clock c ON c.host = host.name",
        host,
    )
    now: datetime = row["now"]
    _agree(now)
    is_new = row["host"] is None
    if not is_new and (sentence := _jumped(row, now)):
        await _note_held(host, sentence)
        raise ClockError(f"{sentence}; if it is right now, say so with `barometer clock --accept`")
    settling = not is_new and _settles(row)
    await _note(host, now, settling=settling)
    if elsewhere := await held_clocks():
        raise ClockError(elsewhere[0])
    if settling:
        raise ClockError("this machine has just started: its clock is given ten minutes to settle")
    return now


async def held_clocks() -> list[str]:
    """Say which hosts have seen the clock jump, and that nothing is closed until it is settled."""
    rows = await fetch(
        Login.WORKER, "SELECT host, held FROM asking.clock WHERE held <> '' ORDER BY host"
    )
    return [
        f"{row['host']}: {row['held']}; no wave is closed and nothing deleted until somebody says"
        " that it is right (`barometer clock --accept`)"
        for row in rows
    ]


async def accept_clock() -> datetime:
    """Believe the database's clock from now on, on every host; returns what it says.

    Raises
    ------
    ClockError
        If this machine's clock disagrees with it.
    """
    (row,) = await fetch(Login.WORKER, "SELECT clock_timestamp() AS now")
    now: datetime = row["now"]
    _agree(now)
    await fetch(Login.WORKER, "DELETE FROM asking.clock")
    await _note(socket.gethostname(), now, settling=False)
    return now


def seconds_gone() -> tuple[str, float]:
    """Return which start of the machine this is, and the seconds since then, sleep included."""
    try:
        boot = _BOOT.read_text(encoding="ascii").strip()
        return boot, time.clock_gettime(time.CLOCK_BOOTTIME)
    except (OSError, AttributeError):
        return "", time.monotonic()


def _agree(now: datetime) -> None:
    apart = datetime.now(UTC) - now
    if abs(apart) > MOST:
        side = "ahead of" if apart > timedelta() else "behind"
        raise ClockError(
            f"this machine's clock is {_told(abs(apart))} {side} the database's: set the wrong one"
            " right; until then no wave is closed and nothing deleted"
        )


def _jumped(row: dict[str, Any], now: datetime) -> str:
    boot, seconds = seconds_gone()
    if boot == row["boot"]:
        expected = row["seen_at"] + timedelta(seconds=seconds - row["seconds"])
        apart = now - expected
        if abs(apart) > MOST:
            way = "forward" if apart > timedelta() else "back"
            return f"the clock has jumped {way} by {_told(abs(apart))}"
    elif now < row["seen_at"] - MOST:
        return f"the clock has gone back by {_told(row['seen_at'] - now)}"
    return ""


def _settles(row: dict[str, Any]) -> bool:
    boot, seconds = seconds_gone()
    return bool((boot != row["boot"] or row["settling"]) and seconds < SETTLING.total_seconds())


async def _note(host: str, now: datetime, *, settling: bool) -> None:
    boot, seconds = seconds_gone()
    await fetch(
        Login.WORKER,
        "INSERT INTO asking.clock (host, boot, seconds, seen_at, settling, held)"
        " VALUES ($1, $2, $3, $4, $5, '')"
        " ON CONFLICT (host) DO UPDATE SET boot = excluded.boot, seconds = excluded.seconds,"
        " seen_at = excluded.seen_at, settling = excluded.settling, held = ''",
        host,
        boot,
        seconds,
        now,
        settling,
    )


async def _note_held(host: str, sentence: str) -> None:
    """Remember the jump beside what was seen before it: the clock may come back."""
    await fetch(Login.WORKER, "UPDATE asking.clock SET held = $2 WHERE host = $1", host, sentence)


def _told(apart: timedelta) -> str:
    seconds = round(apart.total_seconds())
    for size, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds} seconds"
