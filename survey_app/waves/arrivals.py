"""How fast forms of an open survey come, and whether that is what is usual for it.

Of each wave Redis holds counts of the last two windows of five minutes and one number that they
have been worth so far. No address, no list of times: a network is counted under a keyed hash until
its window ends, and what ends, ends on the window's edge, not so long after somebody came.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from redis.exceptions import RedisError

from survey_app.shared.clock import OSLO
from survey_app.shared.limits import hidden_name
from survey_app.shared.queue import redis_client

WINDOW: Final = 300
"""Seconds that are counted together."""
OF_ONE_NETWORK: Final = 10
"""So many forms of one network count in a window: a prison alone never makes others wait."""
BY_DAY: Final = 30
"""Forms in a window that are not many, whatever was usual."""
BY_NIGHT: Final = 15
NIGHT: Final = range(6)
"""Hours by the Norwegian clock in which few people answer anything."""
TIMES: Final = 3.0
"""So many times what is usual is many."""
MOST: Final = 6
"""The highest level: 32 times what is many, and more."""
_SHARE: Final = 1 / 48
"""Of a window in what is usual: what is four hours old weighs a third."""
_KEPT: Final = 7 * 24 * 3600 // WINDOW

# What was many is no measure of what is usual: a window adds to it no more than the limit.
_COUNT: Final = """
local wave, network = KEYS[1], KEYS[2]
local window, share, cap = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local least, times, hasty = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local function number(name) return tonumber(redis.call('HGET', wave, name) or 0) end
local before = tonumber(redis.call('HGET', wave, 'window') or window)
if window > before then
  local counted, usual = number('counted'), number('usual')
  usual = usual + share * (math.min(counted, math.max(least, times * usual)) - usual)
  local last = 0
  if window == before + 1 then last = counted end
  usual = usual * (1 - share) ^ (window - before - 1)
  redis.call('HSET', wave, 'usual', tostring(usual), 'last', last, 'forms', 0, 'counted', 0,
    'hasty', 0, 'largest', 0)
end
redis.call('HSET', wave, 'window', math.max(window, before))
redis.call('EXPIREAT', wave, (window + tonumber(ARGV[8])) * tonumber(ARGV[7]))
local its = redis.call('INCR', network)
redis.call('EXPIREAT', network, (window + 1) * tonumber(ARGV[7]))
redis.call('HINCRBY', wave, 'forms', 1)
redis.call('HINCRBY', wave, 'hasty', hasty)
if its <= cap then redis.call('HINCRBY', wave, 'counted', 1) end
if its > number('largest') then redis.call('HSET', wave, 'largest', its) end
return redis.call('HGETALL', wave)
"""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Forms of a wave in this window.

    Attributes
    ----------
    forms : int
        All of them.
    counted : float
        Those that are no more than a network's share, with what is left of the window before.
    hasty : int
        Those that came as soon as a form is taken at all.
    largest : int
        From the one network with most.
    limit : float
        From so many on they are many.
    """

    forms: int = 0
    counted: float = 0.0
    hasty: int = 0
    largest: int = 0
    limit: float = BY_DAY

    @property
    def level(self) -> int:
        """How much too many: 0 for not at all, and one more for each doubling."""
        if self.counted < self.limit:
            return 0
        return min(MOST, 1 + int(math.log2(self.counted / self.limit)))


async def count_arrival(wave: UUID, network: str, *, hasty: bool, now: datetime) -> Arrivals:
    """Count a form that came; without Redis there are never many."""
    at = now.timestamp()
    window = int(at // WINDOW)
    try:
        hidden = await hidden_name("arrivals", f"{window}:{wave}:{network}")
        numbers = (window, _SHARE, OF_ONE_NETWORK, _least(at), TIMES, int(hasty), WINDOW, _KEPT)
        done = redis_client().eval(_COUNT, 2, _name(wave), hidden, *map(str, numbers))
        flat = await cast("Any", done)
    except (RedisError, OSError):
        return Arrivals()
    return _read(dict(zip(flat[::2], flat[1::2], strict=True)), at)


async def arrivals_of(wave: UUID, *, now: datetime) -> Arrivals:
    """Return how fast forms come just now; without Redis, none do."""
    try:
        told = await cast("Any", redis_client().hgetall(_name(wave)))
    except (RedisError, OSError):
        return Arrivals()
    return _read(told, now.timestamp())


def _read(told: dict[bytes, bytes], at: float) -> Arrivals:
    number = {name.decode(): float(value) for name, value in told.items()}
    window, gone = divmod(at, WINDOW)
    limit = max(_least(at), TIMES * number.get("usual", 0.0))
    ago = window - number.get("window", 0)
    rest = 1 - gone / WINDOW
    if ago > 1:
        return Arrivals(limit=limit)
    if ago == 1:
        return Arrivals(counted=number["counted"] * rest, limit=limit)
    return Arrivals(
        forms=int(number["forms"]),
        counted=number["counted"] + number.get("last", 0.0) * rest,
        hasty=int(number["hasty"]),
        largest=int(number["largest"]),
        limit=limit,
    )


def _least(at: float) -> int:
    return BY_NIGHT if datetime.fromtimestamp(at, OSLO).hour in NIGHT else BY_DAY


def _name(wave: UUID) -> str:
    return f"arrivals:{wave.hex}"
