"""Slow down those who guess links. Only unknown links count: a whole prison shares one address.

The address is counted under a keyed hash; the key lives in Redis for ten minutes and the counters
for one, and no time of a request is kept (``anonymity-design.md`` 4.10).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from redis.exceptions import RedisError

from survey_app.shared.queue import redis_client

A_MINUTE = 60
MOST_A_MINUTE = 60
KEY_LIVES = 600
_KEY = "answering:key"


async def guesses_too_much(address: str) -> bool:
    """Count one unknown link from ``address``; tell whether there were too many this minute.

    Without Redis nobody is slowed down: answering works on.
    """
    try:
        redis = redis_client()
        await redis.set(_KEY, secrets.token_bytes(32), nx=True, ex=KEY_LIVES)
        key = await redis.get(_KEY)
        if key is None:
            return False
        name = "answering:unknown:" + hmac.new(key, address.encode(), hashlib.sha256).hexdigest()
        await redis.set(name, 0, nx=True, ex=A_MINUTE)
        count = int(await redis.incr(name))
    except (RedisError, OSError):
        return False
    return count > MOST_A_MINUTE
