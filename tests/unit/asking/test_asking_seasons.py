"""Who is asked at which time of the year: not the same part of the staff year after year."""

import itertools
from datetime import date, timedelta

import pytest

from survey_app.asking.campaigns.burden import FieldPeriod
from survey_app.asking.campaigns.seasons import following, same_last_year
from survey_app.asking.people.panels import PANELS, Rotation, rotation_of

A_YEAR = timedelta(days=364)
PULSES = (date(2026, 2, 10), date(2026, 5, 12), date(2026, 11, 17))
MONTHS = tuple(date(2026, month, 8) for month in range(1, 13))


def held(invite, day):
    return FieldPeriod(invite, day, day + timedelta(days=14))


def planned(invite, days, years):
    """Plan waves on the same days of so many years, each as the pages propose it."""
    waves = []
    for year in range(years):
        for first in days:
            day = first + year * A_YEAR
            waves.append(held(following(invite, day, waves), day))
    return waves


@pytest.mark.parametrize(("at_once", "panels"), [(1, 2), (2, 3), (3, 4), (5, 6), (1, 12)])
def test_the_next_turn_follows_the_last_of_the_same_rotation(at_once, panels):
    day = PULSES[0]
    turns = [Rotation(at_once, panels, turn).written for turn in (1, 2, 4)]
    mixed = [held(one, day) for one in (*turns, "rotation:1/3:9", "panel:A", "everybody", "")]
    assert following(turns[0], day, mixed) == Rotation(at_once, panels, 5).written
    assert following(turns[2], day, []) == Rotation(at_once, panels, 1).written
    assert following("panel:A", day, mixed) == "panel:A"


@pytest.mark.parametrize(
    ("rotation", "days"),
    [
        ("rotation:1/3:1", PULSES),
        ("rotation:2/3:1", PULSES),
        ("rotation:1/2:1", PULSES[:2]),
        ("rotation:1/4:1", MONTHS[::3]),
        ("rotation:2/6:1", MONTHS[::2]),
        ("rotation:1/12:1", MONTHS),
        ("rotation:1/3:1", PULSES[:2]),
    ],
)
def test_no_part_of_the_staff_meets_the_same_season_two_years_running(rotation, days):
    waves = planned(rotation, days, years=5)
    for at, wave in enumerate(waves):
        assert same_last_year(wave, waves[:at]) is None
    # one turn is left out a year at the most, and everybody is asked as often as before
    turns = [rotation_of(one.invite).turn for one in waves]
    assert all(later - one in {1, 2} for one, later in itertools.pairwise(turns))
    of = rotation_of(rotation)
    assert turns[-1] - len(turns) <= 4
    if len(days) % of.panels == 0:
        for year in range(5):
            asked = [one.groups for one in waves[year * len(days) : (year + 1) * len(days)]]
            times = {sum(group in one for one in asked) for group in range(12)}
            assert times == {of.at_once * len(days) // of.panels}


def test_what_a_turn_left_out_costs_is_one_wave_less_between():
    waves = planned("rotation:1/3:1", PULSES, years=2)
    # A, B, C, then B, C, A: whoever was asked in May is asked in February, and A after five waves
    assert [min(one.groups) for one in waves] == [0, 1, 2, 1, 2, 0]


def test_letters_ask_others_by_themselves_and_the_same_people_where_somebody_moves_them_too():
    year_before = [held(f"panel:{one}", day) for one, day in zip(PANELS, PULSES, strict=True)]
    february = PULSES[0] + A_YEAR
    same = [one for one in PANELS if same_last_year(held(f"panel:{one}", february), year_before)]
    # who was called A last year is called B
    assert same == ["B"]
    assert same_last_year(held("panel:B", february), year_before) == year_before[0]


@pytest.mark.parametrize(
    ("invite", "last", "days"),
    [
        ("everybody", "everybody", 364),
        ("proportional:900", "proportional:900", 364),
        # another season
        ("rotation:1/2:3", "rotation:1/2:1", 300),
        ("rotation:1/2:3", "rotation:1/2:1", 2 * 364),
        # some of them, and not all
        ("rotation:2/3:2", "rotation:2/3:1", 364),
    ],
)
def test_nothing_is_said_of_all_of_samples_and_of_other_seasons(invite, last, days):
    before = held(last, PULSES[0])
    assert same_last_year(held(invite, PULSES[0] + timedelta(days=days)), [before]) is None
