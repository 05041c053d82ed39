"""One event loop for all tests of a folder, and what a test leaves running there ends with it.

What belongs to a loop lives on with it: a browser, connections to the database. A conftest.py takes
it by importing `_function_scoped_runner`, in the place of pytest-asyncio's own.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import pytest


@pytest.fixture
def _function_scoped_runner(_session_scoped_runner: asyncio.Runner) -> Iterator[asyncio.Runner]:
    with for_one_test(_session_scoped_runner) as runner:
        yield runner


@contextlib.contextmanager
def for_one_test(runner: asyncio.Runner) -> Iterator[asyncio.Runner]:
    """Lend a loop to one test, and end what it leaves running."""
    loop = runner.get_loop()
    before = asyncio.all_tasks(loop)
    yield runner
    if left := asyncio.all_tasks(loop) - before:
        runner.run(_ended(left))


async def _ended(left: set[asyncio.Task]) -> None:
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
