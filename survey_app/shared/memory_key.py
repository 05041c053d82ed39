"""A random key that all processes share, new every day, and that is on no disk.

It is the name of a connection to Redis. Redis tells its clients each other's names and never writes
them down, so a Redis that writes to disk gives no key away, nor does a copy of its files. It lives
as long as a process that has used it; where a Redis does not let its clients see each other, each
process keeps one for itself.
"""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, cast

import redis.asyncio as redis
from redis.exceptions import ResponseError

from survey_app.shared import clock
from survey_app.shared.queue import own_connection

FRESH = 5.0  # seconds: two processes that begin at once agree within these
_ALONE = secrets.token_bytes(32)


@dataclass(slots=True)
class _Found:
    """The key that was found last, for which connection, and when."""

    connection: redis.Redis | None = None
    day: str = ""
    key: bytes = b""
    at: float = field(default=-FRESH)


_found = _Found()


async def shared_key() -> bytes:
    """Return today's key.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    connection, day = own_connection(), f"{clock.now():%Y%m%d}"
    known = _found.connection is connection and _found.day == day
    if not known or time.monotonic() - _found.at > FRESH:
        key = await _agree(connection, day, _found.key if known else b"")
        _found.connection, _found.day, _found.key = connection, day, key
        _found.at = time.monotonic()
    return _found.key


async def _agree(connection: redis.Redis, day: str, mine: bytes) -> bytes:
    """Take the smallest of today's keys, and hold it; where there is none, make one."""
    name = re.compile(rf"barometer-{day}-([0-9a-f]{{64}})")
    try:
        clients: list[dict[str, str]] = await cast("Any", connection.client_list())
        keys = [found[1] for one in clients if (found := name.fullmatch(one["name"]))]
        chosen = min([*keys, *([mine.hex()] if mine else [])], default=secrets.token_hex(32))
        await cast("Any", connection.client_setname(f"barometer-{day}-{chosen}"))
    except ResponseError:
        return _ALONE
    return bytes.fromhex(chosen)
