"""Change a schema that others work on: wait a moment for a table, else let them go first.

Whoever waits for a table that is in use makes all wait who come after. So each step asks for one
lock only, gives up before the server looks for two that wait for each other (after a second), and
tries again.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

import asyncpg

from survey_app.shared.database import Link
from survey_app.shared.errors import BarometerError

LOCK_TIMEOUT: Final = "400ms"
PATIENCE: Final = 120.0
"""Seconds until somebody is told that a table is never free."""
PAUSE: Final = 0.3
_BODY: Final = "$$"
# these lock a table until their transaction ends; they stand alone in theirs
_LOCKS: Final = re.compile(r"(CREATE (OR REPLACE )?(CONSTRAINT )?TRIGGER|ALTER TABLE|DO \$\$)")
_COMMENTS: Final = re.compile(r"(\s+|--[^\n]*\n)*")
_INDEX: Final = re.compile(
    r"CREATE (?:UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS (\w+)\s+ON (\w+)\."
)


class MigrationError(BarometerError):
    """A migration did not run; the database is as it was before that migration."""


async def patiently[T](step: Callable[[], Awaitable[T]]) -> T:
    """Do a step as often as it takes to get the lock that it needs.

    Raises
    ------
    MigrationError
        If it did not get it in two minutes; what was done before stays, and may be done again.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return await step()
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            pass
        except asyncpg.InternalServerError as error:
            # somebody else wrote the same row of a catalogue
            if "concurrently updated" not in str(error):
                raise
        if time.monotonic() > until:
            raise MigrationError(
                f"a table has been in use for {PATIENCE:.0f} seconds on end, by a wave that is"
                " being counted or by a backup: run barometer migrate again when that is done"
            )
        await asyncio.sleep(PAUSE)


async def alter(link: Link, sql: str) -> None:
    """Run statements in a transaction of their own that waits for nobody for long."""

    async def step() -> None:
        async with link.transaction():
            await link.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            await link.execute(sql)

    await patiently(step)


async def make_indexes(link: Link, sql: str) -> None:
    """Make the indexes that are not there, each while others read and write its table.

    One that was broken off is left by the server as invalid: it is made anew.
    """
    for statement in sql_statements(sql):
        if not (named := _INDEX.search(statement)):
            raise MigrationError(f"this makes no index beside others' work: {statement}")
        name, schema = named.groups()
        valid = await link.fetchval(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)", f"{schema}.{name}"
        )
        if valid:
            continue
        if valid is False:
            await link.execute(f"DROP INDEX CONCURRENTLY {schema}.{name}")
        await link.execute(statement)


def lone_steps(sql: str) -> Iterator[str]:
    """Split a file into steps: what locks a table stands alone, and what does not stays together.

    A function and the right to it that is taken from everybody are one step.
    """
    together = ""
    for statement in sql_statements(sql):
        if not _LOCKS.match(_COMMENTS.sub("", statement, count=1)):
            together += statement
            continue
        if together:
            yield together
        yield statement
        together = ""
    if together:
        yield together


def sql_statements(sql: str) -> Iterator[str]:
    """Split a file into statements: each ends with a semicolon at the end of a line.

    Those in the body of a function (between two ``$$``) do not count.
    """
    waiting = ""
    for line in sql.splitlines(keepends=True):
        waiting += line
        if line.rstrip().endswith(";") and waiting.count(_BODY) % 2 == 0:
            yield waiting
            waiting = ""
    if _COMMENTS.sub("", waiting, count=1):
        yield waiting
