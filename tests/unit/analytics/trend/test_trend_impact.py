from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import SpecificationError
from analytics.trend.events import KnownEvent
from analytics.trend.impact import Impact, impact, judge_impacts
from analytics.trend.series import error_of_printed, wave_series
from analytics.trend.smooth import smooth
from tests.examples import examples

START = date(2024, 3, 1)


def quarters(count):
    return [START + timedelta(days=91 * number) for number in range(count)]


def a_series(values, se=0.6):
    return wave_series(quarters(len(values)), values, [se] * len(values))


def an_event(after=4, shape="step", **more):
    return KnownEvent("e", quarters(after + 1)[after] - timedelta(days=30), shape, **more)


WAVES = [63.1, 62.4, 63.0, 62.8, 58.2, 58.9, 59.6, 60.9]


@pytest.mark.parametrize(
    "event", [an_event(), an_event(shape="decay"), an_event(shape="decay", half_life=0.5)]
)
def test_it_is_the_effect_that_the_state_space_model_finds(event):
    series = a_series(WAVES)
    [expected] = smooth(series, events=[event]).effects
    found = impact(series, event)
    assert found.estimate == pytest.approx(expected.estimate, abs=1e-6)
    assert found.se == pytest.approx(expected.se, rel=1e-6)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-5)


def test_without_drift_a_step_is_the_difference_of_the_two_means():
    # eight equal errors: 4 + 4 waves, so se = 0.6 sqrt(1/4 + 1/4); the drift can only add
    found = impact(a_series([50, 50, 50, 50, 55, 55, 55, 55]), an_event())
    assert found.estimate == pytest.approx(5.0, abs=1e-9)
    assert found.se > 0.6 * np.sqrt(0.5)
    assert (found.before, found.after) == (4, 4)


@examples(6, audit=20)
@given(
    st.lists(st.floats(30, 70), min_size=6, max_size=9),
    st.floats(-20, 20),
    st.sampled_from(["step", "decay"]),
)
def test_the_level_of_a_series_does_not_matter_and_its_sign_turns_the_effect(values, level, shape):
    event = an_event(3, shape)
    plain = impact(a_series(values), event)
    moved = impact(a_series([value + level for value in values]), event)
    turned = impact(a_series([-value for value in values]), event)
    assert moved.estimate == pytest.approx(plain.estimate, abs=1e-5)
    assert turned.estimate == pytest.approx(-plain.estimate, abs=1e-5)
    assert turned.se == pytest.approx(plain.se, rel=1e-5)


@pytest.mark.parametrize(("before", "after"), [(2, 4), (4, 1)])
def test_too_few_waves_on_one_side_give_no_figure(before, after):
    found = impact(a_series(WAVES[: before + after]), an_event(before))
    assert (found.before, found.after, found.enough) == (before, after, False)
    assert np.isnan(found.estimate)
    assert judge_impacts([found], 3.0) == [None]


def test_waves_that_are_not_shown_are_not_counted():
    values = [*WAVES[:3], float("nan"), *WAVES[4:]]
    found = impact(a_series(values), an_event())
    assert (found.before, found.after) == (3, 4)


def test_an_event_of_no_known_shape_is_refused():
    with pytest.raises(SpecificationError):
        impact(a_series(WAVES), an_event(shape="ramp"))


def a_found(estimate, se=1.0):
    from math import erfc, sqrt

    reach = 1.96 * se
    p = erfc(abs(estimate / se) / sqrt(2))
    return Impact(4, 4, estimate, se, estimate - reach, estimate + reach, p)


def test_the_verdict_is_the_four_way_rule():
    told = judge_impacts([a_found(-4.1), a_found(0.2), a_found(1.9), a_found(2.4)], 3.0)
    assert [one.verdict for one in told] == ["down", "steady", "uncertain", "uncertain"]
    assert [one.under_limit for one in told] == [False, False, False, True]


def test_the_more_is_tried_the_more_it_takes():
    alone, many = (
        judge_impacts([a_found(3.0, 1.5)], 3.0),
        judge_impacts([a_found(3.0, 1.5)] + [a_found(0.1)] * 9, 3.0),
    )
    assert alone[0].verdict == "up"
    assert many[0].verdict == "uncertain"


def test_a_day_that_may_have_been_picked_after_looking_takes_more():
    # 4 + 4 waves: four gaps leave three waves before and two after
    one = a_found(3.0, 1.5)
    assert one.days == 4
    assert [told.verdict for told in judge_impacts([one], 3.0, [True])] == ["uncertain"]
    assert judge_impacts([a_found(6.0, 1.5)], 3.0, [True])[0].verdict == "up"


def test_a_drifting_series_seldom_shows_an_effect():
    # 4 + 4 waves, drift 2 points a root year: 4 % of 3,000 series (tests/reference/event_impact)
    rng = np.random.default_rng(20260201)
    days = quarters(8)
    gaps = np.array([0.0, *((b - a).days / 365.25 for a, b in pairwise(days))])
    alarms = 0
    for _ in range(60):
        level = 60 + np.cumsum(rng.standard_normal(8) * 2 * np.sqrt(gaps))
        found = impact(wave_series(days, level + rng.normal(0, 0.6, 8), [0.6] * 8), an_event())
        alarms += not found.low <= 0 <= found.high
    assert alarms <= 7  # binomial: 60 x 5 %, above 7 in 1.5 % of samples


def test_a_printed_error_is_taken_back_and_its_rounding_added():
    assert error_of_printed(0.6, 300, 1200) == pytest.approx(np.sqrt(0.48 + 0.01 / 12))
    assert error_of_printed(0.6, 300, None) == pytest.approx(np.sqrt(0.36 + 0.01 / 12))
