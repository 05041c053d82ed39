"""Said ranges hold the level of everybody as often as they say: the short form of the table."""

from functools import cache

import numpy as np
import pytest

from survey_app.reading.method.silence import read_coverage
from tests.reference.nonresponse.waves import LEVELS, REGIMES, held

WAVES = 40


@cache
def found(name):
    return held(REGIMES[name], range(WAVES))


def share(name, level, of="within"):
    one = found(name)[level]
    return getattr(one, of) / one.places


# places of a wave err together, so waves are what is counted
CHANCE = 3 * np.sqrt(0.95 * 0.05 / WAVES)


@pytest.mark.parametrize("level", LEVELS)
def test_under_the_assumption_the_range_holds_the_level_in_95_of_100_waves(level):
    assert share("assumed", level) >= 0.95 - CHANCE


def test_the_interval_of_chance_alone_does_not():
    assert share("assumed", "agency", "interval") < 0.5


@pytest.mark.parametrize("level", LEVELS)
def test_a_gap_that_stays_at_three_points_is_held(level):
    assert share("3 points", level) >= 0.95
    assert share("3 points", "agency", "interval") == 0


def test_beyond_the_assumption_the_range_fails_and_the_page_says_so():
    one = found("9 points")["agency"]
    assert one.off / one.places == pytest.approx(3.4, abs=0.1)
    assert share("9 points", "agency") == 0
    assert share("9 points", "region") < 0.2
    told = read_coverage()[-1]
    assert told.beyond
    assert told.within["agency"] == 0
    assert told.off == pytest.approx(one.off / one.places, abs=0.1)


def test_the_page_tells_what_the_simulation_finds():
    by_name = dict(zip(("none", "assumed"), read_coverage(), strict=False))
    for name, told in by_name.items():
        for level in LEVELS:
            assert told.within[level] == pytest.approx(share(name, level), abs=0.08)
