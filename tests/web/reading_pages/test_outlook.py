"""Before a wave opens: how exact it will be, from what the last one published."""

import pytest

from analytics.nonresponse.assumption import WITHIN
from survey_app.commands.waves import lines_of_outlook
from survey_app.reading.kinds import headline_index
from survey_app.reading.outlook import outlook
from survey_app.reading.waves import published, waves
from survey_app.shared import clock


async def test_the_last_wave_of_the_same_kind_tells_what_to_expect(shelf):
    found = await outlook("staff", "main", clock.now(), "nb")
    assert found.wave == "Høsten 2025, hovedmåling"
    assert found.places[0].name == "Hele etaten"
    assert len(found.places) > 3
    for place in found.places:
        # a difference of two waves errs more than one of them, and four in five is more than half
        assert place.smallest > place.margin > 0
    least, middle, most = found.units.margin
    assert 0 < least <= middle <= most
    # units are fewer people than the agency
    assert middle > found.places[0].margin


async def test_what_is_said_of_the_whole_with_the_silent_is_as_wide_as_what_was_shown(shelf):
    at = clock.now()
    found = await outlook("staff", "main", at, "nb")
    [last] = [one for one in await waves("staff", at) if one.label("name", "nb") == found.wave]
    cell = (await published(last, at)).estimate(headline_index("staff"), "agency", "")
    assert found.silent.within == WITHIN
    assert found.silent.margin > found.places[0].margin
    assert found.silent.margin == pytest.approx((cell.most - cell.least) / 2, abs=0.1)


async def test_the_public_has_no_units_and_what_was_never_published_no_outlook(shelf):
    found = await outlook("public", "half_year", clock.now(), "en")
    assert (len(found.places), found.units) == (1, None)
    assert await outlook("candidates", "yearly", clock.now(), "en") is None


async def test_the_command_line_says_it_in_a_line_for_each_place(shelf):
    found = await outlook("staff", "main", clock.now(), "en")
    first, *places, units, silent = lines_of_outlook(found)
    assert "«autumn 2025, main survey»" in first
    assert len(places) == len(found.places)
    assert all(" points, changes from " in line for line in places)
    assert f"{found.units.number} units: ± {found.units.margin[1]:.1f} points" in units
    assert f"pages show ± {found.silent.margin:.1f} for the whole" in silent
