"""A shelf that the reports of this folder are composed from."""

import pytest

from survey_app.installation.tables import bind_worker
from survey_app.reading.reports.compose import compose_report
from survey_app.shared.database import connect
from tests.builders_publication import (
    public_series,
    put_on_shelf,
    staff_series,
)
from tests.composed_reports import order
from tests.stocked_shelf import stocked_database


@pytest.fixture(scope="module")
def shelf(postgres):
    async def stock():
        await put_on_shelf(*staff_series()[:4], *public_series()[-2:])

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
def report(shelf):
    """Compose a report: `await report(content, unit, lang)`."""
    connect(shelf)
    bind_worker()

    async def made(content, unit="", lang="nb", of=None):
        return await compose_report(order(content, unit, lang, of))

    return made
