"""Several breaks in a series of waves, and [trend.breaks]."""

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import FrameError, SpecificationError
from analytics.trend.series import wave_series
from analytics.trend.several_breaks import several_breaks
from analytics.workbench.sections.trend.rows import trend_entry
from analytics.workbench.specification.trend import read_trend
from tests.examples import examples

NOISE = [0.4, -0.3, 0.1, -0.5, 0.2, 0.6, -0.2, -0.4, 0.3, 0.1, -0.6, 0.5]


def days(n, apart=120):
    return [date(2018, 1, 1) + timedelta(days=apart) * at for at in range(n)]


def stepped(levels, each=4, se=0.6):
    values = np.repeat(levels, each) + np.resize(NOISE, len(levels) * each)
    return wave_series(days(len(values)), values, np.full(len(values), se))


def test_two_breaks_are_found_with_their_dates_and_levels():
    series = stepped([60, 65, 58])
    found = several_breaks(series)
    assert [one.day for one in found.dates] == [series.dates[4], series.dates[8]]
    assert [one.difference for one in found.dates] == pytest.approx([5.0, -7.0], abs=0.5)
    assert [one.level for one in found.stretches] == pytest.approx([60, 65, 58], abs=0.2)
    # four waves of .6 each, weighed alike
    assert [one.se for one in found.stretches] == pytest.approx([0.3] * 3)
    assert [one.se for one in found.dates] == pytest.approx([0.3 * np.sqrt(2)] * 2)
    assert all(one.low <= one.day <= one.high for one in found.dates)
    assert found.warnings == ()


def test_lines_that_bend_are_parted_where_they_bend():
    time = np.arange(16)
    values = np.where(time < 8, 50 + time, 66 - 2 * time) + np.resize(NOISE, 16) / 4
    series = wave_series(days(16, 365), values, np.full(16, 0.2))
    found = several_breaks(series, model="line")
    assert [one.day for one in found.dates] == [series.dates[8]]
    assert [one.slope for one in found.stretches] == pytest.approx([1, -2], abs=0.1)


def test_a_step_that_is_a_known_event_is_no_break_and_a_second_one_is():
    series = stepped([60, 65, 58])
    event = (np.arange(12) >= 4).astype(float)[:, None]
    found = several_breaks(series, patterns=event)
    assert [one.day for one in found.dates] == [series.dates[8]]
    assert found.dates[0].low is not None


def test_the_shared_error_of_a_splice_may_explain_a_step():
    series = stepped([60, 63, 63])
    shared = np.where(np.arange(12) >= 4, 4.0, 0.0)[:, None]
    assert len(several_breaks(series).dates) == 1
    assert several_breaks(replace(series, shared=shared)).dates == ()


def test_a_drift_is_told():
    rng = np.random.default_rng(1)
    series = wave_series(days(20), 60 + np.cumsum(rng.normal(0, 2, 20)), np.full(20, 0.3))
    found = several_breaks(series, most=1)
    assert "a drift is easily taken for breaks" in found.warnings[0]
    assert several_breaks(series, errors="weights", most=1).warnings == ()


def test_waves_that_lie_on_their_levels_exactly_give_no_more_breaks_than_levels():
    values = [60.0] * 5 + [63.0] * 5
    series = wave_series(days(10), values, np.full(10, 1.0))
    found = several_breaks(series, errors="equal")
    assert [one.day for one in found.dates] == [series.dates[5]]
    assert (
        several_breaks(wave_series(days(10), [60.0] * 10, np.ones(10)), errors="equal").dates == ()
    )


@pytest.mark.parametrize(("waves", "least"), [(7, None), (12, 7)])
def test_a_series_too_short_says_what_it_would_take(waves, least):
    series = wave_series(days(waves), np.resize(NOISE, waves), np.ones(waves))
    found = several_breaks(series, least=least)
    assert found.bic == ()
    assert f"at least {max(8, 2 * (least or 2))}" in found.warnings[0]


def test_a_wave_without_error_is_told_and_none_is_needed_where_errors_are_equal():
    series = wave_series(days(10), [60.0] * 5 + [63.0] * 5, np.zeros(10))
    assert "standard error 0" in several_breaks(series).warnings[0]
    assert len(several_breaks(series, errors="equal").dates) == 1


