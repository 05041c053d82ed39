"""Whole numbers find no hidden mean of a protected file whose units weigh differently.

Answers are whole persons. The reader is granted how many answered in every unit, what they weigh,
and by which rule figures are rounded (docs/adr/0193); a linear programme leaves each hidden mean
its 20 points, so what is found, whole numbers found.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.workbench import analyse as room
from analytics.workbench.analyse import analyse
from tests.attack.whole_programme import FOUND, FREE, LINEAR, NEAR, Programme

OPTIONS = np.arange(1.0, 6.0)
POINTS = 25.0 * (OPTIONS - 1.0)
SHARES, MEANS = (0.01, 0.02, 0.05, 0.1, 0.2), (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
POINTS_OF_MEANS = (*MEANS, 10.0, 20.0)
DUST = 1e-6
LEAST = 5
ASKED = {"shares": ["x"], "means": ["x"], "ranges": {"x": [1, 5]}}


def a_file(seed):
    """Units in regions, some of them small, of which a third to all have answered."""
    rng = np.random.default_rng(seed)
    rows, persons = [], {}
    for region in range(3):
        for unit in range(int(rng.integers(3, 6))):
            n = 1 + int(rng.negative_binomial(1.2, 0.06))
            rows += [(f"r{region}", f"r{region}u{unit}")] * n
            persons[f"r{region}u{unit}"] = n + int(rng.integers(0, n + 4))
    data = pd.DataFrame(rows, columns=["region", "unit"])
    data["x"] = rng.choice(OPTIONS, len(data), p=np.array([1, 2, 4, 6, 5]) / 18)
    return data, pd.Series(persons, name="count").rename_axis("unit").reset_index()


def result_of(data, persons):
    spec = {
        "poststratify": {"by": ["unit"], "counts": "persons"},
        "variables": ASKED,
        "domains": {"by": ["region", ["region", "unit"]]},
        "disclosure": {"minimum": LEAST, "hierarchy": ["region", "unit"]},
    }
    return analyse(data, spec, {"persons": persons}).result


def first(steps, least):
    return next((one for one in steps if one >= least - 1e-9), steps[-1])


def half(row, *, over_hidden):
    """Say how far a figure may lie from the one that is shown."""
    share, n = row["statistic"] == "share", row["n"]
    if over_hidden:
        step = first(SHARES, 10 / n) if share else first(MEANS, 4 / n)
    else:
        step = (0.01 if n < 100 else 0.001) if share else 0.1
    return step / 2 + DUST


def attack(data, persons, rows, *, blurred=True):
    """Count how the hidden means of small units are judged."""
    n = data.groupby("unit").size()
    region = data.groupby("unit")["region"].first()
    weight = persons.set_index("unit")["count"][n.index] / n
    size, people = weight.to_numpy(), n.to_numpy(dtype=float)
    programme = Programme(np.repeat(people, len(OPTIONS)))
    for at, count in enumerate(people):
        own = np.outer(np.arange(len(people)) == at, np.ones(len(OPTIONS)))
        programme.know(own.ravel(), count, count)

    def inside(domain):
        there = np.ones(len(people))
        there *= region.isin([domain.get("region", one) for one in region.unique()])
        return there * np.isin(n.index, [domain.get("unit", one) for one in n.index])

    hidden = [row for row in rows if row["status"] == "suppressed_primary"]
    gone = {row["domain"]["unit"] for row in hidden if "unit" in row["domain"]}
    for row in rows:
        if row["status"] != "published":
            continue
        mine = inside(row["domain"])
        over = blurred and "unit" not in row["domain"] and bool((mine * n.index.isin(gone)).any())
        told = (float(row["category"]) == OPTIONS) if row["statistic"] == "share" else OPTIONS
        total, off = float(mine * size @ people), half(row, over_hidden=over)
        programme.know(
            np.outer(mine * size, told).ravel(),
            (row["mean"] - off) * total,
            (row["mean"] + off) * total,
        )
    for domain in {tuple(row["domain"].items()) for row in hidden}:
        mine = inside(dict(domain))
        if mine @ people < LEAST:
            of_all = mine * size / (mine * size @ people)
            programme.aims.append((domain, np.outer(of_all, POINTS).ravel()))
    return [judgement for _, judgement, _ in programme.judge(patience=5.0)]


def judged(seeds, **how):
    found = []
    for seed in seeds:
        data, persons = a_file(seed)
        found += attack(data, persons, result_of(data, persons)["estimates"], **how)
    return found


SEEDS = range(6)


def test_whole_numbers_find_no_mean_of_a_small_unit():
    found = judged(SEEDS)
    assert set(found) == {FREE}
    assert len(found) > 5


@pytest.mark.slow
def test_whole_numbers_find_no_mean_of_a_small_unit_in_forty_files():
    found = judged(range(6, 46))
    assert not {FOUND, NEAR, LINEAR} & set(found)
    assert found.count(FREE) > 40


def test_the_same_attack_finds_small_units_behind_figures_that_are_not_coarse(monkeypatch):
    monkeypatch.setattr(room, "told_wave", lambda wave, *_: wave)
    assert judged(SEEDS, blurred=False).count(FOUND) > 3


def of_two_women(seed, disclosure, unit_of_persons=1.0):
    """Say which numbers of two women, in a unit that is weighted by gender, its share leaves."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(6, 30))
    unit = np.repeat(["a", "b", "c"], [n, 60, 70])
    gender = np.where(rng.random(len(unit)) < 0.4, "w", "m")
    gender[:n] = ["w"] * 2 + ["m"] * (n - 2)
    data = pd.DataFrame({"unit": unit, "gender": gender})
    data["x"] = np.where(rng.random(len(unit)) < 0.5, "yes", "no")
    count = np.array([200, 180]) * unit_of_persons
    persons = pd.DataFrame({"gender": ["w", "m"], "count": count})
    spec = {
        "poststratify": {"by": ["gender"], "counts": "persons"},
        "variables": {"shares": ["x"]},
        "domains": {"by": ["unit", "gender"]},
    }
    rows = analyse(data, spec | disclosure, {"persons": persons}).result["estimates"]
    (row,) = [
        row for row in rows if row["domain"] == {"unit": "a"} and row.get("category") == "yes"
    ]
    counted = data["gender"].value_counts()
    women, men = 200 / counted["w"], 180 / counted["m"]
    everybody = 2 * women + (n - 2) * men
    base = first(SHARES, 10 / n)
    coarse = abs(row["mean"] - base * round(row["mean"] / base)) < DUST
    off = (base if coarse else 0.01) / 2
    return {
        a
        for a in range(3)
        for b in range(n - 1)
        if abs((women * a + men * b) / everybody - row["mean"]) <= off + DUST
    }


