"""A service that is away for now, told apart from a mistake of ours."""

from __future__ import annotations

from typing import Final

import asyncpg
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisSilent

# not reached, cut off, letting nobody in or held by somebody else for now: whoever comes again in a
# minute is served
_AWAY: Final = (
    OSError,  # what takes too long among them
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InterfaceError,
    asyncpg.LockNotAvailableError,
    RedisAway,
    RedisSilent,
)


def is_away(error: BaseException) -> bool:
    """Tell whether the database or the queue is away for now, and nothing is wrong with us."""
    if isinstance(error, OSError) and error.filename is not None:
        return False  # a file; of a service that is not reached, none is named
    # a value that no column takes is an InterfaceError too, and a mistake of ours
    return isinstance(error, _AWAY) and not isinstance(error, asyncpg.DataError | ValueError)
