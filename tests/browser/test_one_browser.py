"""The browser that all tests of this folder share keeps nothing of one for the next."""

from __future__ import annotations

import pytest

from tests.one_browser import lent_browser

pytestmark = pytest.mark.browser
ORIGIN = "http://kept.example.org/"
KEPT = "[document.cookie, localStorage.length, sessionStorage.length, window.name]"


async def test_what_is_left_in_the_browser_is_gone_when_it_is_lent_again():
    lent = set()
    for _ in range(2):
        async with lent_browser() as browser:
            assert browser.contexts == []
            page = await (await browser.new_context()).new_page()
            await page.route("**/*", lambda route: route.fulfill(content_type="text/html"))
            await page.goto(ORIGIN)
            assert await page.evaluate(KEPT) == ["", 0, 0, ""]
            await page.evaluate(
                "document.cookie = 'a=b'; localStorage.a = sessionStorage.a = window.name = 'b'"
            )
            assert await page.evaluate(KEPT) == ["a=b", 1, 1, "b"]
            lent.add(browser)
        assert browser.contexts == []
    assert len(lent) == 1
