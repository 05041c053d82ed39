"""How often `analytics.trend.impact` sees an effect where there is none; behind docs/methods.md.

Run: python tests/reference/event_impact/false_alarms.py [series]. Drift in points a root year,
slope in points a year; errors as published for a region (main waves 0.9, pulses 1.6), the agency
(0.35, 0.7) and the public twice a year (0.75). Each line: share of series whose 95 % interval
excludes 0, and of those called up or down at a margin of 3.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta

import numpy as np

from analytics.trend.events import Event
from analytics.trend.impact import impact, judge
from analytics.trend.series import wave_series

MARGIN = 3.0
ERRORS = {"region": (91, 0.9, 1.6), "agency": (91, 0.35, 0.7), "public": (182, 0.75, 0.75)}
MOVES = {
    "still": (0, 0),
    "drift 1": (1, 0),
    "drift 2": (2, 0),
    "drift 4": (4, 0),
    "slope 2": (0, 2),
}


def a_series(rng, kind, waves, drift, slope):
    gap, main, pulse = ERRORS[kind]
    days = [date(2024, 1, 1) + timedelta(days=gap * number) for number in range(waves)]
    time = np.arange(waves) * gap / 365.25
    se = np.where(np.arange(waves) % 4 == 0, main, pulse)
    level = slope * time + np.cumsum(rng.standard_normal(waves)) * drift * np.sqrt(gap / 365.25)
    return wave_series(days, 60 + level + rng.normal(0, se), se), days


def alarm(found, *, afterwards=False):
    [told] = judge([found], MARGIN, [afterwards])
    return not found.low <= 0 <= found.high, told.verdict in {"up", "down"}


def fixed(rng, kind, before, after, shape, move):
    series, days = a_series(rng, kind, before + after, *MOVES[move])
    return alarm(impact(series, Event("e", days[before] - timedelta(days=30), shape)))


def picked(rng, kind, waves, move):
    """Put the event where the line bends most, after looking; judged as such a day."""
    series, days = a_series(rng, kind, waves, *MOVES[move])
    tried = [
        impact(series, Event("e", days[at] - timedelta(days=30), "step"))
        for at in range(3, waves - 1)
    ]
    return alarm(max(tried, key=lambda one: abs(one.estimate / one.se)), afterwards=True)


def main(many):
    rng = np.random.default_rng(20261126)
    for kind in ERRORS:
        for before, after in ((3, 2), (4, 4), (6, 6)):
            for shape in ("step", "decay"):
                some = many if shape == "step" else many // 4
                shares = [
                    np.mean(
                        [fixed(rng, kind, before, after, shape, m) for _ in range(some)], axis=0
                    )
                    for m in MOVES
                ]
                told = "  ".join(
                    f"{m} {100 * a:4.1f}/{100 * b:4.1f}"
                    for m, (a, b) in zip(MOVES, shares, strict=True)
                )
                print(f"{kind:7} {before}+{after} {shape:5} {told}", flush=True)
        shares = [
            np.mean([picked(rng, kind, 12, m) for _ in range(many // 2)], axis=0) for m in MOVES
        ]
        told = "  ".join(
            f"{m} {100 * a:4.1f}/{100 * b:4.1f}" for m, (a, b) in zip(MOVES, shares, strict=True)
        )
        print(f"{kind:7} 12 picked  {told}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
