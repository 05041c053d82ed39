"""How alike a person's two answers are, found without linking anybody: beside agencies' truth."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.courses.alike import ASSUMED, Alike, how_alike
from analytics.courses.published import courses_apart, read_levels
from tests.reference.findings.agencies import MAIN, a_staff, draw
from tests.reference.findings.regimes import STILL, mixed

YEARS = (MAIN, 0, 1, 2, MAIN, 0)


def found(repeat, seed, waves=YEARS, units=60, linked=None, steps=None):
    rng = np.random.default_rng(seed)
    regime = replace(STILL["still"], repeat=repeat, waves=waves, measures=4)
    regime = regime if steps is None else replace(regime, steps=steps)
    shown = draw(rng, a_staff(rng, units), regime)
    levels = read_levels(shown.shown, shown.keys)
    units_of, regions = levels["unit"], levels["region"]
    held = units_of.keys["domain"].map(lambda code: shown.places["unit", code])
    rows = regions.rows(units_of.keys["measure"], held.map(lambda place: place.parent))
    around = held.map(lambda place: shown.places["region", place.parent].population)
    share = (held.map(lambda place: place.population) / around).to_numpy(dtype=np.float64)
    together = shown.linked if linked is None else linked
    return how_alike(courses_apart(units_of, regions, rows, share, together))


@pytest.mark.parametrize("steps", [None, mixed])
@pytest.mark.parametrize("repeat", [0.0, 0.5, 0.8])
def test_it_is_found_where_units_stand_still_and_where_they_move(repeat, steps):
    several = [found(repeat, seed, steps=steps) for seed in range(4)]
    assert all(one.low <= repeat + 0.05 for one in several)
    assert np.mean([one.estimate for one in several]) == pytest.approx(repeat, abs=0.25)
    assert sum(one.low <= repeat <= one.high for one in several) >= 3
    # where much moves, six waves do not always tell
    assert all(one.known for one in several) or steps is mixed


def test_more_waves_tell_more():
    short, long = found(0.5, 1, (MAIN, MAIN)), found(0.5, 1, (MAIN,) * 6)
    assert long.high - long.low < short.high - short.low


def test_few_units_tell_too_little():
    told = found(0.5, 3, (MAIN, MAIN, MAIN), units=9)
    assert not told.known
    assert told.careful() == ASSUMED


def test_waves_without_people_in_common_tell_nothing():
    assert found(0.5, 3, (0, 1, 2), linked=np.zeros((3, 3))) is None


def test_changes_are_judged_with_the_end_that_makes_them_least_sure():
    careful = Alike(0.5, 0.4, 0.6, known=True).careful()
    assert (careful.values, careful.weights) == ((0.4,), (1.0,))
    assert Alike(0.5, 0.1, 0.9, known=False).careful() == ASSUMED
