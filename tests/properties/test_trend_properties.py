"""What holds for the trend of any series."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.trend.breaks import find_break
from analytics.trend.chain import link_series
from analytics.trend.describe import describe
from analytics.trend.overlap import Arm, unpaired
from analytics.trend.series import wave_series
from analytics.trend.slope import slope
from analytics.trend.smooth import smooth
from analytics.trend.splice import decide_link
from tests.examples import examples


@st.composite
def waves(draw, least=5, most=14):
    n = draw(st.integers(least, most))
    gaps = draw(st.lists(st.integers(20, 500), min_size=n, max_size=n))
    start = date(2015, 1, 1)
    days = [start + timedelta(days=int(gap)) for gap in np.cumsum(gaps)]
    points = st.floats(0, 100, allow_subnormal=False)
    values = draw(st.lists(points, min_size=n, max_size=n))
    errors = draw(st.lists(st.floats(0.2, 5), min_size=n, max_size=n))
    return days, np.array(values), np.array(errors)


@examples(4, audit=8)
@given(waves(), st.floats(-50, 50), st.floats(0.1, 10))
def test_origin_and_unit_of_the_scale_carry_through_the_smoother(data, shift, factor):
    days, values, errors = data
    one = smooth(wave_series(days, values, errors), since=[days[0]])
    other = smooth(wave_series(days, shift + factor * values, factor * errors), since=[days[0]])
    level, moved = one.level[-1], other.level[-1]
    assert moved.estimate == pytest.approx(shift + factor * level.estimate, rel=1e-4, abs=1e-3)
    assert moved.se == pytest.approx(factor * level.se, rel=1e-3)
    assert other.changes[0].se == pytest.approx(factor * one.changes[0].se, rel=1e-3)


@examples(6, audit=20)
@given(waves())
def test_a_smoothed_level_lies_among_the_waves_and_is_no_less_sure_than_its_own(data):
    days, values, errors = data
    found = smooth(wave_series(days, values, errors), plug_in=True)
    low, high = values.min() - 1e-6, values.max() + 1e-6
    assert all(low <= figure.estimate <= high for figure in found.level)
    assert all(f.se <= e + 1e-6 for f, e in zip(found.level, errors, strict=True))


@examples(8, audit=30)
@given(waves(), st.floats(-20, 20))
def test_a_line_laid_on_the_waves_is_added_to_the_slope(data, line):
    days, values, errors = data
    series = wave_series(days, values, errors)
    tilted = slope(wave_series(days, values + line * series.time, errors))
    assert tilted.per_year == pytest.approx(slope(series).per_year + line, abs=1e-6)
    assert tilted.se == pytest.approx(slope(series).se, rel=1e-6)


@examples(4, audit=8)
@given(waves(), st.permutations(range(5)))
def test_the_order_of_waves_does_not_matter(data, order):
    days, values, errors = (part[:5] for part in data)
    rows = list(order)
    one = describe(wave_series(days, values, errors))
    other = describe(wave_series([days[at] for at in rows], values[rows], errors[rows]))
    assert one == other


@examples(8, audit=30)
@given(waves(), st.floats(-30, 30), st.integers(1, 4))
def test_linking_undoes_what_the_new_version_added(data, delta, at):
    days, values, errors = data
    old, new = Arm(900, 50.0, 20.0), Arm(900, 50.0 + delta, 20.0)
    splice = decide_link(unpaired(old, new), id="s", index="KI", wave=days[at], case="A",
                    decided_by="x", decided=days[at])  # fmt: skip
    changed = values + np.where(np.arange(len(days)) >= at, splice.applied, 0.0)
    found = link_series(wave_series(days, changed, errors), [splice])
    assert found.linked.estimate == pytest.approx(values)
    assert (found.linked.total_se >= errors - 1e-12).all()
    assert found.linked.total_se[at:] ** 2 == pytest.approx(errors[at:] ** 2 + splice.se**2)


@examples(5, audit=15)
@given(waves(least=8), st.floats(-50, 50), st.floats(0.1, 10))
def test_a_break_depends_on_neither_origin_nor_unit(data, shift, factor):
    days, values, errors = data
    one, other = (
        find_break(series, np.random.default_rng(1), repetitions=99)
        for series in (
            wave_series(days, values, errors),
            wave_series(days, shift + factor * values, factor * errors),
        )
    )
    assert 0 < one.p <= 1
    assert other.statistic == pytest.approx(one.statistic, rel=1e-5, abs=1e-5)
    assert other.p == pytest.approx(one.p, abs=0.03)
