"""Which tests `make test` leaves to `make whole`, and what holds their promises meanwhile.

The list is ``whole.toml`` beside this module; why there is one stands in docs/adr/0191.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

LIST = Path(__file__).with_name("whole.toml")
FIRST_CASE = "its first case"


@cache
def left_to_whole() -> dict[str, str]:
    """Read the list: file or test, and the file or test that holds it at each commit."""
    with LIST.open("rb") as file:
        parts = tomllib.load(file)
    return {left: holder for part in parts.values() for left, holder in part.items()}


def mark_whole(items: Iterable[pytest.Item]) -> None:
    """Mark as ``whole`` what is on the list, but of a test that keeps its first case that one."""
    listed = left_to_whole()
    seen: set[str] = set()
    for item in items:
        test = item.nodeid.split("[", maxsplit=1)[0]
        holder = listed.get(test) or listed.get(test.split("::", maxsplit=1)[0])
        if holder and (holder != FIRST_CASE or test in seen):
            item.add_marker(pytest.mark.whole)
        if item.get_closest_marker("slow") is None:
            seen.add(test)  # a case that `make test` leaves out anyway keeps nothing
