"""What axe, the checker of accessibility, finds on a page as a browser shows it.

A page in one look takes axe half a second of a processor, and what it finds seldom hangs on the
look: style sheet and colours are the same on all pages. A test that goes through many pages shows
each in one look, another one from page to page; `make audit` shows all in all (`EACH_LOOK`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

AXE = (Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js").read_text()
# no selectors: each is searched for its own, and what is told is the element itself
BRIEFLY = {"resultTypes": ["violations"], "selectors": False}
# most of what axe costs is the contrast of each text with what is behind it: where colours, size
# and all that lies behind are the same, so is the contrast, and two texts of a kind are measured,
# on the first page that has them
_KINDS = Path(__file__).with_name("kinds_of_text.js").read_text()
OF_EACH_KIND = "[data-kind-of-text]"
EACH_TEXT = "*"
known: set[str] = set()
"""Kinds of texts whose contrast this process has measured, and found enough."""
measured = OF_EACH_KIND
"""Whose contrast is measured: what lies behind a text and is not around it is no part of its kind,
so that `make audit` measures each (`tests/browser/conftest.py`)."""
WCAG = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
EACH_LOOK = pytest.mark.parametrize(
    "everywhere",
    [False, pytest.param(True, marks=pytest.mark.slow)],
    ids=["each page in one look", "each page in every look"],
)

type Look = tuple[int, str]
"""Width in CSS pixels, and the colour scheme."""
LIGHT_AND_DARK: Sequence[Look] = ((390, "light"), (1280, "dark"))


def shared_out[T](pages: Iterable[T], looks: int, *, everywhere: bool) -> Iterator[list[T]]:
    """Say for each of the looks which pages are shown in it."""
    each = list(pages)
    for at in range(looks):
        yield each if everywhere else each[at::looks]


async def show_in(page: Page, look: Look) -> None:
    """Show what is open, and what is opened next, in a look."""
    width, scheme = look
    await page.set_viewport_size({"width": width, "height": 900})
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


async def violations(page: Page, rules: Any = None) -> list[str]:
    """List what axe finds; ``rules``: its ``runOnly``, all that are switched on if not given."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
        rule = {"id": "color-contrast", "selector": measured}
        await page.evaluate("rule => axe.configure({rules: [rule]})", rule)
        await page.evaluate(_KINDS)
    asked = BRIEFLY | ({"runOnly": rules} if rules else {})
    found, kinds = await page.evaluate(
        "async ([asked, known]) => { const [found, kinds] = await ofEachKind(asked, known);"
        " return [found.map(one => `${one.id}: ${one.nodes[0].html}`.slice(0, 180)), kinds] }",
        [asked, [*known]],
    )
    if not any(one.startswith("color-contrast") for one in found):
        known.update(kinds)
    return [str(one) for one in found]


async def overflow(page: Page) -> int:
    """Say by how many pixels the page is wider than the screen."""
    over: int = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return over
