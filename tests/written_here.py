"""Files that are written in this process: what a child adds is tested in `test_press`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from survey_app.reading import writers


async def write_here(
    _: object, what: str, *arguments: object, rest: AsyncIterator[object] | None = None
) -> bytes:
    """Stand for `Press.write`."""
    return made_here(what, *arguments, came=await all_of(rest))


def made_here(what: str, *arguments: object, came: Sequence[object] = ()) -> bytes:
    """Write a file of an order and of what came after it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writers, "rest", lambda: iter(came))
        return writers.WRITERS[what](*arguments)


async def all_of(rest: AsyncIterator[object] | None) -> list[object]:
    return [] if rest is None else [one async for one in rest]
