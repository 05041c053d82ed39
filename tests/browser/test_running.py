"""The pages that waves are run on, as a browser shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.arrival_alarms import ArrivalSign, note_signs
from survey_app.asking.writing import writing
from survey_app.installation.tables import bind_worker
from survey_app.shared import clock
from tests.accessible import EACH_LOOK
from tests.asking_builders import CAMPAIGN, import_campaign, import_people, open_wave
from tests.reading_site import a_page, an_account, axe, faults, reading_site, sign_in

pytestmark = pytest.mark.browser
SECOND = CAMPAIGN.split("[[waves]]")[1].replace("vp-1", "vp-2").replace("2026-", "2096-")


@pytest.fixture
async def page(database, redis, data_dir) -> AsyncIterator[Page]:
    bind_worker()
    await import_people()
    await import_campaign(f"{CAMPAIGN}\n[[waves]]{SECOND}")
    await open_wave()
    await an_account(Role.HR)
    async with reading_site(redis, data_dir) as address, a_page(address) as opened:
        await sign_in(opened, Role.HR)
        yield opened


@EACH_LOOK
async def test_every_page_is_accessible_on_phone_and_desktop(page, everywhere):
    addresses = [f"/waves/vp-1/{act}" for act in ("remind", "close", "cancel", "dates", "new-link")]
    assert (
        await faults(
            page,
            [
                "/campaigns/verdipuls/texts",
                "/waves/new",
                "/waves/new?form=verdipuls.k1",
                *addresses,
                *(f"/waves/vp-2/{act}" for act in ("open", "cancel", "plan", "next", "preview")),
            ],
            everywhere=everywhere,
        )
        == []
    )


@EACH_LOOK
async def test_a_year_is_copied_and_planned_on_pages_accessible_on_phone_and_desktop(
    page, everywhere
):
    year = clock.today().year + 1
    async with writing() as link:
        # the open wave is this year's, whatever year it is
        await link.execute(
            "UPDATE asking.wave SET opens_on = make_date($1, 5, 12), closes_on ="
            " make_date($1, 5, 26), results_on = make_date($1, 6, 9) WHERE key = 'vp-1'",
            year - 1,
        )
    addresses = [f"/campaigns?year={year}", f"/years/{year}/copy"]
    assert await faults(page, ["/campaigns", *addresses], everywhere=everywhere) == []
    await page.goto(addresses[0])
    await page.get_by_role("link", name="Kopier målingene fra").click()
    await page.get_by_role("button", name="Lag forslagene").click()
    await expect(page.get_by_text("1 er et forslag")).to_be_visible()
    plan, drop = [
        await page.get_by_role("link", name=name).get_attribute("href")
        for name in ("Lag planen", "Ta bort forslaget")
    ]
    assert await faults(page, [plan, drop, *addresses], everywhere=everywhere) == []


async def test_what_waits_for_a_second_person_stands_on_the_campaign_s_page(page):
    await page.goto("/campaigns/verdipuls")
    await page.get_by_role("link", name="Åpne", exact=True).click()
    await page.get_by_role("button", name="Be en annen godkjenne").click()
    await expect(page.get_by_text("venter på godkjenning")).to_be_visible()
    assert await axe(page) == []
    await page.get_by_role("link", name="Se over").click()
    await expect(page.get_by_role("button", name="Ta det tilbake")).to_be_visible()
    assert await axe(page) == []


@EACH_LOOK
async def test_a_survey_that_waits_for_a_decision_is_accessible_on_phone_and_desktop(
    page, everywhere
):
    seen = {
        ArrivalSign.RATE: 340,
        ArrivalSign.NETWORK: 62,
        ArrivalSign.HASTY: 55,
        ArrivalSign.ALIKE: 30,
    }
    async with writing() as link:
        wave = await link.fetchval(
            "UPDATE asking.wave SET state = 'counted' WHERE key = 'vp-1' RETURNING id"
        )
        await note_signs(link, wave, seen, now=clock.now())
    addresses = [f"/waves/vp-1/{one}" for one in ("arrivals", "publish", "withhold")]
    assert await faults(page, ["/", *addresses], everywhere=everywhere) == []
    await page.goto("/")
    await page.get_by_role("link", name="Se hva vi har sett, og bestem").click()
    await page.get_by_role("link", name="Publiser med forbehold").click()
    await page.get_by_label("Hvorfor?").fill("En sak i nyhetene")
    await page.get_by_role("button", name="Be en annen godkjenne").click()
    await expect(page.get_by_text("Publiseringen av")).to_be_visible()
    assert await axe(page) == []


async def test_the_form_in_a_preview_is_seen_and_nothing_leaves_it(page):
    await page.goto("/waves/vp-2/preview")
    shown = page.frame_locator('iframe[src*="/preview/form"]')
    await expect(shown.get_by_text("Dette lover vi deg")).to_be_visible()
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    await shown.get_by_role("button", name="Send inn", exact=True).click()
    await expect(shown.get_by_text("Dette lover vi deg")).to_be_visible()
    await shown.get_by_role("link", name="English").click()
    await expect(shown.get_by_text("What we promise you")).to_be_visible()
    assert "POST" not in sent
