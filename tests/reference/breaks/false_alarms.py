"""How often several breaks are found where there is none, or three levels; for docs/methods.md.

Run: python tests/reference/breaks/false_alarms.py [series]. Waves of a region four times a year
(errors .9 and 1.6), levels constant between breaks. Drift in points a root year. Each line: share
of series in which a break is found with known errors, with errors known up to a factor, and with
equal ones; by the test of one break (`analytics.trend.breaks`); and, of series with two breaks of
some points, the share in which both are found, with the share of their intervals that hold them.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta

import numpy as np

from analytics.trend.breaks import find_break
from analytics.trend.series import wave_series
from analytics.trend.several_breaks import ERRORS, several_breaks


def a_series(rng, waves, drift, size=0.0):
    days = [date(2020, 1, 1) + timedelta(days=91) * at for at in range(waves)]
    se = np.where(np.arange(waves) % 4 == 0, 0.9, 1.6)
    level = 60 + np.cumsum(rng.standard_normal(waves)) * drift * np.sqrt(91 / 365.25)
    breaks = [waves // 3, 2 * waves // 3]
    level = level + size * (np.arange(waves) >= breaks[0]) - size * (np.arange(waves) >= breaks[1])
    return wave_series(days, level + rng.normal(0, se), se), [days[at] for at in breaks]


def alarms(rng, waves, drift, many):
    found = []
    for _ in range(many):
        series, _ = a_series(rng, waves, drift)
        one = [bool(several_breaks(series, errors=errors).dates) for errors in ERRORS]
        found.append([*one, bool(find_break(series, rng, repetitions=99).found)])
    return np.mean(found, axis=0)


def power(rng, waves, size, many):
    both, held = [], []
    for _ in range(many):
        series, true = a_series(rng, waves, 0.0, size)
        found = several_breaks(series).dates
        both.append(len(found) == 2)
        if len(found) == 2:
            held += [
                (one.low or series.dates[0]) <= day <= (one.high or series.dates[-1])
                for one, day in zip(found, true, strict=True)
            ]
    return np.mean(both), np.mean(held) if held else np.nan


def main(many=400):
    rng = np.random.default_rng(1)
    for waves in (8, 12, 20, 40):
        for drift in (0, 1, 2, 4):
            told = alarms(rng, waves, drift, many)
            print(f"{waves} waves, drift {drift}: " + " ".join(f"{part:4.0%}" for part in told))
    for waves in (12, 20, 40):
        for size in (3, 5, 8):
            both, held = power(rng, waves, size, many)
            print(f"{waves} waves, two breaks of {size}: both {both:4.0%}, dates held {held:4.0%}")


if __name__ == "__main__":
    main(*(int(part) for part in sys.argv[1:]))
