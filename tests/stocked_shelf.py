"""One stocked database for all tests of a module that only read it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator

import asyncpg

from survey_app.installation.tables import bind_worker
from survey_app.shared.database import Login, connect
from survey_app.shared.embedded.postgres import EmbeddedPostgres
from tests.databases import bound, given_back, lent
from tests.kept_connections import keep_connections


@contextlib.contextmanager
def stocked_database(
    postgres: EmbeddedPostgres, stock: Callable[[], Awaitable[None]]
) -> Iterator[dict[Login, str]]:
    """Lend a database in which ``stock`` has put what the tests read, as the worker."""
    name = asyncio.run(lent(postgres))

    async def build() -> dict[Login, str]:
        addresses = bound(postgres, name)
        await stock()
        return addresses

    yield asyncio.run(build())
    asyncio.run(given_back(postgres, name))


async def emptied(addresses: dict[Login, str], *tables: str) -> dict[Login, str]:
    """Reach the stocked database, without the rows that an earlier test wrote."""
    connect(addresses)
    keep_connections()
    bind_worker()
    link = await asyncpg.connect(addresses[Login.MIGRATOR])
    try:
        for table in tables:
            # of the log no login deletes a row; of the others what hangs on a row goes with it
            kept = "replica" if table.startswith("audit.") else "origin"
            await link.execute(f"SET session_replication_role = {kept}")
            await link.execute(f"DELETE FROM {table}")
    finally:
        await link.close()
    return addresses
