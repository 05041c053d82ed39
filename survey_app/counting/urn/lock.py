"""Sending and closing meet in one advisory lock per wave, not in row locks.

Answers hold it shared, emptying holds it alone (``anonymity-design.md`` 4.3): no ballot can slip
in behind the last look at the urn.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from survey_app.shared.database import Link


def lock_number(wave: UUID) -> int:
    """Return the lock's number: the first eight bytes of the wave's id, signed."""
    return int.from_bytes(wave.bytes[:8], "big", signed=True)


async def lock_for_sending(link: Link, wave: UUID) -> None:
    """Wait until the wave is not being emptied; held until the transaction ends."""
    await link.execute("SELECT pg_advisory_xact_lock_shared($1)", lock_number(wave))


def begin_sending(wave: UUID) -> str:
    """Return the statements that begin a transaction and wait as `lock_for_sending` does."""
    return f"BEGIN; SELECT pg_advisory_xact_lock_shared({lock_number(wave)})"


@asynccontextmanager
async def sending(link: Link, wave: UUID) -> AsyncIterator[None]:
    """Hold a transaction of somebody who sends to ``wave``, from the lock to the commit.

    Begin and lock in one round to the database. The lock comes before any statement that names the
    urn: emptying, which holds it alone, then drops a part of that table.
    """
    await link.execute(begin_sending(wave))
    try:
        yield
    except BaseException:
        await link.execute("ROLLBACK")
        raise
    await link.execute("COMMIT")


async def lock_for_emptying(link: Link, wave: UUID) -> None:
    """Wait until everybody who is sending has sent; held until the transaction ends."""
    await link.execute("SELECT pg_advisory_xact_lock($1)", lock_number(wave))
