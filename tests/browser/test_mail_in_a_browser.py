"""The HTML half of a mail, as a browser lays it out."""

from __future__ import annotations

import pytest

from survey_app.asking.delivery.html_mail import html_mail
from tests.one_browser import lent_browser

BODY = (
    "Vi lagrer svarene uten navnet ditt, og vi viser ikke resultater for grupper der færre enn 10"
    " har svart. Les mer: https://svar.example.org/promise"
)


@pytest.mark.parametrize("width", [390, 700])
async def test_an_address_that_fits_on_a_line_is_broken_over_none(width):
    """«htt» at the end of a line, and «p://svar…» on the next, looks like a trick."""
    long = f"https://svar.example.org/answer/{'x' * 90}"
    html = html_mail("Emne", f"{BODY}\n\n{long}", "nb", button=("", ""))
    async with lent_browser() as browser:
        context = await browser.new_context(viewport={"width": width, "height": 800})
        page = await context.new_page()
        await page.set_content(html)
        lines = await page.eval_on_selector_all(
            "a", "all => all.map(one => [one.href, one.getClientRects().length])"
        )
        across = await page.evaluate("document.documentElement.scrollWidth")
    assert dict(lines)["https://svar.example.org/promise"] == 1
    # one that is longer than a line is broken, and nothing is wider than the window
    assert dict(lines)[long] > 1
    assert across <= width
