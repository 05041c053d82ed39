"""What only a browser can tell of the pages of earlier results, with real and invented sources."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from survey_app.accounts.roles import Role
from survey_app.earlier.commands import import_named
from tests.accessible import EACH_LOOK
from tests.builders_publication import public_series, put_on_shelf, staff_series
from tests.reading_site import a_page, an_account, faults, reading_site, sign_in

PAGES = (
    "/culture/history",
    "/culture/history?index=AMB&unit=CABOFF&measure=my_manager",
    "/culture/history/units?source=csps&year=2014",
    "/reputation/history",
)

pytestmark = pytest.mark.browser


@pytest.fixture
async def site(database, redis, data_dir) -> AsyncIterator[str]:
    """The application with our own waves, three sources, and an analyst, who may read all."""
    staff = staff_series()
    await put_on_shelf(staff[0], staff[3], *public_series())
    for source in ("csps", "earlier-survey", "public-benchmark"):
        path = Path(f"tests/data/{source}/manifest.toml")
        await import_named(path, dry_run=False, echo=lambda _: None)
    await an_account(Role.ANALYST)
    async with reading_site(redis, data_dir, demo=False) as address:
        yield address


@pytest.fixture
async def page(site) -> AsyncIterator[Page]:
    async with a_page(site) as opened:
        await sign_in(opened, Role.ANALYST)
        yield opened


@EACH_LOOK
async def test_earlier_results_are_accessible_and_readable_on_phone_and_desktop(page, everywhere):
    found = await faults(page, PAGES, everywhere=everywhere, narrow=True)
    assert not found, "\n".join(found)


async def test_another_organisation_is_chosen_without_a_page_load_and_can_be_shared(page):
    await page.goto("/culture/history")
    await page.evaluate("window.stillHere = true")
    await page.locator("#choose-unit").select_option("PRBSRV")
    await page.get_by_role("heading", name="Andres tall: Probation Service").wait_for()
    assert await page.evaluate("window.stillHere")
    shared = page.url
    assert "unit=PRBSRV" in shared
    await page.get_by_role("link", name="Nærmeste leder").click()
    await page.get_by_role("heading", name="Nærmeste leder", exact=True).wait_for()
    await page.goto(shared)
    await page.get_by_role("heading", name="Andres tall: Probation Service").wait_for()


async def test_on_paper_the_tables_come_along_and_the_choices_do_not(page):
    await page.goto("/culture/history")
    await page.emulate_media(media="print")
    assert not await page.locator("form.context").first.is_visible()
    assert await page.locator("#h-own").is_visible()


async def test_our_line_and_an_imported_one_differ_without_colour(page):
    await page.emulate_media(forced_colors="active")
    await page.goto("/culture/history")
    figure = page.locator("figure.chart").first
    # a square for what was taken in, a diamond for ours, and no line between them
    assert await figure.locator("svg[role=img] >> nth=0").locator("polyline").count() == 2
    assert await figure.locator("svg[role=img] >> nth=0").locator("path[d*='l7 7l-7 7']").count()
