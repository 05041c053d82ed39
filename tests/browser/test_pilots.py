"""An author makes a pilot, somebody answers it on a phone, and the author reads what it told."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from questionnaires.content import LAID, LAID_OVER, SETTING
from survey_app.accounts.roles import Role
from survey_app.answering import form_token
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.piloting.close_pilot import close_due
from survey_app.piloting.open_pilot import keys_of_pilots, open_asked
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.accessible import EACH_LOOK
from tests.builders_answering import some_answers
from tests.first_versions import first_versions
from tests.reading_site import a_page, an_account, faults, overflow, reading_site, sign_in

pytestmark = pytest.mark.browser
PILOTS = "/questionnaires/verdipuls/v2/pilots"
SETTINGS = {"secret_key": "for tests only, and long enough there"}


@pytest.fixture
async def page(database, redis, data_dir, monkeypatch) -> AsyncIterator[Page]:
    for name in (LAID, LAID_OVER):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv(SETTING, str(first_versions()))
    await an_account(Role.HR)
    async with reading_site(redis, data_dir) as address, a_page(address) as opened:
        await sign_in(opened, Role.HR)
        yield opened


async def work(job, data_dir):
    bind_worker()
    await job(Settings(data_dir=data_dir, **SETTINGS), now=clock.now())
    bind_web()


async def others_answer(page: Page, form: str, number: int) -> None:
    """Send as many forms as a pilot needs, in the way of a browser without script."""
    [row] = await fetch(Login.WORKER, "SELECT id FROM asking.pilot")
    secret = Settings(data_dir=".", **SETTINGS).secret()
    for at in range(number):
        served = clock.now() - timedelta(seconds=60)
        token = {form_token.FIELD: form_token.new_token(secret, row["id"], served), "lang": "nb"}
        said = {"vp.apn.1": "" if at % 2 else "4", "remark.vp.apn.1": f"Hvem er lederen? {at}"}
        sent = some_answers("verdipuls.k2") | said | token
        reply = await page.request.post(form, form={k: str(v) for k, v in sent.items()})
        assert "Takk" in await reply.text()


@EACH_LOOK
async def test_a_pilot_is_made_answered_and_read(page, data_dir, everywhere):
    await page.goto("/questionnaires/verdipuls/versions")
    await page.get_by_role("button", name="Lag versjon 2").click()
    await page.get_by_role("link", name="Utprøving").click()
    await page.get_by_label("Skjema").select_option("verdipuls.k2")
    await page.get_by_role("button", name="Lag utprøvingen").click()
    await expect(page.get_by_text("Blir åpnet om litt")).to_be_visible()
    await work(open_asked, data_dir)
    await page.goto(PILOTS)
    form = await page.locator("a.pilot-link").get_attribute("href")
    end = await page.get_by_role("link", name="Avslutt og tell opp nå").get_attribute("href")
    assert await faults(page, [PILOTS, end, form], everywhere=everywhere) == []
    await page.set_viewport_size({"width": 390, "height": 900})
    await page.goto(form)
    assert await overflow(page) <= 0
    await page.locator('input[name="vp.apn.1"][value="4"]').check()
    remark = page.get_by_role("textbox", name="Merknad til spørsmål 3", exact=True)
    await page.get_by_text("Merknad til spørsmålet 3").click()
    await remark.fill("Hvem da?")
    await page.wait_for_timeout(3000)  # no form is taken sooner
    await page.get_by_role("button", name="Send inn").click()
    await expect(page.get_by_text("Utprøvingen er åpen til")).to_be_visible()
    await others_answer(page, form, 11)
    await page.goto(end)
    await page.get_by_role("button", name="Avslutt og tell opp").click()
    await work(close_due, data_dir)
    await page.goto(PILOTS)
    await expect(page.get_by_text("Mellom 11 og 20 har svart.")).to_be_visible()
    await page.get_by_text("12 merknader").click()
    await expect(page.get_by_text("Hvem da?")).to_be_visible()
    assert await faults(page, [PILOTS], everywhere=everywhere) == []
    # the next one loses its key
    await page.get_by_label("Skjema").select_option("verdipuls.k2")
    await page.get_by_role("button", name="Lag utprøvingen").click()
    await work(open_asked, data_dir)
    shutil.rmtree(keys_of_pilots(Settings(data_dir=data_dir, **SETTINGS)))
    await page.goto(PILOTS)
    await page.get_by_role("link", name="Avslutt og tell opp nå").click()
    await page.get_by_role("button", name="Avslutt og tell opp").click()
    await work(close_due, data_dir)
    await page.goto(PILOTS)
    await expect(page.get_by_text("Kan ikke telles opp: Nøkkelen er borte")).to_be_visible()
    assert await overflow(page) <= 0
    give_up = await page.get_by_role("link", name="Gi opp utprøvingen").get_attribute("href")
    assert await faults(page, [PILOTS, give_up], everywhere=everywhere) == []
    await page.get_by_role("button", name="Gi opp og slett").click()
    await expect(page.get_by_role("button", name="Lag utprøvingen")).to_be_visible()
