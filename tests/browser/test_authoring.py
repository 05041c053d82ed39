"""Somebody who knows no TOML makes the second version of the pulse in a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from questionnaires.content import LAID, LAID_OVER, SETTING
from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from tests.accessible import EACH_LOOK
from tests.first_versions import first_versions
from tests.reading_site import a_page, an_account, faults, reading_site, sign_in

pytestmark = pytest.mark.browser
BASE = "/questionnaires/verdipuls/v2"


@pytest.fixture
async def page(database, redis, data_dir, monkeypatch) -> AsyncIterator[Page]:
    for name in (LAID, LAID_OVER):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv(SETTING, str(first_versions()))
    await an_account(Role.HR)
    await an_account(Role.ADMIN)
    async with reading_site(redis, data_dir) as address, a_page(address) as opened:
        await sign_in(opened, Role.HR)
        yield opened


@EACH_LOOK
async def test_a_version_is_written_in_three_languages_read_and_released(page, everywhere):
    await page.goto("/campaigns")
    await page.get_by_role("link", name="Spørsmålene").click()
    await page.get_by_role("link", name="Verdipuls", exact=True).click()
    await page.get_by_role("button", name="Lag versjon 2").click()
    await page.get_by_role("link", name="Lederen min lytter").click()
    await page.get_by_role("textbox", name="Bokmål").first.fill("Nærmeste lederen min lytter.")
    await page.get_by_role("button", name="Lagre", exact=True).click()
    await expect(page.get_by_text("ikke endret ennå")).to_have_count(2)
    await page.get_by_role("textbox", name="Nynorsk").first.fill("Den næraste leiaren min lyttar.")
    await page.get_by_role("textbox", name="English").first.fill("My immediate manager listens.")
    await page.get_by_role("button", name="Lagre og gå til neste").click()
    await expect(page.get_by_role("heading", name="Spørsmål 4")).to_be_visible()
    down = page.get_by_role("button", name="Flytt spørsmål 1 ned")
    await down.press("Enter")
    await expect(page.locator(".item-order li").first).to_contain_text("faglig trygg")
    rows = page.locator(".item-order li")
    async with page.expect_navigation():
        await rows.nth(4).drag_to(rows.first, target_position={"x": 60, "y": 4})
    await expect(rows.first).to_contain_text("Nye ideer")
    addresses = [
        "edit?item=vp.apn.1",
        "review",
        "add?after=vp.apn.5",
        "retire?item=vp.nyt.5",
        "stop?order=verdipuls.k1&item=vp.nyt.3",
        "delete",
        "filter?item=vp.hen.2&of=vp.hen.1",
        "form?order=verdipuls.main",
        "measures",
        "measures/write?kind=scale",
        "measures/write?kind=index",
        "groups",
        "options",
        "options/write?from=enig5",
    ]
    others = [
        "/questionnaires/verdipuls/versions",
        "/questionnaires/items?q=leder",
        "/questionnaires/items/vp.apn.1",
    ]
    found = await faults(
        page, [*(f"{BASE}/{one}" for one in addresses), *others], everywhere=everywhere
    )
    assert found == []
    await page.goto(f"{BASE}/edit?item=vp.apn.1")
    shown = page.frame_locator("iframe.looked-at")
    await expect(shown.get_by_text("Nærmeste lederen min lytter.")).to_be_visible()
    await page.get_by_role("link", name="Se forskjellene og send videre").click()
    await page.get_by_role("button", name="Send til gjennomsyn").click()
    await expect(page.get_by_role("heading", name="Venter på en annen")).to_be_visible()
    await page.context.clear_cookies()
    await sign_in(page, Role.ADMIN)
    await page.goto(f"{BASE}/review")
    await page.get_by_role("button", name="Frigi versjon 2").click()
    await expect(page.get_by_role("heading", name="er frigitt")).to_be_visible()
    assert load_library().items["vp.apn.1"].version == 2
    await page.goto("/waves/new?form=verdipuls.k1")
    await page.get_by_role("link", name="Se skjemaet").click()
    await expect(page.get_by_text("Nærmeste lederen min lytter.")).to_be_visible()
