"""History ends before today, with the latest wave whose results are out."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis.strategies import dates

from survey_app.asking.campaigns.field_days import few_at_work
from survey_app.simulation.calendar import (
    open_pulse,
    open_survey,
    public_calendar,
    staff_calendar,
)


def test_twelve_waves_end_with_the_may_pulse_and_begin_with_the_reference():
    waves = staff_calendar(12, panels=True, today=date(2026, 11, 25))
    assert waves[0].key == "verdipuls-2023-k3"
    assert waves[-1].key == "verdipuls-2026-k2"
    assert [wave.t for wave in waves] == list(range(12))
    assert [wave.main for wave in waves] == [t % 4 == 0 for t in range(12)]
    assert waves[-1].results_on < date(2026, 11, 25)


def test_a_may_pulse_whose_results_are_not_out_belongs_to_no_history():
    assert staff_calendar(1, panels=True, today=date(2026, 6, 1))[0].key == "verdipuls-2025-k2"


def test_half_years_are_march_and_september():
    waves = public_calendar(8, today=date(2026, 11, 25))
    assert [wave.key for wave in waves][-2:] == ["omdomme-2026-mars", "omdomme-2026-september"]
    assert [wave.t for wave in waves] == list(range(8))


def test_a_small_agency_asks_everybody_each_time():
    waves = staff_calendar(4, panels=False, today=date(2026, 11, 25))
    assert {wave.invite for wave in waves} == {"everybody"}


@pytest.mark.parametrize("calendar", ["staff", "public"])
@given(today=dates(date(2024, 1, 1), date(2035, 12, 31)))
def test_waves_follow_each_other_and_are_over(calendar, today):
    waves = (
        staff_calendar(12, panels=True, today=today)
        if calendar == "staff"
        else public_calendar(8, today=today)
    )
    assert all(wave.results_on < today for wave in waves)
    assert all(one.results_on < other.opens_on for one, other in pairwise(waves))
    # mails go out from Tuesday to Thursday
    assert {wave.opens_on.weekday() for wave in waves} == {1}
    assert open_pulse(today=today).closes_on > today


@given(today=dates(date(2024, 1, 1), date(2035, 12, 31)))
def test_no_open_survey_promises_results_on_a_day_when_few_are_at_work(today):
    assert not few_at_work(open_pulse(today=today).results_on)
    assert not few_at_work(open_survey(today=today).results_on)
