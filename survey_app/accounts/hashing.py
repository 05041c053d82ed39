"""Hash passwords beside the pages: one at a time, few in the queue, and never in the event loop.

A hash takes 64 MiB and a tenth of a second by design, and the process that makes it also takes
answers. So it is made in one thread that gives way to the others, and who comes when the queue is
full is asked to come again in a moment.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from survey_app.accounts.errors import TooBusy

QUEUE = 8
_NICENESS = 5


def _give_way() -> None:
    # on Linux this is the thread's alone, and argon2's own threads inherit it
    if sys.platform == "linux":
        os.nice(_NICENESS)


_thread = ThreadPoolExecutor(1, thread_name_prefix="passwords", initializer=_give_way)
_room = threading.BoundedSemaphore(1 + QUEUE)


async def beside_the_pages[Result](work: Callable[[], Result]) -> Result:
    """Return what ``work`` returns, once it is its turn.

    Raises
    ------
    TooBusy
        If the queue is full.
    """
    if not _room.acquire(blocking=False):
        raise TooBusy
    done = _thread.submit(work)
    done.add_done_callback(lambda _: _room.release())
    return await asyncio.wrap_future(done)
