"""What only a browser can tell of the reading pages, on a shelf with hidden units."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.app import create_app
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.settings import Settings
from survey_app.shared import clock, queue
from tests.builders_publication import SMALL_UNIT, public_series, put_on_shelf, staff_series
from tests.chromium import chromium_path
from tests.live_server import free_port, serving

AXE = Path("node_modules/axe-core/axe.min.js").read_text()
PASSWORD = "a long enough password"
PAGES = (
    "/",
    "/culture",
    "/culture?unit=ost-6&wave=2025-h",
    f"/culture?unit={SMALL_UNIT}&wave=2025-h",
    f"/culture?unit={SMALL_UNIT}&wave=2026-05",
    "/culture/units?open=sor,sorvest",
    "/culture/units?open=sor&colour=level",
    "/culture/items/vp.apn.4",
    "/culture/items/vp.amb.1",
    "/culture/drivers?outcome=culture",
    "/reputation",
    "/workplace",
    "/strategy",
    "/reports",
    "/results",
)
SMALLEST_TEXT = 12  # CSS pixels, interface document 3.9
TEXT_SIZES = """() => [...document.querySelectorAll('svg[role=img] text')]
    .filter(text => text.getClientRects().length)
    .map(text => {
        const svg = text.ownerSVGElement;
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        return parseFloat(getComputedStyle(text).fontSize) * scale;
    })"""

pytestmark = pytest.mark.browser


@pytest.fixture
async def site(database, redis, data_dir) -> AsyncIterator[str]:
    """The application with a stocked shelf and an analyst, who may read every page."""
    port = free_port()
    settings = Settings(
        data_dir=data_dir,
        base_url=f"http://127.0.0.1:{port}",
        secret_key="for tests only, and long enough there",
        demo=True,
    )
    queue.configure(redis.url)
    staff = staff_series()
    await put_on_shelf(staff[0], *staff[3:], *public_series(), *public_series("open"))
    await create_account(
        email="analyst@example.org",
        role=Role.ANALYST,
        password=PASSWORD,
        unit="",
        language="nb",
        now=clock.now(),
    )
    bind_worker()
    app = create_app(settings, own_services=False)
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


async def axe(page: Page) -> list[str]:
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


async def test_every_page_is_accessible_and_readable_light_and_dark_on_phone_and_desktop(page):
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


async def test_nothing_but_the_heatmap_scrolls_sideways_at_320_pixels(page):
    await page.set_viewport_size({"width": 320, "height": 800})
    for address in PAGES:
        await page.goto(address)
        over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, address


async def test_a_choice_changes_the_page_and_its_address_without_a_page_load(page):
    await page.goto("/culture")
    await page.evaluate("window.stillHere = true")
    index = page.get_by_label("Indeks", exact=True)
    await index.focus()
    await index.select_option("NYT-kjerne")
    await page.wait_for_url("**index=NYT-kjerne**")
    await page.get_by_role("heading", name="Nytenking, kjerne").wait_for()
    assert await page.evaluate("window.stillHere")
    assert await page.evaluate("document.activeElement.id") == "choose-index"
    shared = await page.evaluate("location.href")
    await page.goto("/strategy")
    await page.goto(shared)
    await page.get_by_role("heading", name="Nytenking, kjerne").wait_for()


async def test_going_back_gives_the_whole_page_again(page):
    await page.goto("/culture/units")
    await page.locator("#fold-nord").click()
    await page.get_by_role("link", name="Fengsel Nord 1").wait_for()
    assert "open=nord" in page.url
    await page.go_back()
    await page.locator("#fold-nord[aria-expanded=false]").wait_for()
    assert await page.locator("header.top").count() == 1
    assert await page.locator("#reading").count() == 1


async def test_the_choice_works_with_script_turned_off(site, page):
    cookies = await page.context.cookies()
    context = await page.context.browser.new_context(base_url=site, java_script_enabled=False)
    await context.add_cookies(cookies)
    plain = await context.new_page()
    await plain.goto("/culture")
    await plain.get_by_label("Måling", exact=True).select_option("2025-h")
    await plain.get_by_role("button", name="Vis").click()
    assert "wave=2025-h" in plain.url
    assert "Høsten 2025" in await plain.content()


async def test_forced_colours_keep_the_bars_of_a_difference(page):
    await page.emulate_media(forced_colors="active")
    await page.goto("/culture/units?open=sor,sorvest")
    cell = page.locator("td a.cell.low1, td a.cell.low2").first
    width = await cell.evaluate("cell => parseFloat(getComputedStyle(cell).borderBottomWidth)")
    assert width >= 4
