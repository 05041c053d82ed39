"""One stocked database for all tests of a module that only read it."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Iterator

import asyncpg

from survey_app.installation.tables import bind_worker
from survey_app.shared.database import Login, connect
from survey_app.shared.embedded.postgres import EmbeddedPostgres
from tests.conftest import TEMPLATE, urls


@contextlib.contextmanager
def stocked_database(
    postgres: EmbeddedPostgres, stock: Callable[[], Awaitable[None]]
) -> Iterator[dict[Login, str]]:
    """Lend a database in which ``stock`` has put what the tests read, as the worker."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    addresses = urls(postgres, name)

    async def build() -> None:
        link = await asyncpg.connect(postgres.url())
        await link.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        await link.close()
        connect(addresses)
        bind_worker()
        await stock()

    async def drop() -> None:
        link = await asyncpg.connect(postgres.url())
        await link.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await link.close()

    asyncio.run(build())
    yield addresses
    asyncio.run(drop())


async def emptied(addresses: dict[Login, str], *tables: str) -> dict[Login, str]:
    """Reach the stocked database, without the rows that an earlier test wrote."""
    connect(addresses)
    bind_worker()
    link = await asyncpg.connect(addresses[Login.MIGRATOR])
    for table in tables:
        await link.execute(f"DELETE FROM {table}")
    await link.close()
    return addresses
