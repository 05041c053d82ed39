"""What only a browser can tell of two versions of a form side by side."""

from __future__ import annotations

import pytest

from survey_app.accounts.roles import Role
from tests.accessible import EACH_LOOK
from tests.reading_site import a_page, an_account, faults, reading_site, sign_in
from tests.second_version import many_changes

PAGES = (
    "/questionnaires/verdipuls.main",
    "/questionnaires/verdipuls.main/changes?from=1&to=2",
    "/questionnaires/kandidat/changes",
)

pytestmark = pytest.mark.browser


@EACH_LOOK
async def test_two_versions_are_accessible_and_fit_a_narrow_screen(
    database, redis, data_dir, tmp_path, monkeypatch, everywhere
):
    monkeypatch.setenv("BAROMETER_AGENCY", str(many_changes(tmp_path / "content")))
    await an_account(Role.HR)
    async with reading_site(redis, data_dir) as site, a_page(site) as page:
        await sign_in(page, Role.HR)
        found = await faults(page, PAGES, everywhere=everywhere, narrow=True)
    assert not found, "\n".join(found)
