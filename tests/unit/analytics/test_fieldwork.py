"""Curves of a wave in the field: what is usual, the forecast's interval, a reminder's days."""

import numpy as np
import pytest
from scipy.stats import t

from analytics.errors import FrameError
from analytics.fieldwork import FieldCurve, forecast, reminder_gain, usual_curve

DAYS = 17


def made_wave(rng, invited, reminders=(4, 10)):
    """Draw a wave: its end, how fast answers fade, and what each reminder brings all vary."""
    day = np.arange(DAYS)
    coming = np.exp(-day / rng.normal(4, 0.5))
    for at in reminders:
        coming[at:] += 0.45 * rng.lognormal(0, 0.25) * np.exp(-np.arange(DAYS - at) / 3)
    coming *= rng.lognormal(0, 0.15, DAYS)
    answered = rng.binomial(invited, np.clip(rng.normal(0.5, 0.06), 0.2, 0.8))
    by_day = rng.multinomial(answered, coming / coming.sum())
    return FieldCurve(invited, tuple((np.cumsum(by_day) / invited).tolist()), reminders)


@pytest.mark.parametrize(("n_waves", "invited"), [(3, 1800), (6, 1800), (6, 150)])
def test_the_forecast_s_interval_holds_the_end_in_19_of_20_waves(n_waves, invited):
    rng = np.random.default_rng(20260512)
    rounds, held = 300, 0
    for _ in range(rounds):
        earlier = [made_wave(rng, 1800) for _ in range(n_waves)]
        wave = made_wave(rng, invited)
        told = forecast(FieldCurve(invited, wave.shares[:5]), earlier, DAYS)
        held += told.days[-1].low <= wave.shares[-1] <= told.days[-1].high
    # three standard errors of the simulation below 95 %; small waves get rather too wide ones
    assert held / rounds >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / rounds)


def test_a_forecast_adds_on_the_logit_scale_what_came_afterwards_in_earlier_waves():
    # half of the odds of the end had come by the first of two days, in each wave: logits rise by
    # ln 2 plus -0.1, 0 and 0.1
    logits = [np.log(0.5) - 0.3, np.log(0.5), np.log(0.5) + 0.3]
    ends = [one + np.log(2) + more for one, more in zip(logits, (-0.1, 0, 0.1), strict=True)]
    share = lambda x: 1 / (1 + np.exp(-x))  # noqa: E731 - by hand
    earlier = [FieldCurve(10**9, (share(a), share(b))) for a, b in zip(logits, ends, strict=True)]
    [end] = forecast(FieldCurve(10**9, (0.2,)), earlier, 2).days
    # odds of 0.2 are 1/4; twice that is 1/2
    assert end.share == pytest.approx(1 / 3)
    wide = t.ppf(0.975, 2) * 0.1 * np.sqrt(4 / 3)
    assert end.low == pytest.approx(share(np.log(0.5) - wide), abs=1e-6)
    assert end.high == pytest.approx(share(np.log(0.5) + wide), abs=1e-6)


def test_nothing_is_usual_before_three_waves_have_ended():
    curve = FieldCurve(100, (0.2, 0.4))
    assert usual_curve([curve] * 2, 2) == ()
    assert forecast(FieldCurve(100, (0.2,)), [curve] * 2, 2) is None
    assert reminder_gain([FieldCurve(100, (0.1, 0.2, 0.2, 0.2, 0.4), (2,))] * 2) is None


def test_waves_of_other_lengths_are_stretched_over_the_days_of_this_one():
    # half after half of the time, in two days as in four
    short, long = FieldCurve(100, (0.3, 0.6)), FieldCurve(100, (0.15, 0.3, 0.45, 0.6))
    assert usual_curve([short, long, short], 4) == pytest.approx((0.15, 0.3, 0.45, 0.6))


def test_a_night_without_a_count_is_bridged():
    gap = FieldCurve(100, (None, 0.3, None, 0.6))
    assert usual_curve([gap] * 3, 4) == pytest.approx((0.15, 0.3, 0.45, 0.6))


def test_no_bound_of_a_forecast_lies_below_what_has_come():
    rng = np.random.default_rng(1)
    earlier = [made_wave(rng, 60) for _ in range(3)]
    told = forecast(FieldCurve(60, (0.3,)), earlier, DAYS)
    assert all(0.3 <= one.low <= one.share <= one.high <= 1 for one in told.days)


def test_a_reminder_is_held_against_the_pace_of_the_two_days_before_it():
    # the reminder on day 3: 1 and 1 % in the two days before, 5, 2 and 1 from it on
    curve = FieldCurve(100, (0.02, 0.03, 0.04, 0.09, 0.11, 0.12, 0.12), (3,))
    told = reminder_gain([curve] * 3)
    assert (told.before, told.after) == (pytest.approx(0.03), pytest.approx(0.08))
    assert told.low == pytest.approx(told.high) == pytest.approx(0.05)


def test_shares_outside_0_to_1_and_waves_of_nobody_are_refused():
    with pytest.raises(FrameError):
        forecast(FieldCurve(0, (0.1,)), [], 2)
    with pytest.raises(FrameError):
        forecast(FieldCurve(10, (1.1,)), [], 2)
