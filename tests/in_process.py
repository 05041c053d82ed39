"""The application asked in the event loop of the test, without a network in between.

Litestar's own client has a thread and an event loop for each test: every request waits for two
threads to wake each other, and every test opens the pools anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from litestar import Litestar

from survey_app.shared import aside

HERE = "http://testserver.local"
# a test looks at what came of a request as soon as it has its reply
aside.LONGEST_PAUSE = 0.0


class InProcess(httpx.AsyncClient):
    """A client of an application that runs in this event loop."""

    def __init__(self, app: Litestar, base_url: str) -> None:
        super().__init__(
            transport=_Asked(app, client=("testclient", 50000)),
            base_url=base_url,
            headers={"User-Agent": "testclient"},
            follow_redirects=True,
            timeout=None,
        )
        self.app = app


class _Asked(httpx.ASGITransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # as at a server: what a request sets in its context ends with it
        reply = await asyncio.create_task(super().handle_async_request(request))
        await aside.all_ended()
        return reply


@asynccontextmanager
async def in_process(app: Litestar, base_url: str = HERE) -> AsyncIterator[InProcess]:
    """Start an application, and end it."""
    async with _started(app), InProcess(app, base_url) as client:
        yield client


@asynccontextmanager
async def _started(app: Litestar) -> AsyncIterator[None]:
    # in one task from start to end, which the two halves of a fixture are not
    started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    end = asyncio.Event()

    async def living() -> None:
        async with app.lifespan():
            started.set_result(None)
            await end.wait()

    life = asyncio.create_task(living())
    await asyncio.wait([life, started], return_when=asyncio.FIRST_COMPLETED)
    try:
        if not life.done():
            yield
    finally:
        end.set()
        await life
