"""Quiet hours and days: when mail that can wait does."""

from datetime import UTC, date, datetime, timedelta

import pytest

from questionnaires.holidays import easter_sunday
from survey_app.settings import Settings
from survey_app.shared.quiet_time import read_quiet_time

NORWAY = "sunday,01-01,05-01,05-17,12-25,12-26,easter-3,easter-2,easter+1,easter+39,easter+50"


def at(day, hour, minute=0):
    return datetime(2026, *day, hour, minute, tzinfo=UTC)


def test_hours_over_midnight_are_quiet_by_the_clock_in_norway():
    quiet = read_quiet_time("21-7", "")
    # in summer it is two hours later there than by UTC
    told = [quiet.holds(at((5, 12), hour)) for hour in (4, 5, 18, 19)]
    assert told == [True, False, False, True]
    assert [read_quiet_time("12-13", "").holds(at((5, 12), hour)) for hour in (9, 10, 11)] == [
        False, True, False,
    ]  # fmt: skip


def test_quiet_hours_of_a_night_with_an_hour_more_or_less_end_by_the_clock_on_the_wall():
    quiet = read_quiet_time("21-7", "")
    for year, month, day, ends in ((2027, 3, 28, 5), (2027, 10, 31, 6)):
        night = [quiet.holds(datetime(year, month, day, hour, tzinfo=UTC)) for hour in range(12)]
        assert night == [hour < ends for hour in range(12)]


@pytest.mark.parametrize(
    ("due", "leaves"),
    [
        (at((5, 12), 10, 20), at((5, 12), 10, 20)),
        (at((5, 12), 20, 20), at((5, 13), 5)),  # from 22:20 to 7 in summer
        (at((1, 12), 20, 20), at((1, 13), 6)),
        (at((5, 9), 19), at((5, 11), 5)),  # over a Sunday
        (at((3, 31), 19), at((4, 7), 5)),  # Maundy Thursday to Easter Monday, and no Wednesday
    ],
)
def test_what_is_due_in_a_quiet_time_leaves_when_it_is_over(due, leaves):
    holidays = f"{NORWAY},04-01,04-04"
    assert read_quiet_time("21-7", holidays).over(due) == leaves


def test_a_quiet_time_without_an_end_is_looked_at_for_a_month():
    begins = at((5, 12), 10)
    assert read_quiet_time("0-24", "").over(begins) == begins + timedelta(days=31)


@pytest.mark.parametrize(
    ("day", "quiet"),
    [
        ((5, 10), True),  # a Sunday
        ((5, 17), True),
        ((4, 2), True),  # Maundy Thursday
        ((5, 14), True),  # Ascension Day
        ((5, 25), True),  # Whit Monday
        ((4, 7), False),  # the Tuesday after Easter
        ((5, 12), False),
    ],
)
def test_sundays_and_public_holidays_of_norway_fit_into_the_setting(day, quiet):
    assert read_quiet_time("", NORWAY).holds(at(day, 10)) is quiet


def test_easter_falls_where_the_church_has_it():
    assert [easter_sunday(year) for year in (2000, 2019, 2038)] == [
        date(2000, 4, 23), date(2019, 4, 21), date(2038, 4, 25),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "days"), [("21", ""), ("21-25", ""), ("7-7", ""), ("", "søndag"), ("", "02-30")]
)
def test_what_is_neither_hour_nor_day_is_refused_where_it_is_set(hours, days):
    with pytest.raises(ValueError, match=r"quiet_(hours|days)"):
        Settings(quiet_hours=hours, quiet_days=days)
    assert not Settings().quiet_time.holds(at((5, 10), 3))
