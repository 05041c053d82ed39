"""The way of a card: made by HR, read off a picture, answered, counted and published."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from playwright.async_api import Page, expect

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing import close_wave as closing
from survey_app.publishing.closing.serve_holders import serve_holders
from survey_app.running.make_requested_letters import make_requested_letters
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.answering_site import DESKTOP, PHONE
from tests.builders_answering import NOW, OpenedWave, some_answers, without_pools
from tests.cards import a_wave_with_cards
from tests.letters import still_open
from tests.reading_site import a_page, an_account, axe, overflow, reading_site, sign_in

pytestmark = pytest.mark.browser
SECRET = "for tests only, and long enough there"
BY_CARD, BY_LINK = 12, 28


@pytest.fixture
def settings(data_dir) -> Settings:
    return Settings(data_dir=data_dir, secret_key=SECRET)


@pytest.fixture
async def wave(database, settings, monkeypatch) -> OpenedWave:
    """Two units of twenty: twelve of one have no e-mail."""
    monkeypatch.setattr("survey_app.running.make_requested_letters.settings", lambda: settings)
    return await a_wave_with_cards(settings, {"nord-1": BY_CARD})


@pytest.fixture
async def page(wave, settings, redis, data_dir) -> AsyncIterator[Page]:
    bind_worker()
    await an_account(Role.HR)
    with without_pools():
        await serve_holders(settings.secret())
    bind_web()
    async with reading_site(redis, data_dir, demo=False) as site, a_page(site) as opened:
        await sign_in(opened, Role.HR)
        yield opened


async def seen(page: Page) -> list[str]:
    """List what is wrong with the page as it stands, on a phone and on a desk."""
    found = []
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size(size)
        found += await axe(page)
        assert await overflow(page) <= 0
    return found


def codes_in(file: Path) -> list[str]:
    """Read the codes off the QR codes, from pictures of the pages."""
    found = []
    document = pypdfium2.PdfDocument(file)
    for one in document:
        picture = np.ascontiguousarray(one.render(scale=3).to_numpy())
        addresses = [code.text for code in zxingcpp.read_barcodes(picture)]
        found += [parse_qs(urlsplit(address).query)["code"][0] for address in addresses]
    document.close()
    return found


async def made_by_hr(page: Page, wave: OpenedWave) -> Path:
    """Order the cards on the page, let the worker work, and fetch the file."""
    await page.goto(f"/waves/{wave.key}/cards")
    await expect(page.locator("h1")).to_have_text("Skriv ut 96 kort, del ut 12")
    assert await seen(page) == []
    await page.get_by_role("button", name="Lag kortene").click()
    await expect(page.locator("h1")).to_have_text("Kortene blir laget")
    assert await seen(page) == []
    bind_worker()
    with without_pools():
        await make_requested_letters({})
    bind_web()
    # the page asks by itself, and says so too once the file has been fetched
    await expect(page.locator("h1")).to_have_text("Kortene er klare", timeout=15_000)
    assert await seen(page) == []
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Hent filen").click()
    file = await (await coming.value).path()
    await expect(page.locator("h1")).to_have_text("Filen er hentet", timeout=15_000)
    return file


async def answer_at_kiosk(page: Page, code: str) -> str:
    """Type a code and answer; return what the last page says."""
    await page.goto("/kiosk?lang=nb")
    await page.fill("#code", code)
    await page.click("button[type=submit]")
    await page.wait_for_selector("#send")
    assert await axe(page) == []
    await expect(page.locator("section.promise strong").first).to_contain_text(
        "Kortet har ikke navn, og ingen vet hvem som fikk det."
    )
    for one in (await page.locator("fieldset.item input[type=radio]:visible").all())[:3]:
        await one.check()
    await page.click("#send")
    await page.wait_for_url(re.compile(r"/kiosk/(done|card)"))
    return await page.inner_text("h1")


async def send_plainly(page: Page, address: str) -> None:
    await page.request.post(address, form={k: str(v) for k, v in some_answers().items()})


async def test_hr_makes_cards_and_their_answers_are_counted_and_published(
    page, wave, settings, redis, data_dir
):
    await still_open()
    codes = codes_in(await made_by_hr(page, wave))
    assert len(set(codes)) == 96
    async with a_page(str(page.url).partition("/waves")[0]) as guardroom:
        # the QR code leads to the page where the code stands already
        await guardroom.goto(f"/kode?code={codes[0]}")
        assert await guardroom.input_value("#code") == codes[0]
        assert await seen(guardroom) == []
        assert await answer_at_kiosk(guardroom, codes[0]) == "Ferdig"
        for code in codes[1:BY_CARD]:
            form = await guardroom.request.post("/kode", form={"code": code}, max_redirects=0)
            await send_plainly(guardroom, form.headers["location"])
        # one more than there are people
        assert await answer_at_kiosk(guardroom, codes[-1]) == "Dette kortet kan ikke brukes"
        assert await seen(guardroom) == []
        await guardroom.goto("/promise?lang=nb")
        assert await seen(guardroom) == []
        for token in wave.tokens:
            await send_plainly(guardroom, f"/answer/{token}")
    bind_worker()
    with without_pools():
        closed = await closing.close_wave(wave.key, key_dir=settings.key_folder, now=NOW)
    assert (closed.accepted, closed.refused) == (BY_CARD + BY_LINK, 0)
    assert closed.publication is not None
    [record] = await fetch(Login.WORKER, "SELECT content FROM counting.wave_record")
    assert '"alarms": []' in record["content"]
    bind_web()
    await page.goto("/campaigns/campaign-verdipuls-2026-k2")
    await expect(page.locator("main")).to_contain_text("Publisert")
