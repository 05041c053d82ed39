"""Work after a reply, of which nobody who asks on can tell how long it takes, or whether there was.

A background task of the framework holds its connection until it has ended: the next request on it
waits, and tells by its time what the reply was silent about, such as whether there is an account.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from litestar.background_tasks import BackgroundTask

from survey_app.shared.faults import places_of

log = logging.getLogger("barometer.web")
_MILLISECONDS: Final = 1000
LONGEST_PAUSE = 2.0
"""Seconds of the pause, drawn anew each time, until the work begins."""

# a task that nobody holds may be taken away before it has ended
_at_work: set[asyncio.Task[None]] = set()


def aside[**Arguments](
    work: Callable[Arguments, Awaitable[object]], *args: Arguments.args, **named: Arguments.kwargs
) -> BackgroundTask:
    """Return what a reply does once it is sent: begin, after a pause, what no request waits for."""

    async def begin() -> None:
        task = asyncio.create_task(_later(lambda: work(*args, **named)))
        _at_work.add(task)
        task.add_done_callback(_at_work.discard)

    return BackgroundTask(begin)


async def _later(work: Callable[[], Awaitable[object]]) -> None:
    await asyncio.sleep(secrets.randbelow(_MILLISECONDS) / _MILLISECONDS * LONGEST_PAUSE)
    try:
        await work()
    except Exception as error:  # noqa: BLE001 - the reply is sent, and nobody waits for this
        log.error("unexpected %s at %s", type(error).__name__, places_of(error))  # noqa: TRY400


async def all_ended() -> None:
    """Wait until all of it has ended."""
    while _at_work:
        await asyncio.wait(tuple(_at_work))


@contextlib.asynccontextmanager
async def finishing() -> AsyncIterator[None]:
    """Let what has begun end before a process does."""
    try:
        yield
    finally:
        await all_ended()
