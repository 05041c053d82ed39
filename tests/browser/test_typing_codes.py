"""The page where a letter's code is typed, in a real browser: phone, desk, without script."""

import pytest

from tests.answering_site import DESKTOP, PHONE, answering_site, axe
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


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_shut_out_of_the_page_or_of_what_is_wrong_with_a_code(
    site, viewport, scheme
):
    async with site.page(viewport, color_scheme=scheme, bypass_csp=True) as page:
        for address in ("/kode?lang=nb", "/kode?lang=nn", "/kode?lang=en", "/stop"):
            await page.goto(site.address + address)
            assert await axe(page) == []
        for typed in ("", "7KQ4-9XMT", "7KQ4-9XMT-2PBT"):
            await page.goto(f"{site.address}/kode")
            await page.fill("#code", typed)
            await page.click("button[type=submit]")
            assert (await page.title()).startswith("Feil: ")
            assert await axe(page) == []
            wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide


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
