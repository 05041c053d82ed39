"""Somebody asks what is held of them: an administrator finds it, on a phone and at a desk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_worker
from tests.asking_builders import import_people
from tests.reading_site import a_page, an_account, axe, faults, overflow, reading_site, sign_in

pytestmark = pytest.mark.browser


async def test_what_is_held_of_somebody_is_shown_and_taken_along_and_every_page_is_accessible(
    database, redis, data_dir
):
    bind_worker()
    await import_people()
    await an_account(Role.ADMIN)
    async with reading_site(redis, data_dir) as address, a_page(address) as page:
        await sign_in(page, Role.ADMIN)
        found = await faults(page, ["/settings/privacy"])
        await page.set_viewport_size({"width": 390, "height": 900})
        for sought, told in (("p3.nord-1@example.org", "Registeret"), ("x@example.org", "Ingent")):
            await page.goto("/settings/privacy")
            await page.get_by_label("E-postadresse eller nummer").fill(sought)
            await page.get_by_role("button", name="Vis det vi har").click()
            await expect(page.get_by_role("heading", level=1)).to_contain_text(sought)
            await expect(page.get_by_text(told).first).to_be_visible()
            found += [f"{sought}: {one}" for one in await axe(page)]
            assert await overflow(page) <= 0
        assert found == []
        await page.goto("/settings/privacy")
        await page.get_by_label("E-postadresse eller nummer").fill("nord-1.3")
        async with page.expect_download() as coming:
            await page.get_by_role("button", name="Last ned som fil").click()
        file = await (await coming.value).path()
        [row] = json.loads(Path(file).read_bytes())["register"]  # noqa: ASYNC240 - a small file
        assert row["email"] == "p3.nord-1@example.org"
