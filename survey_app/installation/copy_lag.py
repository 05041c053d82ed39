"""How far the copy that readers read from lags behind the server that is written to.

What was released, corrected or renewed meanwhile is not on it, and its pages cannot tell.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from asyncpg import InterfaceError, PostgresError

from survey_app.shared.database import Login, fetch

MOST_LAG: Final = timedelta(minutes=1)
_COPY: Final = (
    "SELECT pg_is_in_recovery() AS is_copy, pg_last_xact_replay_timestamp() AS last,"
    " pg_last_wal_replay_lsn()::text AS place"
)
_FIRST: Final = (
    "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), $1::text::pg_lsn) > 0 AS ahead,"
    " clock_timestamp() AS now"
)


async def copy_lag() -> timedelta:
    """Return how long the copy has seen nothing of what it lacks; zero where it lacks nothing.

    Also where the readers' login leads to no copy. The places in the write-ahead log are compared
    before the times are: a server at which nothing happens is not behind.
    """
    [copy] = await fetch(Login.READER, _COPY)
    if not copy["is_copy"] or copy["last"] is None:
        return timedelta()
    try:
        [first] = await fetch(Login.WEB, _FIRST, copy["place"])
    except (OSError, PostgresError, InterfaceError):
        return timedelta()  # a server that is away releases nothing
    return max(first["now"] - copy["last"], timedelta()) if first["ahead"] else timedelta()
