"""Drop what holds a wave's ballots, while other waves are being answered.

Emptying and cancelling do it as the last thing before their commit: the locks on the parents hold
up answers to every other wave until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import asyncpg

from survey_app.counting.urn import hand_over, partitions, spent
from survey_app.shared.database import Link
from survey_app.waves.errors import ClosingError

if TYPE_CHECKING:
    from uuid import UUID

LOCK_TIMEOUT: Final = "2s"
DROP_TRIES: Final = 30
# Two who empty at once would each read the urn's parent and then wait for the other to drop: one
# at a time, in every process.
EMPTYING: Final = 7_310_424_206


async def one_at_a_time(link: Link) -> None:
    """Wait until nobody else empties or cancels; held until the transaction ends."""
    await link.execute("SELECT pg_advisory_xact_lock($1)", EMPTYING)


async def drop_urn(link: Link, wave: UUID) -> None:
    """Drop the wave's urn in the caller's transaction, and all that belongs to it.

    What key holders handed over goes too, and the key of the ballots' covers.

    Raises
    ------
    ClosingError
        If answers to other waves held them for a minute.
    """
    await hand_over.forget_hand_overs(link, wave)
    await link.execute("UPDATE asking.wave SET cover_key = NULL WHERE id = $1", wave)
    for _ in range(DROP_TRIES):
        try:
            async with link.transaction():
                await link.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
                await spent.take_down_receipts(link, wave)
                await partitions.take_down(link, wave)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            continue  # answers are arriving; logged, it would say in which second
        else:
            return
    raise ClosingError(
        "the urn could not be dropped while other waves are answered: nothing has happened yet, "
        "and the worker or you can try again"
    )
