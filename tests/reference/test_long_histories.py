"""Findings after years of monthly waves: the short form of ``findings.long_histories``."""

from functools import cache

import pytest

from analytics.comparison.margins import WAVES_READ
from analytics.courses.priors import AGENCY, REGION, UNIT, Priors, priors_of
from tests.reference.findings.long_histories import BEFORE, REGIMES, counted

NOW = str(WAVES_READ)
LAST = (WAVES_READ,)


@cache
def found_in(name, *readings):
    return counted(REGIMES[name], 1, readings, LAST, units=20)


def test_what_fell_in_the_first_year_is_found_after_three_with_all_of_them_read():
    found = found_in("six units fall", BEFORE, NOW)
    before, now = (found[one].lasting.present["unit"] for one in (BEFORE, NOW))
    assert now.large == before.large > 15
    assert before.found < 0.9 * before.large
    assert now.found > 0.9 * now.large
    assert now.under_half <= 0.05 * now.called


@pytest.mark.parametrize("name", ["wanders by 0.6", "nothing moves"])
def test_intervals_hold_the_truth_where_three_years_of_waves_are_read(name):
    assert found_in(name, NOW)[NOW].said.coverage("unit") > 0.94


def test_where_nothing_moves_for_three_years_nothing_is_found():
    assert found_in("nothing moves", NOW)[NOW].said.any_call == 0


def test_up_to_twelve_waves_courses_are_what_they_were_thought_to_be_before():
    # what the rule's table was simulated with (docs/adr/0037)
    for waves in (2, 12):
        assert priors_of(waves) == Priors(AGENCY, REGION, UNIT)
    of_many = priors_of(13)
    for few, many in ((AGENCY, of_many.agency), (REGION, of_many.region), (UNIT, of_many.unit)):
        assert (min(few.wander), max(few.wander)) == (min(many.wander), max(many.wander))
        assert len(many.wander) == len(many.wander_weight) > len(few.wander)
        assert (few.event, few.jump) == (many.event, many.jump)
