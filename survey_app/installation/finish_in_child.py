"""Count, publish or correct a wave in a process of its own, which can be stopped whatever it is at.

A thread cannot: after its time it went on computing, and the next sweep began the same again beside
it. Stopped in the middle, nothing has happened: everything is one transaction.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import time
from typing import TYPE_CHECKING, Final

from survey_app.installation.family import PARENT, end_group
from survey_app.publishing.claims import BEAT_SECONDS, INCOMPLETE, REFUSED, STOPPED, WaveClaim, beat
from survey_app.publishing.finishing import AGAIN, PASSING, FinishAttempt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

log = logging.getLogger("barometer.running")

CARRYING_OUT: Final = 780.0  # seconds: less than the job that waits may take, so that it says so
PASSED_BY: Final = 75  # exit code: a service was away (EX_TEMPFAIL of sysexits.h)
NAMED: Final = 65  # exit code: refused, with one sentence on stderr (EX_DATAERR)
NOT_WHOLE: Final = 66  # exit code: refused, since key holders left something out (EX_NOINPUT)


async def finish_in_child(
    claim: WaveClaim, counter_key: X25519PrivateKey | None = None
) -> FinishAttempt:
    """Let ``barometer wave finish`` do it, keep the claim, and stop it when its time is up.

    A counter's key goes through a pipe: no list of processes and no file shows it.
    """
    handed_over = () if counter_key is None else ("--handed-over",)
    async with _child("finish", claim.key, *handed_over, given=counter_key is not None) as child:
        said = asyncio.create_task(_read(child))
        if counter_key is not None:
            await _give(child, counter_key.private_bytes_raw())
        outcome = await _wait(child, claim)
    return outcome or _outcome(child.returncode, await said)


async def carry_out_in_child(act: UUID) -> str:
    """Let ``barometer wave carry-out`` do what was asked for on a page, and note what came of it.

    What it warns of, as of why it refused, goes on into our own log.

    Returns
    -------
    str
        What kept it from that, if anything did; empty too where a service was away.
    """
    async with _child("carry-out", str(act)) as child:
        said = asyncio.create_task(_read(child))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), CARRYING_OUT)
        stopped = child.returncode is None
    if stopped:
        return f"it took longer than {CARRYING_OUT:.0f} seconds and was stopped; a command has time"
    outcome = _outcome(child.returncode, await said)
    if not outcome.done:
        return outcome.sentence
    for line in outcome.sentence.splitlines():
        log.warning("%s", line)
    return ""


@contextlib.asynccontextmanager
async def _child(*arguments: str, given: bool = False) -> AsyncIterator[asyncio.subprocess.Process]:
    """Begin ``barometer wave …``, and end it with the block."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "survey_app.cli",
        "wave",
        *arguments,
        # what libraries warn of would stand in front of the sentence that says why
        env={**os.environ, PARENT: str(os.getpid()), "PYTHONWARNINGS": "ignore"},
        stdin=asyncio.subprocess.PIPE if given else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            await asyncio.to_thread(end_group, child.pid, at_once=True)
            await child.wait()


async def _give(child: asyncio.subprocess.Process, key: bytes) -> None:
    assert child.stdin is not None
    child.stdin.write(key)
    # one that died at once says by its exit code why
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        await child.stdin.drain()
    child.stdin.close()


async def _read(child: asyncio.subprocess.Process) -> str:
    assert child.stderr is not None
    return (await child.stderr.read()).decode(errors="replace").strip()


async def _wait(child: asyncio.subprocess.Process, claim: WaveClaim) -> FinishAttempt | None:
    """Wait for the end; return an outcome where it was not let come to it."""
    began = time.monotonic()
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(child.wait()), BEAT_SECONDS)
            return None
        with contextlib.suppress(*PASSING):
            if not await beat(claim):
                return AGAIN
        if time.monotonic() - began > claim.seconds:
            sentence = (
                f"it took longer than {claim.seconds:.0f} seconds and was stopped; nothing is"
                " lost, and it is tried again with twice the time"
            )
            return FinishAttempt(done=False, kind=STOPPED, sentence=sentence)


def _outcome(code: int | None, said: str) -> FinishAttempt:
    if code == 0:
        return FinishAttempt(done=True, sentence=said)
    if code == PASSED_BY:
        return AGAIN
    if code in {NAMED, NOT_WHOLE}:
        kind = REFUSED if code == NAMED else INCOMPLETE
        return FinishAttempt(done=False, kind=kind, sentence=said)
    how = f"signal {-code}, which may be the want of memory" if code and code < 0 else f"{code}"
    return FinishAttempt(
        done=False, kind=REFUSED, sentence=f"the process that counts ended with {how}"
    )
