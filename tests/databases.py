"""Migrated, empty databases for tests: cloned from a template, or emptied after the test before."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from survey_app.installation.migrate import run_migrations
from survey_app.installation.tables import bind_worker
from survey_app.shared.database import Login, connect
from survey_app.shared.embedded.postgres import EmbeddedPostgres
from tests.kept_connections import close_kept, keep_connections, kept

TEMPLATE = "barometer_template"
# what tests write here need not outlive the machine's power: those that are about it start
# a server of their own, as the product does
HURRIED = ("fsync = off", "full_page_writes = off", "max_wal_size = 128")
_OURS = "SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$'"
_TABLES = (
    "SELECT oid::regclass::text AS name FROM pg_class"
    f" WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace IN ({_OURS})"
)
# all that defines a database beside its rows: each row of a catalogue by who wrote it last
_CATALOGUES = (
    "pg_attrdef", "pg_attribute", "pg_constraint", "pg_default_acl", "pg_description", "pg_index",
    "pg_inherits", "pg_namespace", "pg_policy", "pg_proc", "pg_rewrite", "pg_trigger", "pg_type",
)  # fmt: skip
_DEFINED = " UNION ALL ".join(
    [f"SELECT '{name}', count(*), sum(xmin::text::int8) FROM {name}" for name in _CATALOGUES]
)
# emptying a table gives it a new file, and with that a new row here
_RELATIONS = """
SELECT count(*), sum(hashtextextended(
    concat(oid, relname, relacl, relowner, relrowsecurity, relforcerowsecurity), 0)),
    (SELECT count(*) FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
     WHERE datname = current_database())
FROM pg_class"""
# whoever else is there goes first, but for those that are known to be at rest
_ALONE = """
WITH alone AS MATERIALIZED (
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> ALL ($1::int[] || pg_backend_pid()))"""
# bytes: emptying a table anew writes its files anew, and costs more than deleting a page of rows
_SMALL = 16384


@dataclass(slots=True)
class _Server:
    """What is known of one server's template, and the databases that wait for the next test."""

    tables: list[str] = field(default_factory=list)
    rows: dict[str, Any] = field(default_factory=dict)
    defined: list[Any] = field(default_factory=list)
    newest: int = 0
    waiting: list[str] = field(default_factory=list)
    anew: bool = False
    cleaners: dict[str, Any] = field(default_factory=dict)


_servers: dict[str, _Server] = defaultdict(_Server)


def urls(postgres: EmbeddedPostgres, database: str) -> dict[Login, str]:
    users = {Login.MIGRATOR: "postgres"}
    return {login: postgres.url(users.get(login, login.value), database) for login in Login}


async def build_template(postgres: EmbeddedPostgres, *, anew: bool = False) -> None:
    """Migrate the database that all others of this server are cloned from.

    ``anew``: as `lend_each_once`.
    """
    if anew:
        lend_each_once(postgres)
    async with _link(postgres.url()) as link:
        for setting in () if anew else HURRIED:
            await link.execute(f"ALTER SYSTEM SET {setting}")
        await link.execute("SELECT pg_reload_conf()")
        await link.execute(f"CREATE DATABASE {TEMPLATE}")
    connect(urls(postgres, TEMPLATE))
    await run_migrations(urls(postgres, TEMPLATE))


def lend_each_once(postgres: EmbeddedPostgres) -> None:
    """Never lend a database of a server twice: its files are searched, and hold one test alone."""
    _servers[str(postgres.socket)].anew = True


