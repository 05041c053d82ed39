"""The shared screen in a real browser: idle, back, the next person, and what lies on its disk."""

import pytest
from playwright.async_api import async_playwright

from tests.answering_site import DESKTOP, PHONE, answering_site, axe, ballots
from tests.browser.test_left_on_disk import AS_PEOPLE_HAVE_IT, left_in
from tests.chromium import chromium_path
from tests.letters import a_sampled_wave, letters, rows_of

pytestmark = pytest.mark.browser


@pytest.fixture
async def site(database, redis, data_dir):
    async with answering_site(redis, data_dir) as found:
        yield found


@pytest.fixture
async def codes(site, tmp_path):
    await a_sampled_wave(site.settings)
    await letters(site.settings, tmp_path / "letters.csv")
    return [row["code"] for row in rows_of((tmp_path / "letters.csv").read_bytes())]


async def begin(page, site, code):
    await page.goto(f"{site.address}/kiosk?lang=nb")
    await page.fill("#code", code)
    await page.click("button[type=submit]")
    await page.wait_for_selector("#send")


async def answer(page):
    for one in (await page.locator("fieldset.item input[type=radio]:visible").all())[:3]:
        await one.check()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"])
async def test_a_form_left_alone_goes_and_leaves_no_way_back_to_it(site, codes, viewport):
    async with site.page(viewport, bypass_csp=True) as page:
        await page.clock.install()
        await begin(page, site, codes[0])
        assert await axe(page) == []
        await answer(page)
        await page.clock.fast_forward(45_000)
        await page.locator("#varsel").wait_for()
        await page.click("#varsel button")  # and who is there goes on
        await page.clock.fast_forward(45_000)
        await page.clock.run_for(25_000)
        await page.wait_for_selector("#code")
        assert await axe(page) == []
        assert await page.input_value("#code") == ""
        assert await page.evaluate("sessionStorage.length + window.name.length") == 0
        assert await page.evaluate("history.length") == 2  # the empty page, and this one
        assert await page.context.cookies() == []
        await begin(page, site, codes[0])
        await answer(page)
        await page.click("#send")
        await page.wait_for_url("**/kiosk/done**")
        assert await page.inner_text("h1") == "Ferdig"
        assert await axe(page) == []
        assert await ballots() == 1
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide
        await page.go_back()
        assert page.url == "about:blank"  # no form lies behind


async def test_another_language_is_asked_for_in_one_length_however_much_is_answered(site, codes):
    lengths = set()
    async with site.page(PHONE) as page:
        for number in range(3):
            await begin(page, site, codes[0])
            for one in (await page.locator("input[type=radio]:visible").all())[:number]:
                await one.check()
            async with page.expect_response("**/kiosk/answer") as told:
                await page.click("button[name=show_language][value=en]")
            reply = await told.value
            lengths.add((len(reply.request.post_data), len(await reply.body())))
            await page.wait_for_selector("html[lang=en] #send")
    assert len(lengths) == 1


@pytest.mark.parametrize("how", ["script", "no script"])
async def test_neither_answers_nor_code_nor_link_lie_in_the_browsers_files(
    site, codes, tmp_path, how
):
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=chromium_path(),
            args=["--no-sandbox"],
            ignore_default_args=AS_PEOPLE_HAVE_IT,
            java_script_enabled=how == "script",
        )
        [page] = context.pages
        await begin(page, site, codes[1])
        link = await page.get_attribute("input[name=link]", "value")
        names = {
            await one.get_attribute("name") for one in await page.locator("input[type=radio]").all()
        }
        await answer(page)
        await page.click("#send")
        await page.wait_for_url("**/kiosk/done**")
        await begin(page, site, codes[2])  # and the next one walks away
        await answer(page)
        other = await page.get_attribute("input[name=link]", "value")
        await context.close()
    words = [link, other, *codes[1:3], *(code.replace("-", "") for code in codes[1:3]), *names]
    # the attack is not idle: the address of the screen is there
    assert left_in(tmp_path / "profile", [*words, "/kiosk/done"]) == {"/kiosk/done"}
