"""What is made once for all processes lies in Redis; without Redis each makes its own.

With each lies a proof under the installation's secret: everybody is shown it, and whoever writes to
Redis is not to choose what.
"""

from __future__ import annotations

import contextlib
from typing import Final

from redis.exceptions import RedisError

from survey_app.shared.queue import redis_client
from survey_app.shared.secret import with_proof, without_proof

# a version from before the proof, at work beside this one, gives what lies under the plain key
_PLACE: Final = "{key}:proved"


async def find_kept(key: str, secret: bytes) -> bytes | None:
    """Return what another process has left, if it did."""
    with contextlib.suppress(RedisError, OSError):
        found: bytes = await redis_client().get(_PLACE.format(key=key)) or b""
        return without_proof(key, found, secret)
    return None


async def keep(key: str, content: bytes, secret: bytes, *, seconds: int) -> None:
    """Leave something for the other processes, for as long as nobody makes it anew."""
    with contextlib.suppress(RedisError, OSError):
        proved = with_proof(key, content, secret)
        await redis_client().set(_PLACE.format(key=key), proved, ex=seconds)
