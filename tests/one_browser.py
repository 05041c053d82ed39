"""One browser for all tests of a process: starting one costs more than most of them do in it.

Each test has contexts of its own, and nothing of one is found in another: no cookie, no storage, no
cache. What a browser leaves on its disk is asked of one that is started for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

from tests.chromium import headless_path

# a name that only this browser knows: http to it is no secure context, unlike http to 127.0.0.1
INSECURE = "barometer.example.org"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", f"--host-resolver-rules=MAP {INSECURE} 127.0.0.1"]
_started: dict[asyncio.AbstractEventLoop, Browser] = {}


@asynccontextmanager
async def started_browser() -> AsyncIterator[None]:
    """Keep a browser for all who ask in the running event loop."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=headless_path(), args=_ARGUMENTS)
        loop = asyncio.get_running_loop()
        _started[loop] = browser
        try:
            yield
        finally:
            del _started[loop]
            await browser.close()


@asynccontextmanager
async def lent_browser() -> AsyncIterator[Browser]:
    """Lend the browser of the running event loop; contexts that are opened meanwhile are closed."""
    browser = _started[asyncio.get_running_loop()]
    before = browser.contexts
    try:
        yield browser
    finally:
        for context in browser.contexts:
            if context not in before:
                await context.close()
