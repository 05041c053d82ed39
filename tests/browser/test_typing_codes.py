"""The page where a letter's code is typed, in a real browser: phone, desk, without script."""

import pytest

from tests.accessible import EACH_LOOK, shared_out
from tests.answering_site import answering_site, axe_in
from tests.letters import a_sampled_wave, letters, rows_of

pytestmark = pytest.mark.browser


@pytest.fixture
async def site(database, redis, data_dir):
    async with answering_site(redis, data_dir) as found:
        yield found


@pytest.fixture
async def code(site, tmp_path):
    await a_sampled_wave(site.settings, people=3)
    await letters(site.settings, tmp_path / "letters.csv")
    return rows_of((tmp_path / "letters.csv").read_bytes())[0]["code"]


LOOKS = ((390, "light"), (1280, "light"), (390, "dark"), (1280, "dark"))
ADDRESSES = ("/kode?lang=nb", "/kode?lang=nn", "/kode?lang=en", "/stop")
TYPED = ("", "7KQ4-9XMT", "7KQ4-9XMT-2PBT")


@EACH_LOOK
async def test_nobody_is_shut_out_of_the_page_or_of_what_is_wrong_with_a_code(site, everywhere):
    async with site.page(bypass_csp=True) as page:
        shares = [shared_out(of, len(LOOKS), everywhere=everywhere) for of in (ADDRESSES, TYPED)]
        for look, addresses, codes in zip(LOOKS, *shares, strict=True):
            for address in addresses:
                await page.goto(site.address + address)
                assert await axe_in(page, look) == []
            for code in codes:
                await page.goto(f"{site.address}/kode")
                await page.fill("#code", code)
                await page.click("button[type=submit]")
                await page.wait_for_load_state()
                assert (await page.title()).startswith("Feil: ")
                assert await axe_in(page, look) == []


async def test_without_script_a_code_leads_to_the_form_and_leaves_nothing(site, code):
    async with site.page(java_script_enabled=False) as page:
        asked = []
        page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - it is marked
        await page.goto(f"{site.address}/kode")
        await page.fill("#code", code.lower().replace("-", " "))
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/answer/**")
        assert await page.is_visible("#send")
        assert await page.context.cookies() == []
        headers = [await request.all_headers() for request in asked]
        assert not [one for one in headers if "cookie" in one or "kode" in one.get("referer", "")]
        assert len([one for one in asked if one.resource_type == "stylesheet"]) <= 2
        assert not [one for one in asked if one.resource_type == "script"]
        assert page.errors == []


async def test_who_typed_a_code_and_sends_from_two_tabs_reads_of_the_code(site, code):
    async with site.page() as first:
        second = await first.context.new_page()
        for page in (first, second):
            await page.goto(f"{site.address}/kode")
            await page.fill("#code", code)
            await page.click("button[type=submit]")
            await page.wait_for_url("**/answer/**")
            await page.click("button[name=show_language][value=en]:visible")
            await page.wait_for_url("**lang=en")
            await page.check("input[type=radio] >> nth=0")
        await first.click("#send")
        await first.wait_for_url("**/answer/thanks**")
        await second.click("#send")
        await second.wait_for_url("**/answer/used**")
        assert "This code has already been used" in await second.inner_text("h1")
