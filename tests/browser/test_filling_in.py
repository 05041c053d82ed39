"""Filling in: how far one has come, what can be taken back, and what is heard."""

import pytest

from tests.answering_site import answering_site, axe, choose
from tests.comments_builders import ask_for_comments

pytestmark = pytest.mark.browser
TOP = "one => one.getBoundingClientRect().top + scrollY"


@pytest.fixture
async def site(database, redis, data_dir):
    async with answering_site(redis, data_dir, before_opening=ask_for_comments) as found:
        yield found


async def test_the_form_says_how_many_are_answered_and_an_answer_can_be_taken_back(site):
    async with site.page(bypass_csp=True) as page:
        await page.goto(site.link)
        told = page.locator(".answered [data-progress]")
        assert await told.inner_text() == "0 av 15 besvart"
        assert not await page.locator(".unmark:visible").count()
        await choose(page, vp_try_1="2", vp_amb_1="10")
        assert await told.inner_text() == "2 av 15 besvart"
        second = page.locator("fieldset").nth(1)
        before = await second.evaluate(TOP)
        take_back = page.get_by_role("button", name="Fjern svaret: Der jeg jobber")
        await take_back.click()
        assert await told.inner_text() == "1 av 15 besvart"
        assert not await page.locator('input[name="vp.try.1"]:checked').count()
        assert await page.evaluate("document.activeElement.name") == "vp.try.1"
        await page.focus('input[name="vp.try.1"][value="3"]')
        await page.keyboard.press("Space")
        assert await told.inner_text() == "2 av 15 besvart"
        await page.keyboard.press("Delete")
        assert not await page.locator('input[name="vp.try.1"]:checked').count()
        # nothing below moves
        assert await second.evaluate(TOP) == before
        await page.get_by_role("button", name="Gå til det første du ikke har svart på").click()
        assert await page.evaluate("document.activeElement.name") == "vp.try.1"
        assert await axe(page) == []


async def test_what_is_left_of_a_comment_is_seen_and_said_when_it_becomes_tight(site):
    async with site.page() as page:
        await page.goto(site.link)
        left = page.locator("#kommentar-lengde")
        await page.fill("#kommentar", "x" * 120)
        assert await left.inner_text() == "Du har 380 tegn igjen."
        assert await left.get_attribute("aria-live") == "off"
        await page.fill("#kommentar", "x" * 460)
        assert await left.inner_text() == "Du har 40 tegn igjen."
        assert await left.get_attribute("aria-live") == "polite"


async def test_the_part_that_speaks_is_there_before_it_speaks(site):
    async with site.page() as page:
        await page.goto(site.link)
        status = page.get_by_role("status")
        assert await status.inner_text() == ""
        assert await status.evaluate("one => getComputedStyle(one).display") != "none"
        assert not await status.is_visible()


async def test_a_long_form_has_numbered_parts_and_shows_how_far_one_has_come(site):
    async with site.page(bypass_csp=True) as page:
        await page.goto(f"{site.address}/open/apen")
        headings = await page.locator("h2.section:visible").all_inner_texts()
        assert headings == [f"Del {at + 1} av {len(headings)}" for at in range(len(headings))]
        assert len(headings) > 4
        bar = page.locator("progress")
        assert await bar.evaluate("one => one.value") == 0
        await choose(page, om_fil_1="2")
        assert await bar.evaluate("one => one.value") == 1
        await page.evaluate("scrollTo(0, 4000)")
        assert (await page.locator(".progress").bounding_box())["y"] == 0
        assert await axe(page) == []
    async with site.page(java_script_enabled=False) as page:
        await page.goto(f"{site.address}/open/apen")
        # a part that nobody is asked is numbered too
        assert await page.locator("h2.section").count() == len(headings) + 1
        assert not await page.is_visible(".progress")


SMALL = """() => [...document.querySelectorAll('a, button, summary, input, select, textarea')]
    .filter(one => one.checkVisibility() && !one.closest('.apart'))
    .filter(one => !(one.matches('a') && !one.matches('.alone, .languages a')))
    .map(one => one.matches('[type=radio], [type=checkbox]') ? one.closest('label') : one)
    .filter(one => one.getBoundingClientRect().height < 44)
    .map(one => one.outerHTML.slice(0, 80))"""


async def test_what_is_pressed_is_at_least_44_pixels_high(site):
    async with site.page() as page:
        paths = [
            f"/answer/{site.wave.tokens[1]}",
            "/open/apen",
            f"/answer/thanks?survey={site.wave.key}",
            f"/answer/closed?survey={site.wave.key}",
            "/answer/none",
            "/kode",
        ]
        for path in paths:
            await page.goto(site.address + path)
            assert await page.evaluate(SMALL) == [], path
            assert await page.locator("a.alone").count(), path
