"""Looking for a receipt with a browser: on a phone, with a keyboard, and without script."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from questionnaires.canonical import canonical_json
from survey_app.installation.tables import bind_worker
from survey_app.publications.tables import WaveRecord
from tests.accessible import EACH_LOOK, LIGHT_AND_DARK, shared_out, show_in
from tests.builders_publication import public_series, put_on_shelf, rows, staff_series
from tests.reading_site import a_page, faults, faults_here, reading_site

RECEIPTS = sorted(hashlib.sha256(bytes([at])).hexdigest() for at in range(20))
PASTED = {
    "": "Ble svaret ditt talt med?",
    RECEIPTS[3].upper(): "Ja. Svaret ditt er med i opptellingen.",
    "0" * 64: "Kvitteringen står ikke i noen opptelling som er lagt fram.",
    "abc": "Dette er ikke en hel kvittering.",
}

pytestmark = pytest.mark.browser


@pytest.fixture
async def site(database, redis, data_dir) -> AsyncIterator[str]:
    """The application with a few waves on the shelf and their records."""
    bind_worker()
    series = [*staff_series(), *public_series()]
    await put_on_shelf(*series)
    for content in series:
        columns = rows(content)
        record = canonical_json({"receipts": RECEIPTS})
        await WaveRecord.insert(
            WaveRecord(
                wave=columns["wave"],
                wave_key=columns["wave_key"],
                content=record,
                content_hash=f"sha256:{hashlib.sha256(record).hexdigest()}",
                key_list=b"{}",
            )
        )
    async with reading_site(redis, data_dir) as address:
        yield address


@pytest.fixture
async def page(site) -> AsyncIterator[Page]:
    # the page needs no script of its own: what is pasted is sent as an ordinary form
    async with a_page(site) as opened:
        yield opened


async def _looked_for(page: Page, receipt: str, language: str = "nb") -> None:
    await page.goto(f"/verify?lang={language}")
    if receipt:
        await page.locator("#receipt").fill(receipt)
        await page.locator("main button[type=submit]").click()
        await page.locator(".lookup").wait_for()


@EACH_LOOK
async def test_every_answer_is_accessible_on_phone_and_desktop_and_fits_the_screen(
    page, everywhere
):
    found = []
    parts = shared_out(PASTED.items(), len(LIGHT_AND_DARK), everywhere=everywhere)
    for look, pasted in zip(LIGHT_AND_DARK, parts, strict=True):
        await show_in(page, look)
        for receipt, heading in pasted:
            await _looked_for(page, receipt)
            assert heading in await page.locator("main").inner_text()
            assert receipt.lower() not in page.url or not receipt
            found += [f"{receipt[:4]} {look}: {fault}" for fault in await faults_here(page)]
    found += await faults(page, ["/results"])
    assert not found, "\n".join(found)


async def test_the_answer_comes_without_script_and_in_the_language_of_the_page(site, page):
    plain = await page.context.browser.new_context(base_url=site, java_script_enabled=False)
    opened = await plain.new_page()
    await _looked_for(opened, RECEIPTS[5], "en")
    assert "Yes. Your answer is in the count." in await opened.locator(".lookup").inner_text()
    assert await plain.cookies() == []
    async with opened.expect_download() as started:
        await opened.get_by_role("link", name="Download it and see for yourself").click()
    assert (await started.value).suggested_filename == "record-2026-05.json"
