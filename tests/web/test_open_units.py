"""A unit's figures are open to its people from the day that the agency sets, and never before."""

import re
from datetime import date

import pytest

from survey_app.installation.tables import bind_web, bind_worker
from tests.builders_publication import SMALL_UNIT, put_on_shelf, staff_series, words

UNIT = "ost-6"


@pytest.fixture
async def opened(web):
    """Open figures of units from a day, in waves that were published for everybody or not."""
    before = web.app.state.settings

    async def since(day, *, open_results=1):
        bind_worker()
        await put_on_shelf(*staff_series()[2:4], open_results=open_results)
        bind_web()
        web.app.state.settings = before.model_copy(update={"open_units_from": day})

    yield since
    web.app.state.settings = before


async def test_no_unit_is_open_unless_the_agency_says_so(web, opened):
    await opened(None)
    assert (await web.get(f"/results/unit/{UNIT}")).status_code == 404
    assert "/results/unit/" not in (await web.get(f"/actions/unit/{UNIT}")).text


async def test_from_the_day_that_the_agency_sets_a_unit_is_read_without_an_account(web, opened):
    await opened(date(2025, 1, 1))
    link = re.search(r'href="(/results/unit/[^"]+)"', (await web.get(f"/actions/unit/{UNIT}")).text)
    reply = await web.get(link[1])
    assert reply.status_code == 200
    assert "set-cookie" not in reply.headers
    assert reply.headers["X-Robots-Tag"] == "noindex"
    told = words(reply)
    assert "Slik svarte enheten" in told
    assert re.search(r"Kulturindeks \d+ \(\d+–\d+\)", told)
    # what has changed would tell of a wave that may not be open
    assert "siden" not in told.split("Slik svarte enheten")[1].split("Hva gjør vi?")[0]
    assert "How the unit answered" in words(await web.get(f"/results/unit/{UNIT}?lang=en"))


@pytest.mark.parametrize(("day", "results"), [(date(2030, 1, 1), 1), (date(2025, 1, 1), 0)])
async def test_waves_of_before_and_of_closed_campaigns_stay_closed(web, opened, day, results):
    await opened(day, open_results=results)
    assert (await web.get(f"/results/unit/{UNIT}")).status_code == 404


async def test_a_small_unit_has_no_figure_and_no_count_on_its_open_page(web, opened):
    await opened(date(2025, 1, 1))
    told = words(await web.get(f"/results/unit/{SMALL_UNIT}"))
    assert "Vises ikke, for at ingen skal kunne kjennes igjen" in told
    assert "Slik svarte enheten" not in told
    assert not re.search(r"\d+ av \d+ inviterte", told)
    for nothing in ("no-such-unit", "ost"):
        assert (await web.get(f"/results/unit/{nothing}")).status_code == 404