def test_two_women_of_a_unit_that_is_weighted_by_gender_are_not_told_apart():
    protected = {"disclosure": {"minimum": LEAST}}
    assert [len(of_two_women(seed, protected)) for seed in range(20)] == [3] * 20
    # from whole percents it follows, of more than every second unit, how many of them said so
    assert sum(len(of_two_women(seed, {})) == 1 for seed in range(20)) > 10


@pytest.mark.parametrize("unit", [1e-10, 1e8])
def test_they_are_not_told_apart_in_whatever_unit_persons_are_counted(unit):
    protected = {"disclosure": {"minimum": LEAST}}
    assert [len(of_two_women(seed, protected, unit)) for seed in range(20)] == [3] * 20


def of_two_young_women(seed, by, disclosure):
    """Say which numbers of two young women, in a unit of old men, a share raked by both leaves."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 30))
    unit = np.repeat(["a", "b", "c"], [n, 60, 70])
    data = pd.DataFrame({"unit": unit, "gender": "m", "age": "old"})
    data.loc[n:, "gender"] = np.where(rng.random(130) < 0.4, "w", "m")
    data.loc[n:, "age"] = np.where(rng.random(130) < 0.5, "young", "old")
    data.loc[:1, ["gender", "age"]] = "w", "young"
    data["x"] = np.where(rng.random(len(data)) < 0.5, "yes", "no")
    spec = {
        "rake": {"gender": {"w": 210, "m": 170}, "age": {"young": 130, "old": 250}},
        "variables": {"shares": ["x"]},
        "domains": {"by": by},
    }
    rows = analyse(data, spec | disclosure).result["estimates"]
    (row,) = [
        row for row in rows if row["domain"] == {"unit": "a"} and row.get("category") == "yes"
    ]
    # what the margins and the number of answers in each crossing make of weights
    table = pd.crosstab(data["gender"], data["age"]).astype(float)
    weight = table / table
    for _ in range(200):
        weight = weight.mul([170 / 380, 210 / 380] / (weight * table).sum(axis=1), axis=0)
        weight = weight.mul([250 / 380, 130 / 380] / (weight * table).sum(axis=0), axis=1)
    women, men = weight.loc["w", "young"], weight.loc["m", "old"]
    everybody = 2 * women + (n - 2) * men
    base = first(SHARES, 10 / n)
    coarse = abs(row["mean"] - base * round(row["mean"] / base)) < DUST
    return {
        a
        for a in range(3)
        for b in range(n - 1)
        if abs((women * a + men * b) / everybody - row["mean"])
        <= (base if coarse else 0.01) / 2 + DUST
    }


def test_two_young_women_are_not_told_apart_where_the_crossing_that_was_raked_is_told():
    protected = {"disclosure": {"minimum": LEAST, "hierarchy": ["gender", "age"]}}
    by = ["unit", ["gender", "age"]]
    assert [len(of_two_young_women(seed, by, protected)) for seed in range(12)] == [3] * 12
    # from whole percents it follows, of more than every second unit, how many of them said so
    assert sum(len(of_two_young_women(seed, by, {})) == 1 for seed in range(12)) > 6


def sums_of_two_women(seed, disclosure):
    """Say which points of two women together their unit's mean leaves, by all rows there are."""
    rng = np.random.default_rng(seed)
    n = {"a": int(rng.integers(6, 9)), "b": 20, "c": 22}
    women = {"a": 2, "b": 8, "c": 9}
    data = pd.DataFrame(
        [(unit, "w" if at < women[unit] else "m") for unit in n for at in range(n[unit])],
        columns=["unit", "gender"],
    )
    data["x"] = rng.choice(OPTIONS, len(data))
    persons = pd.DataFrame({"gender": ["w", "m"], "count": [200, 180]})
    spec = {
        "poststratify": {"by": ["gender"], "counts": "persons"},
        "scales": {"s": {"items": ["x"], "minimum": 1, "maximum": 5}},
        "domains": {"by": ["unit"]},
    }
    rows = analyse(data, spec | disclosure, {"persons": persons}).result["estimates"]
    mean = {row["domain"].get("unit"): row["mean"] for row in rows}
    each = {"w": 200 / 19, "m": 180 / (sum(n.values()) - 19)}
    size = {unit: women[unit] * each["w"] + (n[unit] - women[unit]) * each["m"] for unit in n}
    everybody = sum(size.values())
    # the whole less the others is the unit
    total = everybody * mean[None] - size["b"] * mean["b"] - size["c"] * mean["c"]
    base = first(POINTS_OF_MEANS, 100 / sum(n.values()))
    coarse = abs(mean[None] - base * round(mean[None] / base)) < DUST
    whole = base if coarse else 0.1
    off = (everybody * whole + (size["b"] + size["c"]) * 0.1) / 2 + DUST
    return {
        of_women
        for of_women in range(9)
        for of_men in range(4 * (n["a"] - 2) + 1)
        if abs(25 * (each["w"] * of_women + each["m"] * of_men) - total) <= off
    }


def test_two_women_do_not_follow_from_what_holds_their_unit_and_its_other_units():
    protected = {"disclosure": {"minimum": LEAST}}
    # of nine sums, unless the men gave nearly all that they could
    assert min(len(sums_of_two_women(seed, protected)) for seed in range(20)) >= 6
    # where all that is beside it has its digits the others are left out
    assert max(len(sums_of_two_women(seed, {})) for seed in range(20)) <= 5
