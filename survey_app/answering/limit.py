"""Slow down those who guess links. Only unknown links count: a whole prison shares one address.

The address is counted under a keyed hash in Redis for a minute, and no time of a request is kept
(``anonymity-design.md`` 4.10). The key never leaves this process: beside the hashes, in a Redis
that writes to disk, it would give every address away to whoever tries them all. So each process
counts for itself.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from redis.exceptions import RedisError

from survey_app.shared.queue import redis_client

A_MINUTE = 60
MOST_A_MINUTE = 60
_KEY = secrets.token_bytes(32)


async def guesses_too_much(address: str) -> bool:
    """Count one unknown link from ``address``; tell whether there were too many this minute.

    Without Redis nobody is slowed down: answering works on.
    """
    name = "answering:unknown:" + hmac.new(_KEY, address.encode(), hashlib.sha256).hexdigest()
    try:
        # together, or a count whose minute ends in between would stay for good
        async with redis_client().pipeline(transaction=True) as both:
            both.set(name, 0, nx=True, ex=A_MINUTE)
            both.incr(name)
            _, count = await both.execute()
    except (RedisError, OSError):
        return False
    return int(count) > MOST_A_MINUTE
