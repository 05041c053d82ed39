"""Leave nothing of marks behind in the database's files, once a wave's urn is emptied.

Erased is not gone: PostgreSQL keeps old versions of a row until it tidies up, and a row that
another one pointed to while a reminder was queued keeps that transaction's number. So the tables
are written anew, and the write-ahead log is let go of where the server lets us. Archives of that
log, replicas and backups keep older states for as long as they are kept, and a disk keeps the bytes
of deleted files until it needs their place.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Final

import asyncpg

from survey_app.asking.invitations.erase_marks import FORGET_REMINDERS
from survey_app.shared.database import Link, Login, connection, fetch

log = logging.getLogger("barometer.asking")

TOLD: Final = "asking.told_returned"
TABLES: Final = ("asking.invitation", "asking.card", "asking.credential", "asking.outbox", TOLD)
# answers to other waves wait while a table is written anew: so nobody waits for it for long
LOCK_TIMEOUT: Final = "2s"
_EMPTIED: Final = (
    "FROM asking.wave w WHERE w.state IN ('counted', 'published', 'cancelled')"
    " AND w.opened_at IS NOT NULL AND NOT w.swept"
)
# A row's old versions go only where no transaction can still see them. What a rewritten table is
# frozen to tells how far that reached: it must be past whatever last changed the wave.
_DONE: Final = (
    "UPDATE asking.wave SET swept = true WHERE id = ANY($1) AND age(xmin) >="
    " (SELECT max(age(relfrozenxid)) FROM pg_class WHERE oid = ANY($2::text[]::regclass[]))"
)


async def sweep_marks() -> list[str]:
    """Write the tables anew that held marks of emptied waves; nothing where that is done.

    Returns
    -------
    list of str
        Waves whose marks may still lie in the files: tables were in use, or a backup that is being
        taken holds on to old rows. The next sweep tries again.
    """
    async with connection(Login.WORKER) as link:
        waves = await link.fetch(f"SELECT w.id, w.key {_EMPTIED}")
        if not waves:
            return []
        try:
            # one that was on its way at closing
            async with _for_a_moment(link):
                await link.execute(FORGET_REMINDERS.format(""))
            await _rewrite(link, TABLES)
        except asyncpg.LockNotAvailableError:
            log.info("the tables of invitations are in use: old marks are swept away later")
        else:
            await link.execute(_DONE, [row["id"] for row in waves], list(TABLES))
            await _let_go_of_the_log(link)
    return await unswept_waves()


async def sweep_told() -> None:
    """Write the reports of returned mail anew, once all are noted.

    One of a reminder names somebody who had not answered by then, and may come when the wave is
    counted and its marks are swept away. Where the table is in use, or old rows are held on to, the
    next minute tries again.
    """
    async with connection(Login.WORKER) as link:
        emptied = await link.fetchval(
            f"SELECT pg_relation_size('{TOLD}') > 0 AND NOT EXISTS (SELECT 1 FROM {TOLD})"  # noqa: S608 - ours
        )
        if emptied:
            with contextlib.suppress(asyncpg.LockNotAvailableError):
                await _rewrite(link, (TOLD,))
                await _let_go_of_the_log(link)


async def unswept_waves() -> list[str]:
    """Return the keys of emptied waves whose marks may still lie in the database's files."""
    return [row["key"] for row in await fetch(Login.WORKER, f"SELECT w.key {_EMPTIED}")]


async def _rewrite(link: Link, tables: Sequence[str]) -> None:
    async with _for_a_moment(link):
        for table in tables:
            await link.execute("SELECT asking.write_anew($1)", table.partition(".")[2])


@contextlib.asynccontextmanager
async def _for_a_moment(link: Link) -> AsyncIterator[None]:
    """Wait no longer than that for what others hold."""
    await link.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    try:
        yield
    finally:
        await link.execute("RESET lock_timeout")


async def _let_go_of_the_log(link: Link) -> None:
    """Let the server remove what it has logged so far; one that others run may not let us."""
    with contextlib.suppress(asyncpg.InsufficientPrivilegeError):
        await link.execute("SELECT asking.let_go_of_the_log()")