async def cloned(postgres: EmbeddedPostgres, template: str = TEMPLATE) -> str:
    """Clone a database that nobody has had, or one that nobody is in, and return its name."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    async with _link(postgres.url()) as link:
        await link.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return name


async def dropped(postgres: EmbeddedPostgres, name: str) -> None:
    """Drop a database, whoever is still in it."""
    async with _link(postgres.url()) as link:
        await link.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def lent(postgres: EmbeddedPostgres) -> str:
    """Lend a database as migration leaves one: one that was given back, or else a clone.

    Cloning copies a thousand files and waits for the disk: most of what a small test took.
    """
    server = _servers[str(postgres.socket)]
    if server.waiting:
        return server.waiting.pop()
    name = await cloned(postgres)
    if not server.defined:
        async with _link(postgres.url(database=name)) as link:
            server.newest = await link.fetchval("SELECT max(oid) FROM pg_class")
            server.tables = [row["name"] for row in await link.fetch(_TABLES)]
            server.rows = await _rows(link, server.tables)
            server.defined = await _definition(link)
    return name


async def given_back(postgres: EmbeddedPostgres, name: str) -> None:
    """Empty a database for the next test; drop it where this one has changed its definition."""
    server = _servers[str(postgres.socket)]
    if not server.anew and await _aside(_emptied(postgres.url(database=name), server)):
        server.waiting.append(name)
    else:
        await close_kept()
        await dropped(postgres, name)


@functools.cache
def _cleaning() -> asyncio.AbstractEventLoop:
    """The loop of those who empty databases: each session knows its tables from the time before."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="cleaning", daemon=True).start()
    return loop


async def _aside[T](work: Coroutine[Any, Any, T]) -> T:
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, _cleaning()))


def bound(postgres: EmbeddedPostgres, name: str) -> dict[Login, str]:
    """Reach a database in this process, every table as the worker unless bound otherwise."""
    addresses = urls(postgres, name)
    connect(addresses)
    if not _servers[str(postgres.socket)].anew:
        keep_connections()
    bind_worker()
    return addresses


@contextlib.asynccontextmanager
async def _link(url: str) -> AsyncIterator[Any]:
    link = await asyncpg.connect(url)
    try:
        yield link
    finally:
        await link.close()


async def _definition(link: Any) -> list[Any]:
    return [*await link.fetch(_DEFINED), await link.fetchrow(_RELATIONS)]


async def _stocked(link: Any, tables: list[str]) -> list[str]:
    """Say which tables have rows."""
    has = " UNION ALL ".join(
        f"SELECT '{name}' AS name WHERE EXISTS (SELECT FROM {name})" for name in tables
    )
    return [row["name"] for row in await link.fetch(has)]


async def _rows(link: Any, tables: list[str]) -> dict[str, Any]:
    """Say which tables have rows, how many, and who wrote them."""
    return {
        name: await link.fetchrow(f"SELECT count(*), sum(xmin::text::int8) FROM {name}")
        for name in await _stocked(link, tables)
    }


async def _emptied(address: str, server: _Server) -> bool:
    """Empty a database; say whether it is again as the template."""
    link = server.cleaners.get(address)
    if link is None or link.is_closed():
        link = server.cleaners[address] = await asyncpg.connect(address)
        await link.execute("SET session_replication_role = replica")  # no trigger, no foreign key
    # partitions that waves got
    for row in await link.fetch(
        f"{_ALONE} SELECT oid::regclass::text AS name FROM pg_class, alone"
        f" WHERE relkind IN ('r', 'p') AND relnamespace IN ({_OURS}) AND oid > {server.newest}",
        kept(),
    ):
        await link.execute(f"DROP TABLE IF EXISTS {row['name']} CASCADE")
    if await _definition(link) != server.defined:
        return False
    written = [name for name in await _stocked(link, server.tables) if name not in server.rows]
    if written:
        sizes = ", ".join(f"('{name}', pg_table_size('{name}'))" for name in written)
        found = await link.fetch(f"SELECT name, size FROM (VALUES {sizes}) t (name, size)")
        small = [row["name"] for row in found if row["size"] <= _SMALL]
        if large := [row["name"] for row in found if row["size"] > _SMALL]:
            await link.execute(f"TRUNCATE {', '.join(large)} RESTART IDENTITY CASCADE")
        if small:
            await link.execute("; ".join(f"DELETE FROM {name}" for name in small))
    return await _rows(link, server.tables) == server.rows
