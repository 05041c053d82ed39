"""What people meet while what their answers would be sealed to is not what it was."""

import pytest

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.accessible import EACH_LOOK
from tests.answering_site import PHONE, answering_site, axe_in, ballots, choose
from tests.urn_reading import marks

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"
PLANTED = bytes([9]) + bytes(31)


@pytest.fixture
async def site(database, redis, data_dir):
    async with answering_site(redis, data_dir) as found:
        yield found


async def exchange(site, key):
    [row] = await fetch(Login.MIGRATOR, "SELECT public_key FROM asking.wave WHERE id = $1",
        site.wave.id)  # fmt: skip
    await fetch(
        Login.MIGRATOR, "UPDATE asking.wave SET public_key = $2 WHERE id = $1", site.wave.id, key
    )
    return row["public_key"]


@pytest.mark.parametrize("script", [True, False])
async def test_what_was_filled_in_stays_and_goes_once_the_key_is_ours_again(site, script):
    async with site.page(PHONE, java_script_enabled=script) as page:
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        before = await exchange(site, PLANTED)
        await page.get_by_role("button", name="Send inn").click()
        told = "Vi fikk ikke bekreftet" if script else "tar ikke imot svar akkurat nå"
        await page.locator("#melding", has_text=told).wait_for()
        assert await page.locator('input[name="vp.try.1"][value="2"]').is_checked()
        assert (await ballots(), await marks(site.wave)) == (0, 0)
        await exchange(site, before)
        await page.get_by_role("button", name="Send inn").click()
        await page.wait_for_url("**/answer/thanks*")
    assert await ballots() == 1


@EACH_LOOK
async def test_axe_finds_nothing_on_the_pages_that_tell(site, everywhere):
    looks = ((390, "light"), (1280, "light"))
    await exchange(site, PLANTED)
    bind_worker()
    await create_account(
        email="hr@example.org", role=Role.HR, password=PASSWORD, unit="", language="nb",
        now=clock.now(),
    )  # fmt: skip
    bind_web()
    async with site.page(bypass_csp=True) as page:
        for at, language in enumerate(("nb", "nn", "en")):
            reply = await page.goto(f"{site.link}?lang={language}")
            assert reply.status == 503
            assert await axe_in(page, *(looks if everywhere else [looks[at % 2]])) == []
        await page.goto(f"{site.address}/sign-in")
        await page.fill("#email", "hr@example.org")
        await page.fill("#password", PASSWORD)
        await page.click("form button[type=submit]")
        await page.wait_for_url(f"{site.address}/", wait_until="networkidle")
        await page.goto(f"{site.address}/campaigns/campaign-{site.wave.key}")
        await page.get_by_role("heading", name="Noen har byttet ut låsen").wait_for()
        assert await axe_in(page, *looks) == []
