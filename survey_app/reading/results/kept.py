"""What is made once for all processes lies in Redis; without Redis each makes its own.

With each lies a proof under the installation's secret: everybody is shown it, and whoever writes to
Redis is not to choose what.
"""

from __future__ import annotations

import contextlib
import hmac
from typing import Final

from redis.exceptions import RedisError

from survey_app.shared.queue import redis_client
from survey_app.shared.secret import accepted

_PROOF: Final = 32
# a version from before the proof, at work beside this one, gives what lies under the plain key
_PLACE: Final = "{key}:proved"


async def find_kept(key: str, secret: bytes) -> bytes | None:
    """Return what another process has left, if it did."""
    with contextlib.suppress(RedisError, OSError):
        found: bytes = await redis_client().get(_PLACE.format(key=key)) or b""
        proof, content = found[:_PROOF], found[_PROOF:]
        if any(hmac.compare_digest(_proof(key, content, one), proof) for one in accepted(secret)):
            return content
    return None


async def keep(key: str, content: bytes, secret: bytes, *, seconds: int) -> None:
    """Leave something for the other processes, for as long as nobody makes it anew."""
    with contextlib.suppress(RedisError, OSError):
        proved = _proof(key, content, secret) + content
        await redis_client().set(_PLACE.format(key=key), proved, ex=seconds)


def _proof(key: str, content: bytes, secret: bytes) -> bytes:
    told = hmac.new(secret, b"verdibarometer/kept/1/" + key.encode() + b"\0", "sha256")
    told.update(content)
    return told.digest()
