"""The pages that letters are made on, as a browser shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing.serve_holders import serve_holders
from survey_app.settings import Settings
from tests.answering_site import DESKTOP, PHONE
from tests.builders_answering import without_pools
from tests.letters import KEY, a_sampled_wave, addresses
from tests.reading_site import a_page, an_account, axe, overflow, reading_site, sign_in

pytestmark = pytest.mark.browser
SECRET = "for tests only, and long enough there"
WRONG = addresses(range(2, 6)).replace("0150", "15")


@pytest.fixture
async def page(database, redis, data_dir) -> AsyncIterator[Page]:
    settings = Settings(data_dir=data_dir, secret_key=SECRET)
    await a_sampled_wave(settings)
    bind_worker()
    await an_account(Role.COMMUNICATIONS)
    with without_pools():
        await serve_holders(settings.secret())
    bind_web()
    async with reading_site(redis, data_dir) as address, a_page(address) as opened:
        await sign_in(opened, Role.COMMUNICATIONS)
        yield opened


async def seen(page: Page) -> list[str]:
    """List what is wrong with the page as it stands, on a phone and on a desk."""
    found = []
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size(size)
        found += await axe(page)
        assert await overflow(page) <= 0
    return found


async def give(page: Page, text: str) -> None:
    file = {"name": "adresser.csv", "mimeType": "text/csv", "buffer": text.encode()}
    await page.set_input_files("#addresses", file)  # type: ignore[arg-type]
    await page.locator("main form button[type=submit]").last.click()


async def test_letters_are_ordered_and_looked_over_on_phone_and_desktop(page):
    await page.goto(f"/waves/{KEY}/letters")
    assert await seen(page) == []
    await give(page, WRONG)
    await expect(page.get_by_role("heading", name="Adressefilen kan ikke brukes")).to_be_visible()
    assert await seen(page) == []
    await give(page, addresses(range(2, 8)))
    await expect(page.get_by_role("heading", name="Lage 6 brev?")).to_be_visible()
    assert await seen(page) == []
    await page.goto(f"{page.url}?lang=en")
    assert await seen(page) == []
