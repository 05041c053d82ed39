"""An open form kept on the device of whoever asks: never unasked, and gone once it is sent."""

import gzip
import re

import pytest

from survey_app.shared.database import Login, fetch
from tests.answering_site import answering_site, axe, ballots, choose, until

pytestmark = pytest.mark.browser
STORED = "JSON.stringify(localStorage)"
MINUTE = 60 * 1000


@pytest.fixture
async def site(database, redis, data_dir):
    async with answering_site(redis, data_dir) as found:
        yield found


async def weight(page, address) -> int:
    """What a page and all it asks for weighs, compressed."""
    replies = []
    page.on("response", lambda reply: replies.append(reply))  # noqa: PLW0108 - it takes no builtin
    await page.goto(address)
    return sum([len(gzip.compress(await one.body())) for one in replies])


async def test_an_open_form_is_kept_for_who_asks_fetched_in_another_tab_and_gone_when_sent(site):
    address = f"{site.address}/open/apen"
    async with site.page(java_script_enabled=False) as page:
        await page.goto(address)
        assert not await page.get_by_role("button", name="Fortsett senere").count()
        assert "lagre det du har fylt ut, i nettleseren" not in await page.inner_text("body")
    async with site.page(bypass_csp=True) as page:
        assert await weight(page, address) <= 30_000
        await choose(page, om_fil_1="2")
        assert await page.evaluate(STORED) == "{}"
        await page.get_by_role("button", name="Fortsett senere").click()
        assert await page.evaluate(STORED) == "{}"
        assert await axe(page) == []
        await page.get_by_role("button", name="Lagre i denne nettleseren").click()
        await page.get_by_role("heading", name="Lagret i denne nettleseren").wait_for()
        assert await axe(page) == []
        kept = await page.evaluate(STORED)
        assert "om.fil" not in kept
        record = await page.evaluate("Object.values(localStorage)[0]")
        await page.get_by_role("button", name="Fortsett å svare").click()
        await choose(page, om_fil_2="2")
        await until(page, "before => Object.values(localStorage)[0] !== before", record)
        assert page.errors == []

        # the tab is gone: another one asks whose it is, and shows nothing until then
        again = await page.context.new_page()
        await page.close()
        await again.goto(address)
        await again.get_by_role("button", name="Hent det fram").wait_for()
        assert not await again.locator("input:checked").count()
        assert await axe(again) == []
        await again.get_by_role("button", name="Hent det fram").click()
        await again.locator("#lagret-fortalt", has_text="er hentet fram").wait_for()
        assert await again.is_checked('input[name="om.fil.1"][value="2"]')
        assert await again.is_checked('input[name="om.fil.2"][value="2"]')
        # in this tab it goes on by itself
        await again.reload()
        await again.locator("#lagret-fortalt", has_text="er hentet fram").wait_for()
        await again.wait_for_timeout(500)
        record = await again.evaluate("Object.entries(localStorage)[0]")
        await again.click("#send")
        await again.wait_for_url("**/answer/thanks**")
        assert await ballots() == 1
        await until(again, "localStorage.length === 0")

        # a copy of the disk opens nothing any more, and says so
        await again.goto(address)
        assert not await again.locator("input:checked").count()
        assert not await again.is_visible("#lagret")
        await again.evaluate("([name, text]) => localStorage.setItem(name, text)", record)
        await again.reload()
        await again.get_by_role("button", name="Hent det fram").click()
        await again.locator("#lagret-fortalt", has_text="er sendt inn").wait_for()
        assert not await again.locator("input:checked").count()
        assert await again.evaluate(STORED) == "{}"


async def test_what_was_kept_is_deleted_at_once_when_somebody_asks_for_it(site):
    async with site.page() as page:
        await page.goto(f"{site.address}/open/apen")
        for delete in ("Slett det som er lagret", "Ja, tøm skjemaet"):
            await choose(page, om_fil_1="2")
            await page.get_by_role("button", name="Fortsett senere").click()
            await page.get_by_role("button", name="Lagre i denne nettleseren").click()
            await until(page, "localStorage.length === 1")
            if delete == "Ja, tøm skjemaet":
                await page.get_by_role("button", name="Fortsett å svare").click()
                await page.click('summary:has-text("Tøm skjemaet")')
            await page.get_by_text(delete, exact=True).click()
            await until(page, "localStorage.length === 0")
            await page.wait_for_timeout(400)
            assert await page.evaluate(STORED) == "{}"


