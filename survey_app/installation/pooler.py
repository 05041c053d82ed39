"""A pooler in front of the database must keep prepared statements, or hand out whole sessions."""

from __future__ import annotations

from typing import Final

import asyncpg

from survey_app.shared.database import Login, connection
from survey_app.shared.errors import ServiceError

PROBE: Final = "barometer_probe"
POOLER: Final = (
    "a pooler stands in front of the database and mixes up prepared statements: give PgBouncer 1.21"
    " or newer max_prepared_statements = 200, or pool_mode = session, or connect to the server"
)


async def refuse_pooler(login: Login) -> None:
    """Stop before queries fail at random, behind a pooler that lends connections by transaction.

    Raises
    ------
    ServiceError
        If two connections meet in each other's statements.
    """
    async with connection(login) as one, connection(login) as other:
        try:
            # under one name, as two processes of ours would
            first = await one.prepare("SELECT $1::int", name=PROBE)
            await first.fetchval(1)
            await (await other.prepare("SELECT $1::int", name=PROBE)).fetchval(1)
            await first.fetchval(1)
        except (asyncpg.DuplicatePreparedStatementError, asyncpg.InvalidSQLStatementNameError):
            raise ServiceError(POOLER) from None
