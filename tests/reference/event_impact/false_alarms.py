"""How often `analytics.trend.impact` sees an effect where there is none; behind docs/methods.md.

Run: python tests/reference/event_impact/false_alarms.py [series]. Drift in points a root year,
slope in points a year; errors as published for a region (main waves 0.9, pulses 1.6), the agency
(0.35, 0.7) and the public twice a year (0.75). Each line: share of series whose 95 % interval
excludes 0, of those called up or down at a margin of 3, and of those called so by the rule for
days that were chosen with the figures on the table (the same where the day was known before).
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from functools import partial
from itertools import product

import numpy as np

from analytics.trend.events import KnownEvent
from analytics.trend.impact import impact, judge_impacts
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
    plain, told = (judge_impacts([found], MARGIN, [rule])[0] for rule in (False, afterwards))
    called = [one.verdict in {"up", "down"} for one in (plain, told)]
    return not found.low <= 0 <= found.high, *called


def fixed(rng, kind, before, after, shape, move):
    series, days = a_series(rng, kind, before + after, *MOVES[move])
    return alarm(impact(series, KnownEvent("e", days[before] - timedelta(days=30), shape)))


def picked(rng, kind, waves, move):
    """Put the event where the line bends most, after looking; judged as such a day."""
    series, days = a_series(rng, kind, waves, *MOVES[move])
    tried = [
        impact(series, KnownEvent("e", days[at] - timedelta(days=30), "step"))
        for at in range(3, waves - 1)
    ]
    return alarm(max(tried, key=lambda one: abs(one.estimate / one.se)), afterwards=True)


def line(draw, many):
    """Write the shares of each movement, in per cent."""
    told = []
    for move in MOVES:
        share = 100 * np.mean([draw(move) for _ in range(many)], axis=0)
        told.append(f"{move} " + "/".join(f"{one:.1f}" for one in share))
    return "  ".join(told)


def main(many):
    rng = np.random.default_rng(20261126)
    for kind in ERRORS:
        for (before, after), shape in product(((3, 2), (4, 4), (6, 6)), ("step", "decay")):
            draw = partial(fixed, rng, kind, before, after, shape)
            print(f"{kind:7} {before}+{after} {shape:5}", line(draw, many), flush=True)
        print(f"{kind:7} 12 picked ", line(partial(picked, rng, kind, 12), many // 2), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