async def test_what_one_keeps_is_neither_sent_nor_replaced_by_the_next_at_the_same_screen(site):
    async with site.page() as page:
        await page.clock.install()
        await page.goto(f"{site.address}/open/apen")
        await choose(page, om_fil_1="2")
        token = await page.input_value("input[name=form]")
        await page.get_by_role("button", name="Fortsett senere").click()
        await page.get_by_role("button", name="Lagre i denne nettleseren").click()
        await page.get_by_role("button", name="Fortsett å svare").click()
        # left alone: the next one gets a page of their own, and nothing is kept over what waits
        await page.clock.run_for(29 * MINUTE)
        await page.clock.run_for(3 * MINUTE)
        await page.locator("#lagret").wait_for()
        assert await page.input_value("input[name=form]") != token
        assert not await page.locator("input:checked").count()
        await choose(page, om_fil_1="1")
        await page.get_by_role("button", name="Fortsett senere").click()
        await page.locator("#lagret:focus").wait_for()
        assert not await page.is_visible("#lagring")
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")
        assert await page.evaluate("localStorage.length") == 1
        # who kept it comes back, has begun anew, and asks for the rest
        await page.goto(f"{site.address}/open/apen")
        await choose(page, om_fil_2="2")
        await page.get_by_role("button", name="Hent det fram").click()
        await page.locator("#lagret-fortalt", has_text="er hentet fram").wait_for()
        assert await page.is_checked('input[name="om.fil.1"][value="2"]')
        assert await page.is_checked('input[name="om.fil.2"][value="2"]')
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")
        await until(page, "localStorage.length === 0")
        assert await ballots() == 2


async def test_until_when_it_is_kept_is_said_in_languages_that_browsers_do_not_know(site):
    for lang, days in (
        ("nn", "måndag|tysdag|onsdag|torsdag|fredag|laurdag|søndag"),
        ("en", "[A-Z][a-z]+day"),
    ):
        async with site.page() as page:
            await page.goto(f"{site.address}/open/apen?lang={lang}")
            await page.click("button[data-keep]")
            until = await page.locator("#lagring [data-until]").first.text_content()
            clock = r"\d\d:\d\d" if lang == "en" else r"kl\.\s\d\d\.\d\d"
            assert re.fullmatch(f"({days}) {clock}", until)


GONE = "Det du hadde lagret i denne nettleseren, kan ikke sendes inn lenger."


async def kept(page, site):
    """Choose one answer of an open form, and keep it on the device."""
    await page.goto(f"{site.address}/open/apen")
    await choose(page, om_fil_1="2")
    await page.get_by_role("button", name="Fortsett senere").click()
    await page.get_by_role("button", name="Lagre i denne nettleseren").click()
    await until(page, "localStorage.length === 1")


@pytest.mark.parametrize("state", ["closed", "cancelled"])
async def test_what_was_kept_goes_when_the_survey_takes_no_more_answers_and_that_is_said(
    site, state
):
    async with site.page(bypass_csp=True) as page:
        await kept(page, site)
        await fetch(Login.WORKER, "UPDATE asking.wave SET state = $1 WHERE key = 'apen'", state)
        again = await page.context.new_page()
        await page.close()
        await again.goto(f"{site.address}/open/apen")
        await again.get_by_text(GONE).wait_for()
        assert await again.evaluate(STORED) == "{}"
        assert await axe(again) == []
        await again.reload()
        await again.wait_for_timeout(300)
        assert not await again.get_by_text(GONE).is_visible()


async def test_who_sends_too_late_what_is_kept_is_told_and_it_goes_too(site):
    async with site.page(bypass_csp=True) as page:
        await kept(page, site)
        await page.get_by_role("button", name="Fortsett å svare").click()
        # whoever writes such an address takes nothing away while it may be sent
        other = await page.context.new_page()
        await other.goto(f"{site.address}/answer/closed?survey=apen")
        await other.wait_for_timeout(300)
        assert await other.evaluate("localStorage.length") == 1
        await other.close()
        await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'closed' WHERE key = 'apen'")
        await page.click("#send")
        await page.wait_for_url("**/answer/closed**")
        await page.get_by_text(GONE).wait_for()
        assert await page.evaluate(STORED) == "{}"
