"""A wave that would ask too much of anybody is not opened, and nobody is left out of it."""

from datetime import UTC, datetime

import pytest

from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.people.panels import called_panel
from survey_app.asking.reasons import Against
from survey_app.asking.writing import writing
from survey_app.shared.clock import OSLO
from survey_app.waves.states import change_state
from tests.asking_builders import CAMPAIGN, import_campaign, import_people, open_wave
from tests.publishing_builders import rows, value


def another(key, invite, opens, closes, results):
    return f"""
[[waves]]
key = "{key}"
invite = "{invite}"
opens_on = {opens}
closes_on = {closes}
results_on = {results}
"""


async def test_who_was_asked_three_times_this_year_is_not_asked_a_fourth(database):
    year = [
        another("vp-2", "everybody", "2026-07-28", "2026-08-11", "2026-08-25"),
        another("vp-3", "everybody", "2026-10-13", "2026-10-27", "2026-11-10"),
        another("vp-4", "panel:A", "2026-12-08", "2026-12-22", "2027-01-12"),
        another("vp-5", "panel:A", "2027-01-12", "2027-01-26", "2027-02-09"),
    ]
    await import_people()
    await import_campaign(CAMPAIGN + "".join(year))
    for key in ("vp-1", "vp-2", "vp-3"):
        await open_wave(key)
    before = await value("SELECT count(*) FROM asking.invitation")
    with pytest.raises(OpeningRefused) as refused:
        await open_wave("vp-4")
    [reason] = refused.value.reasons
    assert reason.kind is Against.BURDEN_YEAR
    third = "SELECT count(*) FROM asking.person WHERE panel = $1"
    assert reason.values["people"] == str(await value(third, called_panel("A", 2026)))
    assert await value("SELECT count(*) FROM asking.invitation") == before
    # the next year begins anew
    assert (await open_wave("vp-5")).invited == await value(third, called_panel("A", 2027))


async def test_the_same_people_are_left_alone_for_eight_weeks(database):
    soon = another("vp-2", "everybody", "2026-07-14", "2026-07-28", "2026-08-11")
    await import_people()
    await import_campaign(CAMPAIGN + soon)
    await open_wave()
    with pytest.raises(OpeningRefused, match="until 2026-05-26, and 8 weeks must lie between"):
        await open_wave("vp-2")


async def test_weeks_are_counted_from_the_day_on_which_a_wave_was_closed(database):
    soon = another("vp-2", "everybody", "2026-07-14", "2026-07-28", "2026-08-11")
    await import_people()
    await import_campaign(CAMPAIGN + soon)
    drawn = await open_wave()
    by_hand = datetime(2026, 5, 19, 9, 0, tzinfo=OSLO)
    async with writing() as link:
        await change_state(link, drawn.wave, "vp-1", State.CLOSED, at=by_hand)
    # 2026-05-26 was its last day by the plan, seven weeks before
    assert (await open_wave("vp-2")).invited == drawn.invited


@pytest.mark.parametrize("state", ["closed", "cancelled"])
async def test_a_wave_that_ended_before_its_day_is_counted_until_it_ended(database, state):
    soon = another("vp-2", "everybody", "2026-07-14", "2026-07-28", "2026-08-11")
    sooner = another("vp-3", "everybody", "2026-07-07", "2026-07-21", "2026-08-11")
    await import_people()
    await import_campaign(CAMPAIGN + soon + sooner)
    await open_wave()
    ended = datetime(2026, 5, 15, 12, tzinfo=UTC)
    await value(
        "UPDATE asking.wave SET state = $1, closed_at = $2 WHERE key = 'vp-1' RETURNING 1",
        state, ended,
    )  # fmt: skip
    with pytest.raises(OpeningRefused, match="until 2026-05-15, and 8 weeks must lie between"):
        await open_wave("vp-3")
    assert (await open_wave("vp-2")).invited


async def test_a_rotation_asks_the_panels_of_its_turn_and_no_turn_comes_twice(database):
    later = [
        another("vp-2", "rotation:2/3:2", "2026-07-28", "2026-08-11", "2026-08-25"),
        another("vp-3", "rotation:2/3:2", "2026-10-13", "2026-10-27", "2026-11-10"),
    ]
    await import_people()
    first = CAMPAIGN.replace('invite = "everybody"', 'invite = "rotation:2/3:1"')
    await import_campaign(first + "".join(later))
    invited = []
    for key in ("vp-1", "vp-2"):
        drawn = await open_wave(key)
        people = "SELECT person FROM asking.invitation WHERE wave = $1"
        invited.append({row["person"] for row in await rows(people, drawn.wave)})
    # two thirds of 34 and of 26, give or take one; half of them again, and nobody left out twice
    assert all(abs(len(one) - 40) <= 2 for one in invited)
    assert abs(len(invited[0] & invited[1]) - 20) <= 2
    assert len(invited[0] | invited[1]) == 60
    with pytest.raises(OpeningRefused) as refused:
        await open_wave("vp-3")
    [reason] = refused.value.reasons
    assert reason.kind is Against.TURN
    assert reason.values == {"turn": "2", "next": "3"}
