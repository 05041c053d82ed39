"""What only a browser can tell of the pages of earlier results, with real and invented sources."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.app import create_app
from survey_app.earlier.commands import import_named
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.settings import Settings
from survey_app.shared import clock, queue
from tests.browser.test_reading import PASSWORD, SMALLEST_TEXT, TEXT_SIZES, axe
from tests.builders_publication import public_series, put_on_shelf, staff_series
from tests.chromium import chromium_path
from tests.live_server import free_port, serving

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
    port = free_port()
    settings = Settings(
        data_dir=data_dir,
        base_url=f"http://127.0.0.1:{port}",
        secret_key="for tests only, and long enough there",
    )
    queue.configure(redis.url)
    staff = staff_series()
    await put_on_shelf(staff[0], staff[3], *public_series())
    for source in ("csps", "earlier-survey", "public-benchmark"):
        path = Path(f"tests/data/{source}/manifest.toml")
        await import_named(path, dry_run=False, echo=lambda _: None)
    await create_account(
        email="analyst@example.org",
        role=Role.ANALYST,
        password=PASSWORD,
        unit="",
        language="nb",
        now=clock.now(),
    )
    app = create_app(settings, own_services=False)
    bind_worker()
    bind_web()
    async with serving(app, port) as address:
        yield address


@pytest.fixture
async def page(site) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context(base_url=site)
        opened = await context.new_page()
        await opened.goto("/sign-in")
        await opened.get_by_label("E-post").fill("analyst@example.org")
        await opened.get_by_label("Passord").fill(PASSWORD)
        await opened.locator("main button[type=submit]").click()
        await opened.wait_for_url("**/")
        yield opened
        await browser.close()


async def test_earlier_results_are_accessible_and_readable_on_phone_and_desktop(page):
    faults = []
    for width, scheme in ((390, "light"), (1280, "dark")):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=scheme)
        for address in PAGES:
            reply = await page.goto(address)
            assert reply.status == 200, address
            faults += [f"{address} {width} {scheme}: {fault}" for fault in await axe(page)]
            sizes = await page.evaluate(TEXT_SIZES)
            if sizes and min(sizes) < SMALLEST_TEXT - 0.1:
                faults.append(f"{address} {width}: text of {min(sizes):.1f} px in a figure")
    assert not faults, "\n".join(faults)


async def test_only_tables_scroll_sideways_at_320_pixels(page):
    await page.set_viewport_size({"width": 320, "height": 800})
    for address in PAGES:
        await page.goto(address)
        over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, address


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
