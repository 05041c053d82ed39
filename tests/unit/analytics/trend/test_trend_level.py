"""Slope, smoothed level, season, events, and a trend in one line."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analytics.errors import FrameError, SpecificationError
from analytics.trend.describe import describe
from analytics.trend.diagnostics import check_prediction_errors
from analytics.trend.events import KnownEvent
from analytics.trend.plan import plan
from analytics.trend.series import wave_series
from analytics.trend.slope import slope
from analytics.trend.smooth import smooth
from analytics.trend.state_space import WaveModel

NOTHING = float("nan")


def quarters(n):
    return [date(2016 + at // 4, 2 + 3 * (at % 4), 15) for at in range(n)]


def a_series(n=12, *, drift=0.5, se=1.0, seed=3, line=0.0):
    rng = np.random.default_rng(seed)
    path = 60 + np.cumsum(rng.normal(0, drift, n)) + line * np.arange(n)
    return wave_series(quarters(n), rng.normal(path, se), np.full(n, se))


def dense(points, kind, deviation):
    """Smooth with matrices of all points at once: level, its covariance, effects, theirs."""
    time, seen = points.time, np.isfinite(points.estimate)
    low, high = np.minimum.outer(time, time), np.maximum.outer(time, time)
    moved = deviation.get("level", 0) ** 2 * low
    moved = moved + deviation.get("slope", 0) ** 2 * low**2 * (3 * high - low) / 6
    own = [np.ones_like(time), time][: 1 if kind == "level" else 2]
    x = np.column_stack([*own, points.effects])
    noise = np.diag(np.nan_to_num(points.se) ** 2) + points.shared @ points.shared.T
    inverse = np.linalg.inv((moved + noise)[np.ix_(seen, seen)])
    of_effects = np.linalg.inv(x[seen].T @ inverse @ x[seen])
    beta = of_effects @ x[seen].T @ inverse @ points.estimate[seen]
    gain = moved[:, seen] @ inverse
    level = x @ beta + gain @ (points.estimate[seen] - x[seen] @ beta)
    rest = x - gain @ x[seen]
    covariance = moved - gain @ moved[seen] + rest @ of_effects @ rest.T
    return level, covariance, beta[len(own) :], np.diag(of_effects)[len(own) :]


@pytest.mark.parametrize("kind", ["level", "smooth", "trend"])
def test_the_smoother_agrees_with_dense_matrices_whatever_the_gaps_events_and_links(kind):
    rng = np.random.default_rng(8)
    days = [date(2016, 1, 1) + timedelta(int(d)) for d in np.cumsum(rng.integers(60, 300, 11))]
    values = rng.normal(60, 2, 11)
    values[4] = np.nan
    series = wave_series(days, values, rng.uniform(0.5, 1.5, 11))
    links = np.column_stack([np.arange(11) >= 6, np.arange(11) >= 8]) * [0.8, 0.5]
    asked = plan(
        replace(series, shared=links),
        kind=kind,
        since=[days[1], days[6]],
        at=[days[3] + timedelta(10), days[-1] + timedelta(200)],
        events=[KnownEvent("a", days[5], "step"), KnownEvent("b", days[7], "decay", 0.7)],
        season=None,
        extra=False,
    )
    points = asked.points(1.0)
    model = WaveModel(points, kind)
    deviation = dict(zip(model.param_names, [0.9, 0.6], strict=False))
    result = model.smooth(np.array(list(deviation.values())))
    weights, where = asked.contrasts(model)
    ours = np.einsum("qs,qs->q", weights, result.smoothed_state.T[where])
    errors = np.einsum(
        "qs,qst,qt->q", weights, np.moveaxis(result.smoothed_state_cov, 2, 0)[where], weights
    )
    level, covariance, effects, of_effects = dense(points, kind, deviation)
    last, since = asked.last, [asked.dates.index(day) for day in asked.since]
    changes = [covariance[last, last] + covariance[s, s] - 2 * covariance[last, s] for s in since]
    expected = np.concatenate([level, level[last] - level[since], effects])
    assert ours[: len(expected)] == pytest.approx(expected, abs=1e-9)
    assert errors[: len(expected)] == pytest.approx(
        np.concatenate([np.diag(covariance), changes, of_effects]), abs=1e-9
    )


def test_a_smoothed_level_is_surer_than_the_wave_and_less_sure_than_all_waves():
    found = smooth(a_series()).level[-1]
    assert 1 / np.sqrt(12) < found.se < 1.0


def test_averaging_is_less_sure_than_believing_one_deviation():
    series = a_series(8)
    assert smooth(series).level[-1].se > smooth(series, plug_in=True).level[-1].se


def test_a_missing_wave_gets_a_level_with_a_wider_interval():
    series = a_series(12, drift=1.0)
    holed = wave_series(series.dates, np.r_[series.estimate[:5], NOTHING, series.estimate[6:]],
                        series.se)  # fmt: skip
    whole, gap = smooth(series).level[5], smooth(holed).level[5]
    assert gap.se > whole.se
    assert smooth(holed).waves == 11


def test_the_level_after_the_last_wave_grows_less_sure():
    day = quarters(12)[-1] + timedelta(365)
    found = smooth(a_series(), at=[day]).level
    assert found[-1].until == day
    assert found[-1].se > found[-2].se
    assert found[-1].estimate == pytest.approx(found[-2].estimate)


def test_a_season_is_taken_out_of_the_level():
    rng = np.random.default_rng(1)
    pattern = np.tile([3.0, 0, -3, 0], 6)
    series = wave_series(quarters(24), 60 + pattern + rng.normal(0, 0.5, 24), np.full(24, 0.5))
    found = smooth(series, season=4)
    assert [round(part.estimate) for part in found.season] == [3, 0, -3, 0]
    assert sum(part.estimate for part in found.season) == pytest.approx(0)
    assert found.level[-1].estimate == pytest.approx(60, abs=1)
    assert not found.warnings


def test_half_a_cycle_more_than_one_is_no_season():
    found = smooth(a_series(7), season=4)
    assert found.season == ()
    assert any("Too few waves for a season" in warning for warning in found.warnings)


def test_waves_in_one_month_of_the_year_have_no_season():
    series = wave_series([date(2015 + at, 3, 1) for at in range(8)], np.arange(8.0), np.ones(8))
    assert any("same part of the year" in warning for warning in smooth(series, season=4).warnings)


def test_a_step_is_found_with_its_size():
    values = np.where(np.arange(16) >= 9, 66.0, 60.0) + np.tile([0.3, -0.3], 8)
    series = wave_series(quarters(16), values, np.full(16, 0.5))
    found = smooth(series, events=[KnownEvent("new rule", quarters(16)[9], "step")])
    assert found.effects[0].low < 6 < found.effects[0].high
    assert found.effects[0].estimate == pytest.approx(6, abs=0.3)
    assert found.level[-1].estimate == pytest.approx(66, abs=0.5)


def test_a_pulse_is_the_wave_against_its_neighbours():
    values = np.full(12, 60.0)
    values[6] = 52.0
    series = wave_series(quarters(12), values + np.tile([0.1, -0.1], 6), np.full(12, 0.5))
    found = smooth(series, events=[KnownEvent("case", quarters(12)[6], "pulse")])
    assert found.effects[0].estimate == pytest.approx(-8, abs=0.3)
    assert found.level[7].estimate == pytest.approx(60, abs=0.3)


def test_a_decay_with_unknown_half_life_is_found():
    time = np.arange(24) / 4
    fading = np.where(time >= 3, -8 * 0.5 ** ((time - 3) / 0.75), 0.0)
    series = wave_series(quarters(24), 60 + fading + np.tile([0.1, -0.1], 12), np.full(24, 0.4))
    found = smooth(series, events=[KnownEvent("case", quarters(24)[12], "decay")])
    assert found.half_life == pytest.approx(0.75, rel=0.5)
    assert found.effects[0].low < -8 < found.effects[0].high
    known = smooth(series, events=[KnownEvent("case", quarters(24)[12], "decay", 0.75)])
    assert known.half_life is None
    assert known.effects[0].se < found.effects[0].se


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (KnownEvent("e", date(2030, 1, 1), "step"), "no wave has a figure after it"),
        (KnownEvent("e", date(2010, 1, 1), "step"), "no wave has a figure before it"),
        (KnownEvent("e", date(2017, 1, 1), "ramp"), "is no shape"),
        (KnownEvent("e", date(2017, 1, 1), "step", 1.0), "half_life is for a decay"),
        (KnownEvent("e", date(2017, 1, 1), "decay", 0.0), "above zero"),
    ],
)
def test_an_event_that_cannot_be_estimated_says_why(event, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        smooth(a_series(), events=[event])


def test_two_events_between_the_same_waves_cannot_be_told_apart():
    both = [KnownEvent(name, quarters(12)[6] - timedelta(days), "step")
            for name, days in (("a", 10), ("b", 20))]  # fmt: skip
    with pytest.raises(SpecificationError, match="cannot be told apart"):
        smooth(a_series(), events=both)


def test_only_one_half_life_can_be_estimated():
    both = [KnownEvent("a", quarters(12)[4], "decay"), KnownEvent("b", quarters(12)[8], "decay")]
    with pytest.raises(SpecificationError, match="only one decay"):
        smooth(a_series(), events=both)


@pytest.mark.parametrize(("kind", "n"), [("level", 3), ("smooth", 4), ("trend", 4)])
def test_a_series_that_is_too_short_gets_no_model(kind, n):
    with pytest.raises(FrameError, match="trend too short"):
        smooth(a_series(n), kind=kind)


def test_an_unknown_kind_names_those_that_are():
    with pytest.raises(SpecificationError, match="level, smooth, trend"):
        smooth(a_series(), kind="cubic")


def test_a_census_without_error_is_refused_and_told_what_to_give():
    with pytest.raises(FrameError, match="without finite population correction"):
        smooth(a_series(se=0.0))
    with pytest.raises(FrameError, match="without finite population correction"):
        slope(a_series(se=0.0))


@pytest.mark.parametrize("n", [5, 12, 24])
def test_equal_waves_give_their_value_and_no_alarm(n):
    series = wave_series(quarters(n), np.full(n, 60.0), np.full(n, 1.0))
    found = smooth(series, since=[quarters(n)[0]])
    assert found.diagnostics is None
    assert found.level[-1].estimate == pytest.approx(60)
    assert found.changes[0].low < 0 < found.changes[0].high
    assert np.isfinite(found.level[-1].se)


def test_a_slope_of_a_straight_line_is_its_own():
    series = wave_series(quarters(4), 60 + 2 * wave_series(quarters(4), [1] * 4, [1] * 4).time,
                         [1.0, 0.5, 2, 1])  # fmt: skip
    found = slope(series)
    assert found.per_year == pytest.approx(2)
    assert found.lack_of_fit == pytest.approx(1)
    assert (found.since, found.until) == (quarters(4)[0], quarters(4)[3])


def test_only_the_last_waves_with_a_figure_count():
    series = wave_series(quarters(7), [0, 90, 60, NOTHING, 61, 62, 63], [1.0] * 7)
    assert slope(series).since == quarters(7)[2]
    assert slope(series).waves == 4


def test_waves_far_from_a_line_widen_the_error_and_say_so():
    series = wave_series(quarters(4), [60, 70, 55, 68], [1.0] * 4)
    found = slope(series)
    assert found.df == 2
    assert "do not lie on a line" in found.warnings[0]
    assert found.low < 0 < found.high


def test_the_error_of_a_slope_is_that_of_a_drift_where_that_is_larger():
    # steps 2, 1, 3 a year apart: mean 2, variance (0 + 1 + 1) / 2 = 1 a year
    days = [date(2020, 1, 1) + timedelta(days=round(365.25 * year)) for year in range(4)]
    found = slope(wave_series(days, [60, 62, 63, 66], [0.1] * 4))
    # weights of the slope -0.3, -0.1, 0.1, 0.3; of the steps 0.3, 0.4, 0.3: 0.34 in all
    assert found.se == pytest.approx(0.34**0.5, rel=1e-2)
    assert found.line_se == pytest.approx(0.1 / 5**0.5, rel=1e-2)
    assert found.high - found.per_year == pytest.approx(4.3027 * found.se, rel=1e-4)


@pytest.mark.parametrize("drift", [0.0, 1.0, 2.0, 4.0])
def test_a_level_that_only_drifts_has_no_slope(drift):
    rng = np.random.default_rng(4)
    called = 0
    for _ in range(300):
        steps = drift * rng.standard_normal(3) * 0.5
        values = 60 + np.cumsum([0, *steps]) + 0.55 * rng.standard_normal(4)
        found = slope(wave_series(quarters(4), values, [0.55] * 4))
        called += found.low > 0 or found.high < 0
    assert called <= 24  # 5 % of 300 is 15, and three standard errors 11


def test_errors_of_few_respondents_make_the_slope_less_sure():
    days, values, errors = quarters(4), [60, 60.5, 61, 61.5], [1.0] * 4
    few = slope(wave_series(days, values, errors, [5.0] * 4))
    known = slope(wave_series(days, values, errors))
    # by hand: weights of the slope c = (t - mean t) / S; df = 5 (sum c^2)^2 / sum c^4
    centred = np.array(known.se**2 * (wave_series(days, values, errors).time - 0.376))
    by_hand = 5 * (centred**2).sum() ** 2 / (centred**4).sum()
    assert few.df == pytest.approx(by_hand, rel=0.01)
    assert (few.se, few.high > known.high) == (known.se, True)


def test_a_wave_without_degrees_of_freedom_is_missing():
    series = wave_series(quarters(3), [60, 61, 62], [1, 1, 1], [9, 0, float("nan")])
    assert list(series.known) == [True, False, False]


def test_two_waves_are_too_short_for_a_slope():
    found = slope(wave_series(quarters(2), [60, 61], [1, 1]))
    assert np.isnan(found.per_year)
    assert found.warnings[0].startswith("Trend too short")
    with pytest.raises(FrameError, match="at least 3"):
        slope(a_series(), waves=2)


@pytest.mark.parametrize(
    ("dates", "estimate", "se", "sentence"),
    [
        (quarters(2), [1.0], [1.0], "2 dates, 1 estimates and 1 errors"),
        ([quarters(1)[0]] * 2, [1.0, 2], [1.0, 1], "its own date"),
        (quarters(2), [1.0, float("inf")], [1.0, 1], "finite"),
        (quarters(2), [1.0, 2.0], [1.0, -1], "not negative"),
        (quarters(2), [NOTHING, 2.0], [1.0, NOTHING], "there is no trend"),
        ([], [], [], "there is no trend"),
    ],
)
def test_waves_that_make_no_series_say_why(dates, estimate, se, sentence):
    with pytest.raises(FrameError, match=sentence):
        wave_series(dates, estimate, se)


def test_the_order_in_which_waves_are_given_does_not_matter():
    series = a_series()
    turned = wave_series(series.dates[::-1], series.estimate[::-1], series.se[::-1])
    assert list(turned.estimate) == list(series.estimate)
    assert turned.dates == series.dates


@pytest.mark.parametrize(
    ("values", "direction"),
    [
        ([60, 60, 60, 60, 66, 66.5, 66, 67], "up"),
        ([66, 67, 66, 66.5, 60, 60.5, 60, 59], "down"),
        ([60, 60.5, 60, 60.3, 59.9, 60.2, 60.1, 60], "steady"),
    ],
)
def test_a_direction_follows_the_four_way_rule(values, direction):
    series = wave_series(quarters(8), values, np.full(8, 0.5))
    assert describe(series, since=quarters(8)[3]).direction == direction


def test_large_errors_leave_the_direction_open():
    series = wave_series(quarters(8), [60, 64, 59, 65, 60, 66, 58, 62], np.full(8, 5.0))
    assert describe(series).direction == "uncertain"


def test_a_year_is_what_a_change_is_about_unless_told():
    assert describe(a_series()).change.since == quarters(12)[7]


def test_few_waves_are_described_by_their_own_figures():
    found = describe(wave_series(quarters(2), [60, 66], [0.6, 0.8]))
    assert not found.smoothed
    assert (found.level.estimate, found.level.se) == (66, 0.8)
    assert (found.change.estimate, found.change.se) == pytest.approx((6, 1.0))
    # two waves that stand apart by six errors may still be one day's luck
    assert found.direction == "uncertain"
    assert "not smoothed" in found.warnings[0]


def test_one_wave_has_a_level_and_no_direction():
    found = describe(wave_series(quarters(1), [60], [0.6]))
    assert (found.change, found.direction) == (None, "uncertain")


def test_a_change_since_a_day_without_a_wave_is_refused():
    with pytest.raises(FrameError, match="no earlier wave"):
        describe(a_series(), since=date(2017, 1, 1))


def test_a_flat_past_does_not_make_a_late_fall_steady():
    values = np.full(24, 60.0) + np.tile([0.5, -0.5], 12)
    values[-1] = 56.0
    series = wave_series(quarters(24), values, np.full(24, 1.0))
    assert describe(series).direction == "uncertain"


def test_long_series_are_diagnosed_and_short_ones_are_not():
    assert smooth(a_series(8)).diagnostics is None
    found = smooth(a_series(40)).diagnostics
    assert found.n == 39
    assert not found.warnings


def test_errors_that_are_published_too_small_are_noticed_where_the_level_cannot_move():
    series = a_series(40, drift=0.0)
    small = wave_series(series.dates, series.estimate, series.se / 4)
    asked = plan(small, kind="level", since=(), at=(), events=(), season=None, extra=False)
    found = check_prediction_errors(WaveModel(asked.points(1.0), "level"), np.array([0.0]))
    assert found.excess < 1e-6
    assert found.warnings
