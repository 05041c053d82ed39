"""What it takes to link over other words is told before they are asked."""

import math

import numpy as np
import pytest

from analytics.errors import DesignError
from analytics.planning.found import smallest_found
from analytics.planning.overlap import halves_error, overlap_ahead
from analytics.trend.overlap import Arm, unpaired
from questionnaires.margins import Margins


def test_the_error_is_that_of_two_halves_that_were_measured():
    half = Arm(n=200, mean=60.0, sd=20.0)
    assert halves_error(20.0, 400) == pytest.approx(unpaired(half, half).difference_se)
    assert halves_error(20.0, 400) == 2.0  # 2 * 20 / 20, by hand


def test_random_halves_of_the_same_people_lie_as_far_apart_as_is_said():
    rng = np.random.default_rng(5)
    apart = []
    for _ in range(4000):
        scores = rng.normal(60, 20, 300)
        old = rng.random(300) < 0.5
        apart.append(scores[~old].mean() - scores[old].mean())
    # halves by coin are seldom exactly even, which costs next to nothing
    assert np.std(apart) == pytest.approx(halves_error(20.0, 300), rel=0.04)


def test_so_many_answers_as_are_needed_make_the_error_as_small_as_it_may_be():
    needed = overlap_ahead(20.0, largest=1.5).needed
    assert needed == 712
    assert halves_error(20.0, needed) <= 1.5 < halves_error(20.0, needed - 1)


def test_a_change_over_the_link_carries_its_error():
    plain = 15 * math.sqrt(2 / 900)
    same = smallest_found(plain, "agency")
    found = overlap_ahead(20.0, largest=1.5, answers=900, index_spread=15.0, smallest=same)
    assert found.error == pytest.approx(40 / 30)
    assert found.same == same
    linked = math.hypot(plain, 2 * 15 / 30)
    assert found.across == pytest.approx(smallest_found(linked, "agency"))
    assert overlap_ahead(20.0, largest=1.5, answers=900).across is None


def test_what_the_link_costs_is_the_same_beyond_any_margin():
    plain, wide = 15 * math.sqrt(2 / 900), Margins(general=4.0, unit=8.0)
    given = {"largest": 1.5, "answers": 900, "index_spread": 15.0}
    usual = overlap_ahead(20.0, **given, smallest=smallest_found(plain, "agency"))
    same = smallest_found(plain, "agency", wide)
    own = overlap_ahead(20.0, **given, smallest=same, margins=wide)
    assert own.across - same == pytest.approx(usual.across - usual.same)


@pytest.mark.parametrize("wrong", [{"largest": 0.0}, {"largest": 1.5, "answers": 0.0}])
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(DesignError):
        overlap_ahead(20.0, **wrong)
