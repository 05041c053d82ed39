"""Each folder is found once, in whatever order files are named to pytest.

Where a file is named after one of a folder below it, pytest (9.1) finds that folder a second time,
and what its conftest.py offers stays with the first: files of it that are named next are told
«fixture not found». A conftest.py takes the hook by importing it.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

_found: dict[tuple[pytest.Collector, Path], pytest.Collector | None] = {}


@pytest.hookimpl(wrapper=True)
def pytest_collect_directory(
    path: Path, parent: pytest.Collector
) -> Generator[None, pytest.Collector | None, pytest.Collector | None]:
    """Give the folder of the first time for every further one."""
    found = yield
    return _found.setdefault((parent, path), found)
