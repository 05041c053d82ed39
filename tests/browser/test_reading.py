"""What only a browser can tell of the reading pages, on a shelf with hidden units."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pypdfium2
import pytest
from playwright.async_api import Page

from survey_app.accounts.roles import Role
from survey_app.reading.verdicts import NOT_SHOWN
from survey_app.shared.database import Login
from tests.accessible import EACH_LOOK
from tests.builders_events import an_event
from tests.builders_publication import (
    PROTECTING_UNIT,
    SMALL_UNIT,
    public_series,
    put_on_shelf,
    staff_series,
)
from tests.reading_site import a_page, an_account, faults, reading_site, sign_in
from tests.stocked_shelf import emptied, stocked_database

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
    "/culture/checks?wave=2025-h",
    "/reputation/checks",
    "/reputation",
    "/reputation/stakeholders",
    "/workplace",
    "/strategy",
    "/strategy?revision=2027-1",
    "/events",
    "/reports",
    "/subscriptions",
    "/results",
    "/method",
    "/results/checks?lang=en",
)
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    """A stocked shelf and an analyst, who may read every page."""

    async def stock() -> None:
        staff = staff_series()
        await put_on_shelf(staff[0], *staff[3:], *public_series(), *public_series("open"),
                           *public_series("stakeholders"))  # fmt: skip
        await an_account(Role.ANALYST)
        await an_event()

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def site(stocked, redis, data_dir) -> AsyncIterator[str]:
    """The application with the same shelf for every test here."""
    await emptied(stocked)
    async with reading_site(redis, data_dir) as address:
        yield address


@pytest.fixture
async def page(site) -> AsyncIterator[Page]:
    async with a_page(site) as opened:
        await sign_in(opened, Role.ANALYST)
        yield opened


@EACH_LOOK
async def test_every_page_is_accessible_and_readable_light_and_dark_on_phone_and_desktop(
    page, everywhere
):
    found = await faults(page, PAGES, everywhere=everywhere, narrow=True)
    assert not found, "\n".join(found)


async def test_a_choice_changes_the_page_and_its_address_without_a_page_load(page):
    await page.goto("/culture")
    await page.evaluate("window.stillHere = true")
    index = page.get_by_label("Indeks", exact=True)
    await index.focus()
    await index.select_option("NYT-kjerne")
    await page.wait_for_url("**index=NYT-kjerne**")
    await page.get_by_role("heading", name="Nytenking (2 spørsmål)", level=2).wait_for()
    assert await page.evaluate("window.stillHere")
    assert await page.evaluate("document.activeElement.id") == "choose-index"
    shared = await page.evaluate("location.href")
    await page.goto("/strategy")
    await page.goto(shared)
    await page.get_by_role("heading", name="Nytenking (2 spørsmål)", level=2).wait_for()


async def test_going_back_gives_the_whole_page_again(page):
    await page.goto("/culture/units")
    await page.locator("#fold-nord").click()
    await page.get_by_role("link", name="Fengsel Nord 1").wait_for()
    assert "open=nord" in page.url
    await page.go_back()
    await page.locator("#fold-nord[aria-expanded=false]").wait_for()
    assert await page.locator("header.top").count() == 1
    assert await page.locator("#reading").count() == 1


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_name_without_a_space_does_not_make_the_units_scroll_sideways(page, width):
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto("/culture/units?open=sor,sorvest")
    names = page.locator(".heat tbody th a")
    assert await names.count() > 1
    await names.evaluate_all("names => names.forEach(name => name.append('Fengsel'.repeat(20)))")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("unit", [SMALL_UNIT, PROTECTING_UNIT])
async def test_why_an_exposure_is_hidden_stands_beside_its_question_on_a_phone(page, unit):
    """Whatever the cause: one sentence is said of units (docs/adr/0200)."""
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.goto(f"/culture?unit={unit}&wave=2025-h")
    bands = page.locator(".precision dd.small")
    assert await bands.count() > 0
    await bands.evaluate_all("(all, said) => all.forEach(one => one.textContent = said)", NOT_SHOWN)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    widths = await page.locator(".precision dl > div > dt").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().width / one.parentElement.clientWidth)"
    )
    assert min(widths) > 0.4


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


async def test_forced_colours_keep_the_bars_of_a_difference_the_mark_and_where_one_is(page):
    await page.emulate_media(forced_colors="active")
    await page.goto("/culture/units?open=sor,sorvest")
    cell = page.locator("td a.cell.low1, td a.cell.low2").first
    width = await cell.evaluate("cell => parseFloat(getComputedStyle(cell).borderBottomWidth)")
    assert width >= 4
    told = "one => [getComputedStyle(one).stroke, getComputedStyle(one).textDecorationLine]"
    assert (await page.locator(".brand rect").first.evaluate(told))[0] != "none"
    assert (await page.locator(".menu [aria-current]").evaluate(told))[1] == "underline"


async def test_a_printed_page_says_what_it_is_of_and_no_sheet_has_a_word_alone(site, page):
    for address, told in (
        ("/culture?wave=2025-h", ("Høsten 2025", "Hele etaten", "inviterte svarte (")),
        ("/culture?unit=ost-6&wave=2025-h", ("Høsten 2025", "Fengsel Øst 6", "svarte (")),
        ("/culture/units", ("Høsten 2025", "Hele etaten", "inviterte svarte (")),
        ("/reputation", ("svar fra hele landet", "Svarprosent")),
        ("/results", ("inviterte svarte (", "svarte.", "Svarprosent")),
    ):
        await page.goto(address)
        sheets = pypdfium2.PdfDocument(await page.pdf(format="A4"))
        texts = [sheet.get_textpage().get_text_range() for sheet in sheets]
        first = " ".join(texts[0].split())
        for text in (*told, "Publisert "):
            assert text in first, (address, text)
        assert address in first.replace(" ", ""), address
        assert min(len(text.split()) for text in texts) > 12, (address, texts[-1])
        # what lies folded on the screen has its name on paper too
        names = await page.locator("main summary").evaluate_all(
            "found => found.map(one => one.textContent)"
        )
        assert names, address
        whole = "".join("".join(texts).split())
        assert [name for name in names if "".join(name.split()) not in whole] == [], address
        sheets.close()


async def test_the_boards_paper_fills_its_sheets_and_no_line_lies_on_another(page):
    await page.goto("/strategy")
    sheets = pypdfium2.PdfDocument(await page.pdf(format="A4"))
    left = []
    for sheet in list(sheets)[:-1]:
        text = sheet.get_textpage()
        lowest = min(text.get_rect(one)[1] for one in range(text.count_rects()))
        left.append(lowest / sheet.get_height())
    sheets.close()
    assert max(left) < 0.25, left
    await page.emulate_media(media="print")
    # under a level whose questions were changed stands a second line: here under each
    lines = await page.locator(".standing").evaluate_all(
        "found => { for (const one of found) { const of = one.querySelector('.of');"
        " of.after(of.cloneNode(true)); }"
        " return found.map(one => [...one.querySelectorAll('.of')]"
        ".map(line => line.getBoundingClientRect()).map(box => [box.top, box.bottom])); }"
    )
    assert len(lines) > 10
    for (_, ends), (begins, _) in lines:
        assert ends <= begins + 1, lines
