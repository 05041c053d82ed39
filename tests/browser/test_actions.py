"""Actions as people use them: by keyboard, on a phone, and without script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest
from playwright.async_api import Page

from survey_app.accounts.roles import Role
from survey_app.actions.states import ActionState
from tests.accessible import EACH_LOOK, show_in
from tests.actions_builders import an_action
from tests.builders_publication import put_on_shelf, staff_series
from tests.reading_site import (
    a_page,
    an_account,
    faults,
    faults_here,
    reading_site,
    sign_in,
)

UNIT = "ost-6"

pytestmark = pytest.mark.browser


@pytest.fixture
async def site(database, redis, data_dir) -> AsyncIterator[str]:
    """The application with two main waves on its shelf and actions of every kind."""
    staff = staff_series()
    await put_on_shelf(staff[0], staff[3], open_results=2)
    for role in (Role.LEADER, Role.REPRESENTATIVE):
        await an_account(role, unit=UNIT)
    begun = date(2025, 1, 10)
    await an_action(unit=UNIT, visible=True, starts_on=begun, measure="NYT")
    await an_action(unit=UNIT, visible=True, starts_on=date(2026, 2, 1), said="Vi får lite tid.")
    await an_action(
        unit=UNIT, visible=True, starts_on=begun, state=ActionState.DROPPED,
        reason="Ingen midler i år.",
        said="Bemanningen er for lav.",
    )  # fmt: skip
    await an_action(unit="", visible=True, starts_on=begun, said="Etaten øver for lite.")
    async with reading_site(redis, data_dir) as address:
        yield address


@pytest.fixture
async def page(site) -> AsyncIterator[Page]:
    async with a_page(site, locale="nb-NO") as opened:
        yield opened


LOOKS = ((320, "light"), (390, "dark"), (1280, "light"))


@EACH_LOOK
async def test_every_page_is_accessible_on_phone_and_desktop_light_and_dark(page, everywhere):
    seen = {"looks": LOOKS, "everywhere": everywhere}
    found = await faults(
        page, ("/actions/unit", f"/actions/unit/{UNIT}", "/actions/unit/ost?lang=en"), **seen
    )
    await sign_in(page, Role.LEADER)
    await page.goto("/actions")
    own = await page.locator("table.todo a").first.get_attribute("href")
    pages = ("/actions", "/actions?show=late", "/actions/new", own, f"{own}/edit")
    found += await faults(page, pages, **seen)
    for look in LOOKS:
        await show_in(page, look)
        await page.goto("/actions/new")
        await page.get_by_role("button", name="Lagre tiltaket").click()
        await page.get_by_role("heading", name="Tiltaket er ikke lagret ennå").wait_for()
        found += [f"mistakes {look}: {fault}" for fault in await faults_here(page)]
    assert not found, "\n".join(found)


async def test_a_leader_goes_from_a_finding_to_an_action_by_keyboard_alone(page):
    await sign_in(page, Role.LEADER)
    await page.goto(f"/culture?unit={UNIT}&wave=2025-h")
    link = page.get_by_role("link", name="Lag et tiltak")
    await link.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Lag et tiltak").wait_for()
    await page.get_by_label("Hva sa de ansatte?").focus()
    await page.keyboard.type("Vi vet ikke hvem som bestemmer.")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Referatene henger på tavla.")
    await page.keyboard.press("Tab")
    await page.keyboard.type("enhetsleder")
    await page.get_by_label("Når skal det være ferdig?").fill("2027-03-15")
    await page.get_by_text("Mer om tiltaket").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Planlagt").focus()
    await page.keyboard.press("ArrowDown")
    await page.get_by_label("Vis det for de ansatte på «Du sa – vi gjorde»").focus()
    await page.keyboard.press("Space")
    await page.get_by_role("button", name="Lagre tiltaket").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Vi vet ikke hvem som bestemmer.").wait_for()
    text = await page.inner_text("main")
    assert "Pågår" in text
    assert "frist 15.\u00a0mars 2027" in text
    assert "Høsten 2025" in text
    await page.goto(f"/actions/unit/{UNIT}")
    assert "Referatene henger på tavla." in await page.inner_text("main")


async def test_a_mistake_takes_the_reader_to_its_field(page):
    await sign_in(page, Role.LEADER)
    await page.goto("/actions/new")
    await page.get_by_label("Hva sa de ansatte?").fill("Vi vet ikke hvem som bestemmer.")
    await page.get_by_role("button", name="Lagre tiltaket").click()
    await page.locator("#problems").wait_for()
    assert await page.evaluate("document.activeElement.id") == "problems"
    await page.get_by_role("link", name="Skriv hva dere gjør.").click()
    assert await page.evaluate("document.activeElement.id") == "what"
    assert await page.get_by_label("Hva gjør dere?").get_attribute("aria-invalid") == "true"
    said = await page.get_by_label("Hva sa de ansatte?").input_value()
    assert said == "Vi vet ikke hvem som bestemmer."


async def test_the_list_is_narrowed_without_a_page_load_and_without_script(site, page):
    await sign_in(page, Role.LEADER)
    await page.goto("/actions")
    await page.evaluate("window.stillHere = true")
    await page.get_by_label("Vis", exact=True).select_option("ended")
    await page.wait_for_url("**show=ended**")
    await page.get_by_role("link", name="Bemanningen er for lav.").wait_for()
    assert await page.locator("table.todo tbody tr").count() == 1
    assert await page.evaluate("window.stillHere")
    cookies = await page.context.cookies()
    context = await page.context.browser.new_context(base_url=site, java_script_enabled=False)
    await context.add_cookies(cookies)
    plain = await context.new_page()
    await plain.goto("/actions")
    await plain.get_by_label("Vis", exact=True).select_option("ended")
    await plain.get_by_role("button", name="Vis").click()
    assert await plain.locator("table.todo tbody tr").count() == 1


async def test_a_representative_confirms_a_date_and_staff_can_read_it(page):
    await sign_in(page, Role.REPRESENTATIVE)
    await page.goto("/actions")
    await page.get_by_role("link", name="Vi får lite tid.").click()
    await page.get_by_label("Hvilken dag ble tiltaket drøftet med dere?").fill("2026-01-20")
    await page.get_by_role("button", name="Bekreft").click()
    await page.get_by_text("verneombud 20. januar 2026").wait_for()
    await page.context.clear_cookies()
    await page.goto("/results")
    await page.get_by_role("link", name="Du sa – vi gjorde").click()
    await page.get_by_label("Finn en enhet").fill("øst 6")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Fengsel Øst 6").click()
    assert "verneombud 20.\u00a0januar 2026" in await page.inner_text("main")
    assert await page.context.cookies() == []
