"""Figures of a split form's modules: two-phase variance, and waves played through.

``python -m tests.reference.split 400`` prints the table of docs/methods.md.

`two_phase` is the general estimator of Särndal, Swensson & Wretman (1992), Model Assisted Survey
Sampling, (9.3.7), from the joint inclusion probabilities of both phases; `(9.4.14)` is its closed
form for a sample that is stratified in the second phase, on the data of tests/twophase.R of R's
package survey, where T. Tsuchiya compared both.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.pipeline import estimate_wave
from tests.reference.split.waves import (
    ITEMS,
    MODULES,
    RESPONSE,
    a_wave,
    a_world,
    held,
    table_of,
)


def drawn(n, size, rows):
    """Joint inclusion probabilities of some ``rows`` where ``n`` of ``size`` are drawn."""
    joint = np.full((rows, rows), n * (n - 1) / (size * (size - 1)))
    np.fill_diagonal(joint, n / size)
    return joint


def two_phase(y, first, second):
    """Variance of a total by phase, from joint probabilities of those in the second (9.3.7)."""
    once = y / np.diag(first)
    twice = once / np.diag(second)
    phase1 = (1 - np.outer(np.diag(first), np.diag(first)) / first) / second * np.outer(once, once)
    phase2 = (1 - np.outer(np.diag(second), np.diag(second)) / second) * np.outer(twice, twice)
    return phase1.sum(), phase2.sum()


# by all who answered, n of N, in place of those who were asked the module, a third of them
SHORT = np.sqrt((1 - RESPONSE) / (1 - RESPONSE / MODULES))
REI = {"N": 300, "n": 20, "strata": [(12, [1, 2, 3, 4, 5]), (8, [6, 7, 8])]}


def test_the_estimator_gives_what_is_published_for_two_phases_with_strata():
    size, n = REI["N"], REI["n"]
    y = np.array([value for _, own in REI["strata"] for value in own], dtype=float)
    first = drawn(n, size, len(y))
    rates = np.repeat([len(own) / got for got, own in REI["strata"]], [5, 3])
    second = np.outer(rates, rates)
    for got, own, at in ((12, 5, slice(0, 5)), (8, 3, slice(5, 8))):
        second[at, at] = drawn(own, got, own)
    phase1, phase2 = two_phase(y, first, second)
    # (9.4.14): w = .6, .4; S^2 = 2.5, 1; means 3 and 7, together 4.6
    w, s2, mean = np.array([0.6, 0.4]), np.array([2.5, 1.0]), np.array([3.0, 7.0])
    got, own = np.array([12, 8]), np.array([5, 3])
    closed = (
        size * (size - 1) * ((got - 1) / (n - 1) - (own - 1) / (size - 1)) * w * s2 / own
    ).sum()
    closed += (size * (size - n) * w * (mean - 4.6) ** 2 / (n - 1)).sum()
    assert closed == pytest.approx(36522.6316, abs=1e-3)
    assert phase1 + phase2 == pytest.approx(closed, rel=1e-9)
    assert phase2 == pytest.approx(size**2 * (w**2 * (1 - own / got) / own * s2).sum(), rel=1e-9)


def test_the_error_of_a_module_is_that_of_the_second_phase():
    world = a_world(7, smallest=140)
    assert set(a_wave(world, np.random.default_rng(3)).domains) == set(world.frame["unit"])
    data = a_wave(world, np.random.default_rng(3))
    table = estimate_wave(data).estimates
    people = world.frame.set_index("unit")["population"]
    region = world.frame.set_index("unit")["region"]
    for code in ("A0", "B0", "D1"):
        items = [name for name in data.questionnaire.columns if name.startswith(code.lower())]
        scores = (data.answers[items].astype(float) - 1.0) * 25.0
        score = scores.mean(axis=1).where((data.answers[items] > 0).all(axis=1))
        assert len(items) == ITEMS
        parts = {}
        for unit in people.index:
            mine = (data.domains == unit).to_numpy()
            y = score[mine].dropna().to_numpy()
            n, m, size = int(mine.sum()), len(y), int(people[unit])
            variance = sum(two_phase(y, drawn(n, size, m), drawn(m, n, m)))
            parts[unit] = (size, y.mean(), variance, m)
        found = pd.DataFrame(parts, index=["size", "mean", "variance", "n"]).T
        for level, place, own in [
            ("agency", "", found),
            *(("region", name, found[region.reindex(found.index) == name]) for name in set(region)),
            *(("unit", name, found.loc[[name]]) for name in list(people.index)[:5]),
        ]:
            row = table.of(code, level=level, domain=place)
            total = own["size"].sum()
            assert row["n"] == own["n"].sum()
            assert row["mean"] == pytest.approx((own["size"] * own["mean"]).sum() / total)
            assert row["se"] == pytest.approx(np.sqrt(own["variance"].sum()) / total, rel=1e-9)


def test_intervals_of_modules_hold_the_truth_as_often_as_they_say():
    found = table_of(held(2, 8, units=12, smallest=100))
    # four errors; `python -m tests.reference.split 400` has 95 +- 1 %
    assert (found["bias"].abs() <= 4 * found["bias_error"]).all(), found
    assert ((found["covered"] - 0.95).abs() <= 4 * found["covered_error"] + 0.01).all(), found
    module = found.loc["module"]
    assert (module["spread"] / module["told"]).between(0.8, 1.25).all(), found


def test_with_the_correction_of_all_who_answered_errors_of_modules_would_be_too_small():
    rows = held(3, 6, units=12, smallest=100)
    unit = rows[(rows["part"] == "module") & (rows["level"] == "unit")]
    told, short = (unit["se"] * ratio for ratio in (1.0, SHORT))
    spread = np.sqrt((unit["error"] ** 2).mean())
    assert np.sqrt((told**2).mean()) == pytest.approx(spread, rel=0.1)
    assert np.sqrt((short**2).mean()) < 0.8 * spread
