"""All tests of this folder in one event loop: a browser belongs to the loop that started it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.one_browser import started_browser


@pytest.fixture(scope="session")
def runner_with_browser(_session_scoped_runner: asyncio.Runner) -> Iterator[asyncio.Runner]:
    browser = started_browser()
    _session_scoped_runner.run(browser.__aenter__())
    yield _session_scoped_runner
    _session_scoped_runner.run(browser.__aexit__(None, None, None))


@pytest.fixture
def _function_scoped_runner(runner_with_browser: asyncio.Runner) -> Iterator[asyncio.Runner]:
    """Run a test where the browser is; what it leaves running ends with it, as elsewhere."""
    loop = runner_with_browser.get_loop()
    before = asyncio.all_tasks(loop)
    yield runner_with_browser
    if left := asyncio.all_tasks(loop) - before:
        runner_with_browser.run(_ended(left))


async def _ended(left: set[asyncio.Task]) -> None:
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
