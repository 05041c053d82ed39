"""Agencies made to be hard for the rule: the short form of ``findings.strangers``."""

import pytest

from survey_app.reading.method.strangers import strangers
from tests.reference.findings.fresh import MOVING, STILL
from tests.reference.findings.fresh import SEED as FRESH
from tests.reference.findings.fresh import counted as counted_fresh
from tests.reference.findings.passing import PASSING, SEED
from tests.reference.findings.passing import counted as counted_passing
from tests.reference.findings.strangers import SEEDS, STRANGERS, counted


@pytest.mark.parametrize("name", STRANGERS)
def test_where_what_it_takes_for_granted_fails_the_rule_keeps_the_sign(name):
    said = counted(name, SEEDS)["said"]
    found = said.over_all()
    assert said.agencies == len(SEEDS)
    # 1 % and less in 100 agencies of each; two of them have a few hundred findings
    assert found.wrong <= 0.02 * found.called
    assert said.steady_right > 0.98 * said.steady


def test_the_page_tells_of_a_hundred_agencies_of_each():
    hard = strangers()
    assert hard.agencies == 100
    # what methods.md says of the same run
    told = hard.met, hard.wrong, hard.under_half, hard.lasting_under_half, hard.covered
    assert told == pytest.approx((2, 0.0047, 0.0426, 0.0319, 0.9132), abs=0.0005)


@pytest.mark.parametrize("name", list(PASSING)[::2])
def test_where_weeks_have_moods_of_their_own_the_rule_keeps_the_sign(name):
    said = counted_passing(name, [SEED])
    found = said.over_all()
    # a season with shocks of regions, and moods of units: 0.2 % in 20 agencies of each
    assert found.wrong <= 0.02 * found.called
    assert said.steady_right > 0.96 * said.steady
    assert said.coverage("region") > 0.85


@pytest.mark.parametrize("name", ["one of six measures", "units of 6 to 400"])
def test_of_agencies_drawn_without_the_rule_at_hand_the_sign_is_right(name):
    [kind] = (of for key, of in MOVING.items() if key.startswith(name))
    said = counted_fresh(kind, [FRESH])["said"]
    found = said.over_all()
    assert found.called
    # at most .7 % in 60 agencies of each; "unchanged" is right in 99.6 % and more
    assert found.wrong <= 0.02 * found.called
    assert said.steady_right > 0.98 * said.steady


def test_of_a_unit_that_moved_much_and_is_back_no_change_is_told():
    [kind] = (of for key, of in MOVING.items() if key.startswith("a unit falls by 14"))
    # none with the wrong sign in 60 agencies and .9 % under half the margin; of this one 19 of 55
    # and 32 by the rule before docs/adr/0235
    said = counted_fresh(kind, [FRESH + 1])["said"]
    found = said.over_all()
    assert found.called
    assert not found.wrong
    assert found.under_half <= 0.05 * found.called


def test_where_a_region_stops_answering_and_units_skip_waves_nothing_is_found():
    [kind] = (of for key, of in STILL.items() if key.startswith("a region stops"))
    assert not counted_fresh(kind, [FRESH])["said"].any_call
