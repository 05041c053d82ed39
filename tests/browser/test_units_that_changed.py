"""Pages of units that were renamed, merged and split, in a real browser."""

from collections.abc import Iterator

import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_worker
from survey_app.shared.database import Login
from tests.accessible import EACH_LOOK
from tests.builders_publication import put_on_shelf
from tests.builders_publication.changed_units import changed_units
from tests.reading_site import a_page, an_account, faults, reading_site, sign_in
from tests.stocked_shelf import stocked_database

pytestmark = pytest.mark.browser


@pytest.fixture
def database(postgres) -> Iterator[dict[Login, str]]:
    async def stock() -> None:
        await put_on_shelf(*changed_units())

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@EACH_LOOK
async def test_axe_finds_nothing_where_a_curve_goes_on_or_does_not(
    database, redis, data_dir, everywhere
):
    bind_worker()
    await an_account(Role.HR)
    pages = [f"/culture?unit={unit}&wave=2026-h" for unit in ("ost-3", "ost-95", "sor-1")]
    async with reading_site(redis, data_dir) as address, a_page(address) as page:
        await sign_in(page, Role.HR)
        assert await faults(page, pages, everywhere=everywhere, narrow=True) == []
