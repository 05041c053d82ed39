"""How often trend intervals cover, breaks are false, and steps are found.

``python -m tests.benchmarks.trend PART [repetitions [waves ...]]``, a part of `PARTS`.
Each world is four waves a year, standard errors of 0.7 to 1.3 points, seed 20260401.
"""

import sys
from datetime import date
from time import perf_counter

import numpy as np

from analytics.trend.breaks import find_break
from analytics.trend.describe import describe
from analytics.trend.events import KnownEvent
from analytics.trend.series import wave_series
from analytics.trend.slope import slope
from analytics.trend.smooth import smooth

LENGTHS = (8, 24, 60)
SEARCHED = (8, 12, 24, 60)
DESCRIBED = (2, 4, 8, 24)
GAP = 0.25


def days(n):
    return [date(2016 + at // 4, 1 + 3 * (at % 4), 15) for at in range(n)]


def world(rng, n, *, drift=0.0, turn=0.0, line=0.0, step=0.0):
    """A true path and its waves; drift and turn a root year, line a year, step at the middle."""
    bend = np.concatenate([[0.0], np.cumsum(rng.normal(size=n - 1))]) * turn * np.sqrt(GAP)
    path = 60 + line * GAP * np.arange(n) + np.cumsum(bend) * GAP
    path += np.concatenate([[0.0], np.cumsum(rng.normal(size=n - 1))]) * drift * np.sqrt(GAP)
    path[n // 2 :] += step
    se = rng.uniform(0.7, 1.3, n)
    return path, line + bend[-1], wave_series(days(n), rng.normal(path, se), se)


def share(hits):
    return f"{100 * np.mean(hits):5.1f} %"


def levels(rng, repetitions, lengths=LENGTHS):
    print(
        "95 % intervals of the level at the last wave, in the middle, and of the last year's change"
    )
    for n in lengths:
        for drift, line in ((0, 0), (1, 0), (3, 0), (0, 1)):
            hits = {True: [], False: []}
            width = {True: [], False: []}
            for _ in range(repetitions):
                path, _, series = world(rng, n, drift=drift, line=line)
                for plug_in, found_hits in hits.items():
                    found = smooth(series, since=[days(n)[-5]], plug_in=plug_in)
                    pairs = (
                        (found.level[-1], path[-1]),
                        (found.level[n // 2], path[n // 2]),
                        (found.changes[0], path[-1] - path[-5]),
                    )
                    found_hits.append([f.low <= truth <= f.high for f, truth in pairs])
                    width[plug_in].append(found.level[-1].high - found.level[-1].low)
            for plug_in, name in ((False, "averaged"), (True, "plug-in ")):
                rates = " ".join(share(column) for column in np.array(hits[plug_in]).T)
                half = np.mean(width[plug_in]) / 2
                print(
                    f"waves {n:2} drift {drift} line {line} {name} {rates}  half width {half:.2f}"
                )


def slopes(rng, repetitions, lengths=LENGTHS):
    print(
        "95 % intervals of the slope: least squares over 4 waves on a line; smooth trend at the end"
    )
    for line in (0, 2):
        found = [slope(world(rng, 4, line=line)[2]) for _ in range(10 * repetitions)]
        print(f"4 waves, line {line}: {share([f.low <= line <= f.high for f in found])}")
    for n in lengths:
        for turn in (0, 1, 3):
            hits = []
            for _ in range(repetitions):
                _, truth, series = world(rng, n, turn=turn, line=1)
                found = smooth(series, kind="smooth").slope
                hits.append(found.low <= truth <= found.high)
            print(f"waves {n:2} turn {turn} smooth trend {share(hits)}")


def steps(rng, repetitions, lengths=LENGTHS):
    print("a step at a known date: interval covers, false alarms, power at 3 and 5 points")
    for n in lengths:
        for drift in (0, 1, 3):
            covered, alarm = [], {0: [], 3: [], 5: []}
            for size, alarms in alarm.items():
                for _ in range(repetitions):
                    _, _, series = world(rng, n, drift=drift, step=size)
                    event = KnownEvent("step", days(n)[n // 2], "step")
                    found = smooth(series, events=[event]).effects[0]
                    covered.append(found.low <= size <= found.high)
                    alarms.append(found.low > 0 or found.high < 0)
            rates = " ".join(f"{size}: {share(hits)}" for size, hits in alarm.items())
            print(f"waves {n:2} drift {drift} covers {share(covered)}  called at {rates}")


def breaks(rng, repetitions, lengths=SEARCHED):
    print("a break at a date nobody named: false alarms at 5 %, power at 3 and 5 points")
    for n in lengths:
        for drift, line in ((0, 0), (1, 0), (3, 0), (0, 2)):
            rates = []
            for size in (0, 3, 5):
                hits = [
                    find_break(
                        world(rng, n, drift=drift, line=line, step=size)[2], rng, repetitions=199
                    ).found
                    for _ in range(repetitions)
                ]
                rates.append(f"{size}: {share(hits)}")
            print(f"waves {n:2} drift {drift} line {line}  {' '.join(rates)}")


def verdicts(rng, repetitions, lengths=DESCRIBED):
    print("directions in a world without change, and with 4 points over the last year (margin 3)")
    for n in lengths:
        for change in (0.0, 4.0):
            named = []
            for _ in range(repetitions):
                se = rng.uniform(0.7, 1.3, n)
                path = 60 + change * np.clip((np.arange(n) - (n - 5)) / 4, 0, 1)
                named.append(describe(wave_series(days(n), rng.normal(path, se), se)).direction)
            counts = " ".join(
                f"{name} {share([each == name for each in named])}"
                for name in ("up", "down", "steady", "uncertain")
            )
            print(f"waves {n:2} change {change:.0f}: {counts}")


def respondents(rng, repetitions, _lengths=()):
    print("slope over 4 waves and level over 8, errors estimated from n respondents a wave")
    for n in (20, 200, 2000):
        hits = []
        for _ in range(repetitions):
            answers = rng.normal(60, 20, (8, n))
            mean, se = answers.mean(axis=1), answers.std(axis=1, ddof=1) / np.sqrt(n)
            series = wave_series(days(8), mean, se, [n - 1] * 8)
            line, level = slope(series), smooth(series).level[-1]
            hits.append([line.low <= 0 <= line.high, level.low <= 60 <= level.high])
        rates = " ".join(share(column) for column in np.array(hits).T)
        print(f"n {n:4}: {rates}")


PARTS = {f.__name__: f for f in (levels, slopes, steps, breaks, verdicts, respondents)}

if __name__ == "__main__":
    started = perf_counter()
    name, repetitions, *lengths = [*sys.argv[1:], *(["200"] if len(sys.argv) == 2 else [])]
    chosen = [tuple(int(each) for each in lengths)] if lengths else []
    PARTS[name](np.random.default_rng(20260401), int(repetitions), *chosen)
    print(f"{perf_counter() - started:.0f} s")
