"""Pages of text messages, as a phone and a desk show them."""

import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from tests.accessible import EACH_LOOK
from tests.asking_builders import CAMPAIGN, import_campaign, import_people, open_wave
from tests.reading_site import a_page, an_account, faults, reading_site, sign_in
from tests.web.running.desk import coming

pytestmark = pytest.mark.browser
NUMBERED = (
    "UPDATE asking.person SET email = '', mobile = CASE number WHEN 'sor-1.9' THEN ''"
    " ELSE '+479123450' || right(number, 1) END WHERE number LIKE 'sor-1._'"
)
REFUSED = (
    "UPDATE asking.outbox SET state = CASE channel WHEN 'sms' THEN 'failed' ELSE 'sent' END,"
    " problem = CASE channel WHEN 'sms' THEN 'sms 422' ELSE '' END, sent_at = now()"
)


@EACH_LOOK
async def test_axe_finds_nothing_on_pages_that_speak_of_text_messages(
    database, redis, data_dir, monkeypatch, everywhere
):
    monkeypatch.setenv("BAROMETER_SMS_SENDER", "Verdipuls")
    await import_people()
    await fetch(Login.WORKER, NUMBERED)
    await import_campaign(coming(CAMPAIGN) + "sms = true\n")
    await an_account(Role.HR)
    bind_web()
    async with reading_site(redis, data_dir) as address, a_page(address) as page:
        await sign_in(page, Role.HR)
        plan = ["/waves/vp-1/plan", "/waves/vp-1/preview"]
        assert await faults(page, plan, everywhere=everywhere) == []
        await page.fill("#mobile", "22 05 00 00")
        await page.get_by_role("button", name="Send en prøve på SMS").click()
        await page.get_by_role("link", name="Skriv et mobilnummer").click()
        assert await page.evaluate("document.activeElement.id") == "mobile"
        bind_worker()
        await open_wave()
        await fetch(Login.WORKER, REFUSED)
        bind_web()
        opened = ["/waves/vp-1/failed", "/campaigns/verdipuls", "/people"]
        assert await faults(page, opened, everywhere=everywhere) == []
