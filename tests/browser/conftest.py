"""All tests of this folder in one event loop: a browser belongs to the loop that started it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests import accessible
from tests.one_browser import started_browser
from tests.one_loop import for_one_test


@pytest.fixture(scope="session")
def runner_with_browser(_session_scoped_runner: asyncio.Runner) -> Iterator[asyncio.Runner]:
    browser = started_browser()
    _session_scoped_runner.run(browser.__aenter__())
    yield _session_scoped_runner
    _session_scoped_runner.run(browser.__aexit__(None, None, None))


@pytest.fixture
def _function_scoped_runner(runner_with_browser: asyncio.Runner) -> Iterator[asyncio.Runner]:
    with for_one_test(runner_with_browser) as runner:
        yield runner


@pytest.fixture(autouse=True)
def _each_text(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure the contrast of each text in what `make audit` runs."""
    if request.node.get_closest_marker("slow"):
        monkeypatch.setattr(accessible, "measured", accessible.EACH_TEXT)
