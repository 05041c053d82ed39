"""What is made once for all processes lies in Redis; without Redis each makes its own."""

from __future__ import annotations

import contextlib

from redis.exceptions import RedisError

from survey_app.shared.queue import redis_client


async def find_kept(key: str) -> bytes | None:
    """Return what another process has left, if it did."""
    with contextlib.suppress(RedisError, OSError):
        found: bytes | None = await redis_client().get(key)
        return found
    return None


async def keep(key: str, content: bytes, *, seconds: int) -> None:
    """Leave something for the other processes, for as long as nobody makes it anew."""
    with contextlib.suppress(RedisError, OSError):
        await redis_client().set(key, content, ex=seconds)
