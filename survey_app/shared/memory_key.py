"""A random key that all processes share, new every day, and that is on no disk.

It is the name of a connection to Redis. Redis tells its clients each other's names and never writes
them down, so a Redis that writes to disk gives no key away, nor does a copy of its files. It lives
as long as a process that has used it; where a Redis does not let its clients see each other, each
process keeps one for itself. Beside it the name has yesterday's, for what was begun before
midnight.
"""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

import redis.asyncio as redis
from redis.exceptions import ResponseError

from survey_app.shared import clock
from survey_app.shared.queue import own_connection

FRESH = 5.0  # seconds: two processes that begin at once agree within these
_ALONE = secrets.token_bytes(32)


type Keys = tuple[bytes, bytes]
"""Today's, and yesterday's: empty where nobody knows it any more."""


@dataclass(slots=True)
class _Found:
    """The keys that were found last, for which connection, and when."""

    connection: redis.Redis | None = None
    day: date | None = None
    keys: Keys = (b"", b"")
    at: float = field(default=-FRESH)


_found = _Found()


async def shared_key() -> bytes:
    """Return today's key.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    return (await shared_keys())[0]


async def shared_keys() -> Keys:
    """Return today's key and yesterday's.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    connection, day = own_connection(), clock.now().date()
    known = _found.connection is connection and _found.day == day
    if not known or time.monotonic() - _found.at > FRESH:
        same = _found.connection is connection
        mine = _found.keys if known else (b"", _found.keys[0])
        keeps = known or (same and _found.day == day - timedelta(days=1))
        keys = await _agree(connection, mine if keeps else (b"", b""))
        _found.connection, _found.day, _found.keys = connection, day, keys
        _found.at = time.monotonic()
    return _found.keys


def _day(later: int) -> str:
    return f"{clock.now() + timedelta(days=later):%Y%m%d}"


async def _agree(connection: redis.Redis, mine: Keys) -> Keys:
    """Take the smallest of each day's keys, and hold them; where today has none, make one."""
    try:
        # not by `client_list`, which cannot read a socket in a folder whose name has a blank
        clients: bytes = await cast("Any", connection).execute_command("CLIENT", "LIST")
        names = re.findall(r" name=(\S*)", clients.decode(errors="replace"))
        chosen = _smallest(names, _day(0), mine[0]) or secrets.token_hex(32)
        before = _smallest(names, _day(-1), mine[1])
        name = f"barometer-{_day(0)}-{chosen}" + (f"-{_day(-1)}-{before}" if before else "")
        await cast("Any", connection.client_setname(name))
    except ResponseError:
        return _ALONE, _ALONE
    return bytes.fromhex(chosen), bytes.fromhex(before)


def _smallest(names: list[str], day: str, mine: bytes) -> str:
    pattern = re.compile(rf"barometer-(?:.*-)?{day}-([0-9a-f]{{64}})(?:-.*)?")
    keys = [found[1] for name in names if (found := pattern.fullmatch(name))]
    return min([*keys, *([mine.hex()] if mine else [])], default="")
