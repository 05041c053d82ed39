"""Count tries over all processes and hosts, without keeping who tried.

What is counted lies in Redis under a keyed hash, for ten minutes at most, and no time of any try
with it (``anonymity-design.md`` 4.10). The key is on no disk (``memory_key``): there, beside the
hashes of a Redis that writes to one, it would give an address away to whoever tries them all.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Final, cast

from survey_app.shared.memory_key import shared_key
from survey_app.shared.queue import redis_client

LONGEST = 600  # seconds, of any count
# How full it is shows in how long its name still lives: nothing else is stored. What comes back is
# the milliseconds until there is room.
_POUR: Final = """
local level = math.max(redis.call('PTTL', KEYS[1]), 0) + tonumber(ARGV[1])
if level > tonumber(ARGV[2]) then return level - tonumber(ARGV[2]) end
redis.call('SET', KEYS[1], '', 'PX', level)
return 0
"""
_SCOOP: Final = """
local level = redis.call('PTTL', KEYS[1]) - tonumber(ARGV[1])
if level > 0 then redis.call('PEXPIRE', KEYS[1], level) else redis.call('DEL', KEYS[1]) end
"""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A leaky bucket: so many tries at once, and one more whenever so many seconds have gone by."""

    what: str
    most: int
    each: int

    def __post_init__(self) -> None:
        if self.most * self.each > LONGEST:
            raise ValueError(f"«{self.what}» would be remembered for more than {LONGEST} s")


async def hidden_name(what: str, who: str) -> str:
    """Return the name in Redis under which ``who`` is counted for doing ``what``.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    key, told = await shared_key(), f"{what}:{who}".encode()
    return f"limits:{what}:" + hmac.new(key, told, hashlib.sha256).hexdigest()


async def too_many(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one try; tell whether there were more than ``most`` in these ``seconds``.

    Parameters
    ----------
    what : str
        What is tried, such as ``link``; counts of one thing never meet those of another.
    who : str
        A network, or whatever else is held responsible; only its keyed hash is kept.
    most, seconds : int
        Tries allowed from the first one on, for at most ten minutes.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer: the caller decides whether to go on uncounted.
    """
    name = await hidden_name(what, who)
    # together, or a count whose time ends in between would stay for good
    async with redis_client().pipeline(transaction=True) as both:
        both.set(name, 0, nx=True, ex=min(seconds, LONGEST))
        both.incr(name)
        _, count = await both.execute()
    return int(count) > most


async def pour(bucket: Bucket, who: str) -> float:
    """Take room for one try; return the seconds to wait where there is none, else 0.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    each = bucket.each * 1000
    return await _run(_POUR, bucket, who, each, each * bucket.most) / 1000


async def scoop(bucket: Bucket, who: str) -> None:
    """Give the room of one try back: it was none that counts.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    await _run(_SCOOP, bucket, who, bucket.each * 1000)


async def _run(script: str, bucket: Bucket, who: str, *numbers: int) -> int:
    name = await hidden_name(bucket.what, who)
    done = redis_client().eval(script, 1, name, *map(str, numbers))
    return int(await cast("Any", done) or 0)
