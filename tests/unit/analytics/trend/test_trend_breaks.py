"""Breaks at a date nobody named."""

from datetime import date

import numpy as np
import pytest

from analytics.errors import FrameError
from analytics.trend.breaks import find_break
from analytics.trend.series import wave_series


def quarters(n):
    return [date(2016 + at // 4, 2 + 3 * (at % 4), 15) for at in range(n)]


def a_series(n, step=0.0, seed=1, se=1.0):
    values = 60 + np.random.default_rng(seed).normal(0, se, n)
    values[n // 2 :] += step
    return wave_series(quarters(n), values, np.full(n, se))


def search(series, **options):
    return find_break(series, np.random.default_rng(5), repetitions=199, **options)


def test_a_large_step_is_found_where_it_is():
    found = search(a_series(24, step=8))
    assert found.found
    assert found.day == quarters(24)[12]
    assert found.p <= 0.05


def test_no_step_is_found_where_there_is_none():
    assert search(a_series(24)).found is False


def test_fewer_than_eight_waves_get_no_verdict():
    found = search(a_series(7, step=20))
    assert found.found is None
    assert found.warnings[0].startswith("Trend too short")


def test_a_steady_slope_is_no_break():
    series = wave_series(quarters(16), 50 + np.arange(16.0), np.full(16, 1.0))
    assert search(series).found is False


def test_a_known_step_is_no_break():
    series = a_series(24, step=8)
    assert search(series, known=[quarters(24)[12]]).found is False


def test_a_known_pulse_is_no_break_nor_is_a_season():
    pulse = (np.arange(16) == 7)[:, None].astype(float)
    season = np.where(np.arange(16) % 2, 6.0, -6.0)[:, None]
    values = a_series(16, seed=4).estimate - 9 * pulse[:, 0] + season[:, 0]
    series = wave_series(quarters(16), values, np.ones(16))
    assert search(series, patterns=np.hstack([pulse, season])).found is False
    # named twice it takes nothing more out
    twice = np.hstack([pulse, season, season])
    assert search(series, patterns=twice).p == search(series, patterns=np.hstack([pulse, season])).p


def test_equal_waves_have_no_break():
    series = wave_series(quarters(12), np.full(12, 60.0), np.full(12, 1.0))
    assert search(series).found is False


def test_waves_without_error_get_no_verdict():
    found = search(wave_series(quarters(12), np.arange(12) % 3.0, np.zeros(12)))
    assert found.found is None
    assert "finite population correction" in found.warnings[0]


def test_five_per_cent_need_nineteen_draws():
    with pytest.raises(FrameError, match="19 repetitions"):
        find_break(a_series(12), np.random.default_rng(1), repetitions=9)
