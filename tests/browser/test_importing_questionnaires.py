"""A form made in another programme, in a real browser, on a desk and on a phone."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from survey_app.accounts.roles import Role
from tests import foreign_files
from tests.reading_site import a_page, an_account, axe, faults, reading_site, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
async def page(database, redis, data_dir) -> AsyncIterator[Page]:
    await an_account(Role.HR)
    async with reading_site(redis, data_dir) as address, a_page(address) as opened:
        await sign_in(opened, Role.HR)
        yield opened


async def choose(page: Page, name: str, content: bytes) -> None:
    await page.get_by_label("Fil med spørreskjemaet").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    await page.get_by_role("button", name="Se hva som kan bli med").click()


async def test_from_a_file_of_another_programme_to_the_files_of_ours(page):
    await page.goto("/questionnaires")
    await page.get_by_role("link", name="Ta inn et spørreskjema").click()
    found = await faults(page, [page.url])
    await choose(page, "trivsel.lss", foreign_files.limesurvey()[:700])
    await expect(page.get_by_role("heading", name="Skjemaet kan ikke tas inn")).to_be_visible()
    found += await axe(page)
    await choose(page, "trivsel.xlsx", foreign_files.xlsform())
    await expect(page.get_by_role("heading", level=1)).to_have_text("5 spørsmål kan bli med")
    found += await axe(page)
    await page.set_viewport_size({"width": 390, "height": 900})
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    assert found + await axe(page) == []
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Last ned filene").click()
    file = await download.value
    assert file.suggested_filename == "trivsel.zip"
    with zipfile.ZipFile(await file.path()) as archive:
        assert "trivsel/instruments/trivsel/v1/text.en.toml" in archive.namelist()
