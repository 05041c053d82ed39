"""Bring a wave that is over to its end: closed, counted and published, under a claim."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import asyncpg

from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.campaigns.states import State
from survey_app.counting.urn.errors import IncompleteHandOverError
from survey_app.publishing.claims import (
    BEAT_SECONDS,
    INCOMPLETE,
    REFUSED,
    WaveClaim,
    beat,
    claim_wave,
    give_up,
    holder_of,
    release,
)
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.closing.count_handed_over import count_handed_over
from survey_app.publishing.errors import WaitsForTrusteesError
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.shared.database import Login
from survey_app.shared.errors import BarometerError
from survey_app.shared.faults import places_of
from survey_app.waves.errors import ClosingError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

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
class Outcome:
    """How an attempt ended: done, to be tried again soon, or with a kind of trouble.

    ``sentence`` is what the log tells of it, if anything.
    """

    done: bool
    kind: str = ""
    sentence: str = ""


DONE: Final = Outcome(done=True)
AGAIN: Final = Outcome(done=False)
type Finish = Callable[[WaveClaim], Awaitable[Outcome]]


async def finish_wave(
    wave_key: str, *, key_dir: Path, now: datetime, counter_key: X25519PrivateKey | None = None
) -> None:
    """Close, count and publish a wave in this process; the caller holds its claim.

    Raises
    ------
    BarometerError
        If it cannot be done: nothing of it has happened then but that the wave is closed.
    """
    wave = await find_wave(Login.WORKER, wave_key)
    if counter_key is not None:
        await count_handed_over(
            wave.id, wave_key, private_key=counter_key, key_dir=key_dir, now=now
        )
    elif wave.state in {State.OPEN, State.CLOSED}:
        await close_wave(wave_key, key_dir=key_dir, now=now)
    elif wave.state == State.COUNTED:
        await publish_wave(wave_key, now=now)


async def attempt(
    wave_key: str, *, key_dir: Path, now: datetime, counter_key: X25519PrivateKey | None = None
) -> Outcome:
    """Finish a wave in this process, and say how it went."""
    try:
        await finish_wave(wave_key, key_dir=key_dir, now=now, counter_key=counter_key)
    except WaitsForTrusteesError as waits:
        return Outcome(done=True, sentence=str(waits))
    except BarometerError as refused:
        kind = INCOMPLETE if isinstance(refused, IncompleteHandOverError) else REFUSED
        return Outcome(done=False, kind=kind, sentence=str(refused))
    except PermissionError as error:
        # no sweep does better before somebody has given us the right
        told = f"no right to read or write {error.filename or 'a file of this host'}"
        return Outcome(done=False, kind=REFUSED, sentence=told)
    except PASSING:
        return AGAIN
    except Exception as error:  # noqa: BLE001 - where, never what: a message may hold a row
        told = f"unexpected {type(error).__name__} at {places_of(error)}"
        return Outcome(done=False, kind=REFUSED, sentence=told)
    return DONE


async def finish_claimed(wave_key: str, finish: Finish) -> Outcome | None:
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
        If somebody else counts or publishes it, or another wave.
    """
    claim = await claim_wave(wave_key)
    if claim is None:
        raise ClosingError(
            f"{await holder_of(wave_key)} is being counted or published just now: try again when "
            "that is done (`barometer wave list`)"
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
