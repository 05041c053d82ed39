"""What may go wrong while somebody answers: its kind is logged, and nothing that was sent."""

from __future__ import annotations

import logging
from typing import Final

import asyncpg
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisSilent

from survey_app.shared.errors import BarometerError

TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
# not reached, cut off, or letting nobody in for now: whoever comes again in a minute is served
_AWAY: Final = (
    OSError,  # what takes too long among them
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InterfaceError,
    RedisAway,
    RedisSilent,
)
log = logging.getLogger("barometer.answering")


def is_away(error: BaseException) -> bool:
    """Tell whether the database or the queue is away for now, and nothing is wrong with us."""
    # a value that no column takes is an InterfaceError too, and a mistake of ours
    return isinstance(error, _AWAY) and not isinstance(error, asyncpg.DataError | ValueError)


def tell_log(what: str, error: BaseException) -> None:
    """Log that something was not taken, and why.

    Parameters
    ----------
    what : str
        What was not done, in words of ours.
    error : BaseException
        Of ours the sentence; of others the kind only: the database's words may quote what was sent.
    """
    why = str(error) if isinstance(error, BarometerError) else type(error).__name__
    log.error("%s: %s", what, why)
