"""What the silent may make of a level, what would turn a change, and what waves tell of them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from analytics.comparison.verdict import Judged, verdicts_of_courses
from analytics.errors import FrameError
from analytics.nonresponse.assumption import LEAST_CHANGE, NORMAL, SIGMA, WITHIN, said_range
from analytics.nonresponse.evidence import gap_of_units, sigma_from, sigmas_of_changes
from analytics.nonresponse.gaps import with_gaps
from analytics.nonresponse.representativity import representativity
from analytics.nonresponse.tipping import ShownChanges, tipping_points


def array(*values):
    return np.array(values, dtype=np.float64)


def test_a_range_is_rubins_interval_with_doubt_about_the_gap():
    # 1.96 errors of 1 point, 60 % answered: by the formula that analysts' files use
    [expected] = with_gaps(70.0, 1.0, 1e9, 0.6, [0.0], doubt=SIGMA)
    low, high = said_range(array(70), array(70 - NORMAL), array(70 + NORMAL), array(0.6), SIGMA)
    assert [low[0], high[0]] == pytest.approx([expected.low, expected.high], abs=0.05)


def test_where_everybody_answered_the_range_is_the_interval_and_it_never_leaves_the_scale():
    low, high = said_range(array(70, 99), array(68, 98), array(72, 99.5), array(1, 0.3), SIGMA)
    assert (low[0], high[0], high[1]) == (68, 72, 100)
    unknown, _ = said_range(array(70), array(68), array(72), array(np.nan), SIGMA)
    assert np.isnan(unknown[0])


def test_of_very_few_answers_the_range_reaches_as_far_as_the_silent_are_assumed_to():
    low, high = said_range(array(50), array(50), array(50), array(1e-9), SIGMA)
    assert (low[0], high[0]) == (50 - WITHIN, 50 + WITHIN)


def shown(difference, low, high, chance, margin=3.0, verdict="up"):
    figures = (array(one) for one in (difference, low, high, chance, margin))
    return ShownChanges(*figures, np.array([verdict]))


def test_a_rise_turns_where_it_falls_below_the_margin_and_is_gone_where_it_reaches_zero():
    # half the people are silent, so what they move by counts half
    found = tipping_points(shown(5.0, 3.6, 6.4, 0.99), array(0.5))
    assert found.lower[0] == pytest.approx(2 * (5.0 - 3.0))
    assert found.gone[0] == pytest.approx(2 * 3.6)
    assert np.isnan(found.higher[0])
    # a gap of 1.5 points that grows by so much takes from the change what is above the margin
    then, now = 0.5 * 1.5, 0.5 * (1.5 + found.lower[0])
    assert 5.0 - now + then == pytest.approx(3.0)


def test_a_fall_turns_where_the_silent_are_higher():
    found = tipping_points(shown(-5.0, -6.4, -3.6, 0.99, verdict="down"), array(0.5))
    assert found.higher[0] == pytest.approx(4.0)
    assert np.isnan(found.lower[0])


def test_what_is_barely_sure_turns_at_once_and_an_uncertain_verdict_has_no_turning_point():
    barely = tipping_points(shown(5.5, 0.1, 10.9, 0.95), array(0.5))
    assert barely.lower[0] <= 0.2
    nothing = tipping_points(shown(1.0, -2.0, 4.0, 0.3, verdict="uncertain"), array(0.5))
    assert np.isnan([nothing.lower[0], nothing.higher[0], nothing.gone[0]]).all()
    hidden = tipping_points(shown(5.0, 3.6, 6.4, 0.99), array(np.nan))
    assert np.isnan(hidden.lower[0])


@given(st.floats(-12, 12), st.floats(0.1, 3), st.floats(0.2, 0.9), st.sampled_from([3.0, 5.0]))
def test_moved_by_less_the_verdict_stays_and_by_more_it_turns(size, deviation, response, margin):
    """Found another way: the rule itself, on moved figures."""
    size = round(size, 1)
    low, high = size - NORMAL * deviation, size + NORMAL * deviation
    limit = array(margin)

    def named(by):
        moved = [array(one - by) for one in (size, low, high)]
        off = np.abs(moved[0])
        chance = ndtr((off - margin / 2) / deviation)
        inside = ndtr((margin - off) / deviation) - ndtr((-margin - off) / deviation)
        clear = (moved[1] > 0) | (moved[2] < 0)
        verdict, _ = verdicts_of_courses(Judged(*moved, chance, inside, clear), limit)
        return verdict[0]

    verdict = named(0.0)
    chance = 0.0
    if verdict in {"up", "down"}:
        chance = float(ndtr((abs(size) - margin / 2) / deviation))
    found = tipping_points(
        shown(size, low, high, min(np.floor(chance * 100) / 100, 1.0), margin, verdict),
        array(response),
    )
    for points, sign in ((found.lower[0], 1), (found.higher[0], -1)):
        if np.isfinite(points):
            assert named(sign * (1 - response) * max(points - 0.2, 0.0)) == verdict
            assert named(sign * (1 - response) * (points + 0.2)) != verdict


def units(rng, gap, waves=12, places=60, spread=18.0):
    """Let units answer more or less from wave to wave, for reasons of their own."""
    rows = []
    for place in range(places):
        people, level = int(rng.integers(30, 200)), rng.normal(62, 4)
        for wave in range(waves):
            response = 1 / (1 + np.exp(-rng.normal(0.3, 0.5)))
            n = max(int(people * response), 5)
            variance = spread**2 / n
            mean = level + gap * (1 - n / people) + rng.normal(0, np.sqrt(variance))
            rows.append((wave, f"u{place}", f"r{place % 5}", mean, variance, n / people))
    columns = ["wave", "place", "parent", "mean", "variance", "response"]
    return pd.DataFrame(rows, columns=columns)


def test_units_whose_response_goes_up_and_down_tell_how_large_the_gap_is():
    found = [gap_of_units(units(np.random.default_rng(seed), 6.0)) for seed in range(12)]
    gaps = np.array([one.gap for one in found])
    errors = np.array([one.se for one in found])
    assert gaps.mean() == pytest.approx(6.0, abs=3 * errors.mean() / np.sqrt(12))
    assert gaps.std() == pytest.approx(errors.mean(), rel=0.5)
    assert all(one.identified for one in found)
    assert found[0].sigma_low <= found[0].sigma <= found[0].sigma_high


def test_what_units_tell_may_widen_the_assumption_and_never_narrows_it():
    wide = gap_of_units(units(np.random.default_rng(1), 12.0))
    assert sigma_from(wide) > SIGMA
    none = gap_of_units(units(np.random.default_rng(1), 0.0))
    assert sigma_from(none) == SIGMA
    # of few units too little is known to go by
    few = gap_of_units(units(np.random.default_rng(1), 30.0, waves=2, places=6))
    assert few is None or not few.identified
    assert sigma_from(few) == sigma_from(None) == SIGMA


def test_units_that_were_shown_once_or_whose_response_never_moves_tell_nothing():
    frame = units(np.random.default_rng(1), 6.0)
    assert gap_of_units(frame[frame["wave"] == 0]) is None
    assert gap_of_units(frame.assign(response=0.5)) is None
    assert gap_of_units(frame.iloc[:0]) is None


def course(steps, response=0.6, variance=0.05):
    means = 60 + np.concatenate([[0.0], np.cumsum(steps)])
    return pd.DataFrame({
        "measure": "m", "level": "agency", "wave": range(len(means)), "place": "",
        "mean": means, "variance": variance, "response": response,
    })  # fmt: skip


def test_figures_that_stay_bound_how_much_the_gap_can_have_moved():
    steps = np.random.default_rng(1).normal(0, 0.6, 11)
    [bound] = sigmas_of_changes(course(steps), 100.0)
    # 11 steps: their sum of squares over the 5 % quantile of chi-square, less that of chance
    assert bound == pytest.approx(np.sqrt((steps**2).sum() / 4.574813 - 0.1) / 0.4, rel=1e-5)
    [capped] = sigmas_of_changes(course(steps * 10), SIGMA)
    assert capped == SIGMA
    [still] = sigmas_of_changes(course(np.zeros(11)), SIGMA)
    assert still == LEAST_CHANGE
    [alone] = sigmas_of_changes(course([]), SIGMA)
    assert alone == SIGMA


def groups(**answered):
    return pd.DataFrame([
        {"region": name, "invited": 100, "answered": n} for name, n in answered.items()
    ])  # fmt: skip


def test_where_all_are_as_likely_to_answer_the_indicator_is_one():
    found = representativity(groups(a=60, b=60, c=60), ["region"])
    assert found.r == pytest.approx(1.0)
    assert found.response == pytest.approx(0.6)


def test_of_two_halves_the_indicator_is_one_less_their_difference():
    # S of 40 % and 80 % over equal halves is 20 points
    found = representativity(groups(a=40, b=80), ["region"])
    assert found.unadjusted == pytest.approx(1 - 2 * 0.2, abs=0.002)
    [part] = found.variables
    low, high = part.categories
    assert low.unconditional == pytest.approx(-0.2 * np.sqrt(0.5))
    assert high.unconditional == pytest.approx(0.2 * np.sqrt(0.5))
    # a variable that is alone explains the same beside no others
    assert part.conditional == pytest.approx(part.unconditional)


def test_a_category_that_is_not_known_is_no_part_and_one_without_silent_is_refused():
    found = representativity(groups(a=40, b=80).replace({"region": {"b": ""}}), ["region"])
    assert [one.category for one in found.variables[0].categories] == ["a"]
    with pytest.raises(FrameError, match="all or none of region 'b' answered"):
        representativity(groups(a=40, b=100), ["region"])
    with pytest.raises(FrameError, match="no more who answered"):
        representativity(groups(a=40, b=101), ["region"])
