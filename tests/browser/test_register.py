"""HR loads a register as an HR system wrote it, in a real browser, with and without script."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from survey_app.accounts.roles import Role
from survey_app.asking.people.carry_out import carry_out_uploads
from survey_app.asking.writing import writing
from survey_app.installation.tables import bind_web, bind_worker
from tests.asking_builders import SIZES, import_people
from tests.reading_site import a_page, an_account, axe, faults, reading_site, sign_in

pytestmark = pytest.mark.browser
ROWS = [
    f"{code}.{n};Etternavn;p{n}.{code}@example.org;bokmål;{name};Region {code[:-2].title()}"
    for code, size in SIZES.items()
    for n in range(size)
    for name in ["Friomsorg Sør" if code == "sor-1" else f"Fengsel {code.title()}"]
]
FILE = "\r\n".join(("Ref;Navn;Epost;Målform;Enhet;Overordnet", *ROWS)).encode("cp1252")


@pytest.fixture
async def page(database, redis, data_dir) -> AsyncIterator[Page]:
    bind_worker()
    await import_people()
    await an_account(Role.HR)
    async with reading_site(redis, data_dir) as address, a_page(address) as opened:
        await sign_in(opened, Role.HR)
        yield opened


async def test_units_that_changed_and_failing_addresses_are_accessible(page):
    async with writing() as link:
        await link.execute("UPDATE asking.person SET undelivered = '5.1.1' WHERE number ~ '.3$'")
        await link.execute("UPDATE asking.unit SET valid_to = '2026-06-30' WHERE code = 'sor-1'")
        await link.execute(
            "INSERT INTO asking.unit_link (id, origin, target, kind, name, day, recorded_at,"
            " decided_by) VALUES (gen_random_uuid(), 'sor-1', 'nord-1', 'merged', 'Fengsel Sor-1',"
            " '2026-07-01', now(), 'system')"
        )
    addresses = ["/people", "/people/units/sor-1?day=2026-07-01", "/people/addresses"]
    assert await faults(page, addresses) == []


@pytest.mark.parametrize("width", [320, 1280])
async def test_a_name_without_a_space_does_not_make_the_register_scroll_sideways(page, width):
    async with writing() as link:
        await link.execute("UPDATE asking.unit SET name = repeat('Fengsel', 20)")
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto("/people")
    assert "FengselFengsel" in await page.content()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def choose(page: Page, content: bytes) -> None:
    await page.goto("/people")
    await page.get_by_role("link", name="Last inn registeret").click()
    await page.get_by_label("Fil fra HR-systemet").set_input_files(
        {"name": "ansatte.csv", "mimeType": "text/csv", "buffer": content}
    )
    await page.get_by_role("button", name="Se hva som er nytt").click()


async def test_from_a_file_of_the_hr_system_to_a_register_that_is_up_to_date(page):
    await choose(page, FILE.replace(b"p1.sor-1@example.org", b"ingen adresse"))
    # the column of the key is not known by its name: it is asked for first
    await page.get_by_label("Ref", exact=True).select_option("number")
    await page.get_by_role("button", name="Se hva som er nytt").click()
    await expect(page.get_by_text("Dette er ikke en e-postadresse")).to_be_visible()
    assert await axe(page) == []
    await choose(page, FILE)
    await page.get_by_label("Ref", exact=True).select_option("number")
    found = await faults(page, [page.url])
    await page.get_by_label("Ref", exact=True).select_option("number")
    await page.get_by_role("button", name="Se hva som er nytt").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hvor hører 1 ny enhet til?")
    found += await faults(page, [page.url])
    await page.get_by_label("Hva er det?").select_option(label="Friomsorg")
    await page.get_by_role("button", name="Se hva som er nytt").click()
    await expect(page.get_by_text("12 kommer fra Fengsel Sor-1")).to_be_visible()
    found += await faults(page, [page.url, "/people/import", "/people"])
    assert found == []


async def test_the_page_says_when_it_is_done(page):
    await choose(page, FILE.replace(b"Ref", b"Ansattnr").replace("Friomsorg Sør".encode("cp1252"),
                                                                  b"Fengsel Sor-1"))  # fmt: skip
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ingenting er nytt")
    await choose(page, FILE.replace(b"Ref", b"Ansattnr").replace(b"p0.sor-1@", b"ny@"))
    await page.get_by_label("Hva er det?").select_option(label="Friomsorg")
    await page.get_by_role("button", name="Se hva som er nytt").click()
    # where everybody of a unit is found in a new one, nobody guesses that it is the same
    await page.get_by_role("button", name="Oppdater registeret").click()
    await expect(page.get_by_text("Svar på hva som har skjedd med hver enhet.")).to_be_visible()
    assert await axe(page) == []
    await page.get_by_label("Ja, det er den samme enheten").check()
    await page.get_by_role("button", name="Oppdater registeret").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Registeret oppdateres")
    bind_worker()
    await carry_out_uploads({})
    bind_web()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("60 ansatte i 3 enheter")
    assert await axe(page) == []
