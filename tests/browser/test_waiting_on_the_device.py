"""A ballot that did not arrive waits on the device it was sent from, sealed, and goes by itself."""

import pytest

from tests.answering_site import answering_site, axe, ballots, choose
from tests.urn_reading import marks

pytestmark = pytest.mark.browser
LOST = "Vi fikk ikke bekreftet"
KNOWN = "Lenken er brukt. Om svaret kom fram, vet bare nettleseren du svarte i."


@pytest.fixture
async def site(database, redis, data_dir):
    async with answering_site(redis, data_dir) as found:
        yield found


async def send_into_the_void(page, link, *, code="2"):
    """Fill in and send; the ballot never arrives."""
    await page.goto(link)
    await choose(page, vp_try_1=code, vp_amb_1="10")
    await page.context.route("**/ballot", lambda route: route.abort())
    await page.click("#send")
    await page.locator("#melding", has_text=LOST).wait_for()


async def test_closing_warns_and_the_link_sends_by_itself_when_it_is_opened_there_again(site):
    async with site.page(bypass_csp=True) as page:
        context = page.context
        await send_into_the_void(page, site.link)
        asked = []

        async def answer(dialog):
            asked.append(dialog.type)
            await dialog.accept()

        page.on("dialog", answer)
        again = await context.new_page()
        await page.close(run_before_unload=True)
        if not page.is_closed():
            await page.wait_for_event("close")
        assert asked == ["beforeunload"]
        [kept] = (await context.storage_state())["origins"]
        [entry] = kept["localStorage"]
        assert site.wave.tokens[0] not in str(entry)

        # the net is still away: it says so, and waits
        await again.goto(site.link)
        await again.locator("#resume:visible").wait_for()
        assert not await again.is_visible("#explained")
        assert await axe(again) == []
        assert "ferdig sendt" in await again.title()
        assert await ballots() == 0
        # elsewhere nobody can know
        async with site.page() as elsewhere:
            await elsewhere.goto(site.link)
            assert await elsewhere.inner_text(".lead") == KNOWN
            assert not await elsewhere.is_visible("#resume")

        await context.unroute("**/ballot")
        await again.evaluate("dispatchEvent(new Event('online'))")
        await again.wait_for_url("**/answer/thanks**")
        await again.locator("#receipt").wait_for()
        assert await again.evaluate("localStorage.length") == 0
    assert await ballots() == await marks(site.wave) == 1


async def test_an_open_page_tries_again_when_the_net_is_back_and_clearing_forgets(site):
    async with site.page() as page:
        await send_into_the_void(page, site.link)
        await page.context.unroute("**/ballot")
        await page.evaluate("dispatchEvent(new Event('online'))")
        await page.wait_for_url("**/answer/thanks**")
        assert await page.evaluate("localStorage.length") == 0
    async with site.page() as page:
        await send_into_the_void(page, site.to(1))
        assert await page.evaluate("localStorage.length") == 1
        await page.click("summary:has-text('Tøm skjemaet')")
        await page.click("#clear")
        assert await page.evaluate("localStorage.length") == 0
    assert await ballots() == 1


async def test_before_the_link_is_marked_the_form_waits_behind_the_lock_too(site):
    async with site.page() as page:
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        await page.context.route("**/credential", lambda route: route.abort())
        await page.click("#send")
        await page.locator("#melding", has_text=LOST).wait_for()
        again = await page.context.new_page()
        await page.close()
        await again.goto(site.link)
        await again.locator("#resume:visible").wait_for()
        assert not await again.is_visible("#skjema")
        await again.context.unroute("**/credential")
        await again.click("#resume button")
        await again.wait_for_url("**/answer/thanks**")
    assert await ballots() == await marks(site.wave) == 1
