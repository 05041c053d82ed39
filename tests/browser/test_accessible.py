"""Contrast is measured on texts of each kind: a colour that one text alone has is found."""

from __future__ import annotations

import pytest

from tests import accessible
from tests.accessible import violations
from tests.one_browser import lent_browser

pytestmark = pytest.mark.browser

CONTRAST = {"type": "rule", "values": ["color-contrast"]}
ROWS = "".join(
    f'<tr id="row-{row}">{"".join(f"<td>{row * of}</td>" for of in range(1, 9))}</tr>'
    for row in range(1, 41)
)
PAGE = f"""<!doctype html><html lang="nb"><title>Tall</title>
<style>body {{ color: #111; background: #fff }} td {{ font-size: 1rem }}</style>
<body><main><h1>Tall</h1><table>{ROWS}</table>
<p><label for="name">Navn</label><input id="name" value="Kari"></p><aside></aside></main>"""
# 1.6 to 1 and less: text needs 4.5 to 1 (WCAG 2.2, 1.4.3)
PALE = "#ccc"


async def found_with(css):
    """Say which rules are broken once ``css`` comes to a page that breaks none."""
    async with lent_browser() as browser:
        page = await (await browser.new_context()).new_page()
        await page.set_content(PAGE)
        assert await violations(page, CONTRAST) == []
        await page.add_style_tag(content=css)
        found = [one.partition(":")[0] for one in await violations(page, CONTRAST)]
        assert await page.locator("[data-kind-of-text]").count() == 0
    return found


@pytest.mark.parametrize(
    "css",
    [
        f"#row-31 td:nth-child(5) {{ color: {PALE} }}",
        "tr:last-child td:last-child { background: #222 }",
        "#row-31 { background: #333 }",
        "#row-31 { opacity: .3 }",
        # begins with single signs, of which axe says nothing
        f"#row-2 td {{ color: {PALE} }}",
        f"td:nth-child(7n) {{ color: {PALE} }}",
        f"input {{ color: {PALE} }}",
        f"label {{ color: {PALE} }}",
        "body { background: #222 }",
    ],
)
async def test_a_text_that_nobody_can_read_is_found_wherever_it_stands(css):
    assert await found_with(css) == ["color-contrast"]


async def test_a_kind_of_text_is_measured_on_the_first_page_that_has_it(monkeypatch):
    monkeypatch.setattr(accessible, "known", set())
    async with lent_browser() as browser:
        page = await (await browser.new_context()).new_page()
        await page.set_content(PAGE)
        assert await violations(page, CONTRAST) == []
        first = {*accessible.known}
        await page.set_content(PAGE.replace("<h1>Tall</h1>", "<h1>Flere tall</h1><p>Mer.</p>"))
        assert await violations(page, CONTRAST) == []
        assert len({*accessible.known} - first) == 1
        # what is wrong is told each time, and never known
        for _ in range(2):
            await page.set_content(PAGE.replace("<td>64<", f'<td style="color: {PALE}">64<', 1))
            assert await violations(page, CONTRAST) != []
        assert len({*accessible.known} - first) == 1


@pytest.mark.slow
async def test_so_is_one_over_something_that_is_not_around_it():
    dark = "position: absolute; inset: 0; z-index: -1; background: #222"
    assert await found_with(f"main {{ position: relative }} aside {{ {dark} }}") == [
        "color-contrast"
    ]
