"""How the finishing of a wave is claimed and how it ends, whoever does it and wherever.

What does the counting and computing is loaded in `finish_wave`, by the process that does it: the
worker, which gives it to a child, stays small.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg

from survey_app.publishing.claims import (
    BEAT_SECONDS,
    WaveClaim,
    beat,
    claim_wave,
    claimed_by,
    give_up,
    release,
)
from survey_app.waves.errors import ClosingError

# a connection that broke, a full disk, two who waited for each other: the next sweep may do better
PASSING: Final = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    # passwords are renewed just now, in the database and then in the file that they are read from
    asyncpg.InvalidPasswordError,
)


@dataclass(frozen=True, slots=True)
class FinishAttempt:
    """How an attempt ended: done, to be tried again soon, or with a kind of trouble.

    ``sentence`` is what the log tells of it, if anything.
    """

    done: bool
    kind: str = ""
    sentence: str = ""


DONE: Final = FinishAttempt(done=True)
AGAIN: Final = FinishAttempt(done=False)
type Finish = Callable[[WaveClaim], Awaitable[FinishAttempt]]


async def finish_claimed(wave_key: str, finish: Finish) -> FinishAttempt | None:
    """Take a wave and finish it; None where somebody else is at it.

    Parameters
    ----------
    wave_key : str
    finish : coroutine function of WaveClaim
        Does it, and keeps the claim alive meanwhile.
    """
    claim = await claim_wave(wave_key)
    if claim is None:
        return None
    try:
        outcome = await finish(claim)
    except BaseException:
        with contextlib.suppress(*PASSING):
            await asyncio.shield(release(claim, done=False))
        raise
    if outcome.kind:
        await give_up(claim, outcome.kind, outcome.sentence)
    else:
        await release(claim, done=outcome.done)
    return outcome


@asynccontextmanager
async def working_on(wave_key: str) -> AsyncIterator[None]:
    """Hold a wave's claim in this process while somebody who asked for it waits.

    Raises
    ------
    ClosingError
        If somebody else counts or publishes it, or another wave; or if there is none.
    """
    claim = await claim_wave(wave_key)
    if claim is None:
        by = await claimed_by(wave_key)
        raise ClosingError(
            f"{by}: try again when that is done (`barometer wave list`)"
            if by
            else f"there is no wave «{wave_key}», or what was done with it has just ended:"
            " `barometer wave list` shows all of them"
        )
    beating = asyncio.create_task(_keep_beating(claim))
    done = False
    try:
        yield
        done = True
    finally:
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating
        await release(claim, done=done)


async def _keep_beating(claim: WaveClaim) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        # the database may be away for a moment; the work would notice by itself
        with contextlib.suppress(*PASSING):
            await beat(claim)