def test_missing_waves_take_no_part():
    series = stepped([60, 65, 58])
    values = series.estimate.copy()
    values[5] = np.nan
    found = several_breaks(wave_series(series.dates, values, series.se))
    assert sum(one.waves for one in found.stretches) == 11


def test_too_many_partitions_beside_events_are_refused():
    rng = np.random.default_rng(1)
    series = wave_series(days(60, 30), rng.normal(60, 1, 60), np.ones(60))
    event = (np.arange(60) >= 30).astype(float)[:, None]
    with pytest.raises(FrameError, match="more than 20000 can be tried"):
        several_breaks(series, patterns=event, least=2, most=6)


@examples(8, audit=25)
@given(
    st.integers(0, 500),
    st.floats(-50, 50),
    st.floats(0.1, 20),
    st.sampled_from([1, 2, 7]),
    st.sampled_from(["known", "weights", "equal"]),
    st.sampled_from(["level", "line"]),
)
def test_unit_origin_and_order_of_waves_do_not_matter(seed, shift, scale, pace, errors, model):
    rng = np.random.default_rng(seed)
    values = 60 + rng.normal(0, 1, 12) + np.repeat(rng.normal(0, 3, 3), 4)
    error = rng.uniform(0.5, 2, 12)
    plain = several_breaks(wave_series(days(12), values, error), errors=errors, model=model)
    order = rng.permutation(12)
    slower = days(12, 120 * pace)
    moved = wave_series(
        [slower[at] for at in order], (values * scale + shift)[order], (error * scale)[order]
    )
    other = several_breaks(moved, errors=errors, model=model)
    place = {day: at for at, day in enumerate(days(12))}
    away = {day: at for at, day in enumerate(slower)}
    assert [place[one.day] for one in plain.dates] == [away[one.day] for one in other.dates]
    for one, two in zip(plain.stretches, other.stretches, strict=True):
        assert two.level == pytest.approx(one.level * scale + shift, rel=1e-6, abs=1e-6)
        assert two.se == pytest.approx(one.se * scale, rel=1e-6, abs=1e-9)
        if model == "line":
            assert two.slope == pytest.approx(one.slope * scale / pace, rel=1e-6, abs=1e-6)
    ends = [(one.low and place[one.low], one.high and place[one.high]) for one in plain.dates]
    assert ends == [(one.low and away[one.low], one.high and away[one.high]) for one in other.dates]


DATES = {f"w{at + 1}": day for at, day in enumerate(days(12))}


def section(**more):
    return {"measure": "m", "dates": DATES, "breaks": more}


def test_the_section_becomes_plain_rows():
    series = stepped([60, 65, 58])
    figures = {f"w{at + 1}": (v, 0.6, np.inf) for at, v in enumerate(series.estimate)}
    found = trend_entry(read_trend(section(least=3)), figures)
    assert json.loads(json.dumps(found)) == found
    assert found["breaks"]["number"] == 2
    assert found["breaks"]["least"] == 3
    assert len(found["breaks"]["bic"]) == 3
    assert [one["date"] for one in found["breaks"]["dates"]] == [
        series.dates[4].isoformat(), series.dates[8].isoformat()
    ]  # fmt: skip
    assert any("parts the series in 3 stretches" in text for text in found["warnings"])
    assert "breaks" not in trend_entry(read_trend({"measure": "m", "dates": DATES}), figures)


def test_a_short_series_has_no_number_and_a_warning():
    figures = {f"w{at + 1}": (60.0 + at, 0.6, 100) for at in range(5)}
    found = trend_entry(read_trend(section()), figures)
    assert found["breaks"]["number"] is None
    assert any("too short for several breaks" in text for text in found["warnings"])


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"colour": 1}, r"\[trend.breaks\] does not know 'colour'"),
        ({"model": "cubic"}, "model must be one of level, line"),
        ({"errors": 3}, "errors must be text"),
        ({"least": 1}, "least must be at least 2 waves"),
        ({"least": 2, "model": "line"}, "least must be at least 3 waves"),
        ({"most": 0}, "most must be a whole number"),
        ({"most": 1.5}, "most must be a whole number"),
    ],
)
def test_a_section_that_is_wrong_says_where(raw, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_trend(section(**raw))
