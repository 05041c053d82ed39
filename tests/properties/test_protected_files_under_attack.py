"""A hostile reader of a protected file, with every section on, finds no hidden count.

The reader knows the specification, how many people each unit has, and the whole result. What other
tests say of cells by themselves is tried here over everything that a file tells at once; each way
in was open once.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from analytics.workbench.analyse import analyse

ITEMS, OTHERS = ["p", "q", "r"], ["x", "y"]
DONT_KNOW = 9
EXACT = 1e-6
SEEDS = range(4)


def a_file(seed):
    """Units of which one is small, and the people that each is known to have."""
    rng = np.random.default_rng(seed)
    minimum = int(rng.choice([3, 5, 10]))
    answered = rng.integers(minimum, 60, int(rng.integers(4, 7)))
    answered[0] = rng.integers(1, minimum)
    answered[-1] += 40  # from a hundred answers on, more is told
    people = answered + rng.integers(3, 30, len(answered))
    names = [f"u{at}" for at in range(len(answered))]
    opinion = rng.normal(size=(answered.sum(), 1))
    items = np.clip(np.round(3 + opinion + rng.normal(size=(len(opinion), 5))), 1, 5)
    data = pd.DataFrame(items, columns=ITEMS + OTHERS).assign(unit=np.repeat(names, answered))
    data.loc[data.index[-1], OTHERS] = DONT_KNOW  # one has a score by "don't know" alone
    return data, dict(zip(names, people.tolist(), strict=True)), minimum


@cache
def attacked(seed):
    """Return the file of a seed and its result, once for all tests."""
    data, people, minimum = a_file(seed)
    return data, people, minimum, result_of(data, people, minimum)


def result_of(data, people, minimum):
    ends = {"minimum": 1, "maximum": 5}
    spec = {
        "scales": {
            "s": ends | {"items": ITEMS},
            "t": ends | {"items": OTHERS, "dont_know": DONT_KNOW},
        },
        "domains": {"by": ["unit"]},
        "poststratify": {"by": ["unit"], "counts": "people"},
        "comparison": {"by": "unit", "pairs": True},
        "quality": {"models": {"m": ["s"]}, "screen": ["unit"]},
        "planning": {"allocation": {"by": "unit", "measure": "s"}},
        "disclosure": {"minimum": minimum},
    }
    counts = pd.DataFrame({"unit": list(people), "count": list(people.values())})
    return analyse(data, spec, {"people": counts}).result


def hidden_units(result):
    rows = [row for row in of_s(result) if row["domain"]]
    return [row["domain"]["unit"] for row in rows if row["status"] != "published"]


def of_s(result):
    """Give the estimates of the scale that everybody answered."""
    return [row for row in result["estimates"] if row["index"] == "s"]


def named(value, units):
    """Walk the result below the estimates: hidden units that stand beside a number."""
    if isinstance(value, list):
        return [found for part in value for found in named(part, units)]
    if not isinstance(value, dict):
        return []
    own = {*value.values()} if all(map(_plain, value.values())) else set()
    own |= {*value.get("domain", {}).values()} if isinstance(value.get("domain"), dict) else set()
    own |= {part for part in value.values() if isinstance(part, str)}
    numbers = [part for part in value.values() if isinstance(part, int | float)]
    here = [unit for unit in units if unit in own and numbers]
    return here + [found for part in value.values() for found in named(part, units)]


def _plain(value):
    return isinstance(value, str | int | float | None)


def counts_told(result, minimum):
    """List what is told of the counts of units: sums, and their bounds by words."""
    rows = of_s(result)
    units = [row["domain"]["unit"] for row in rows if row["domain"]]
    told = [
        (set(row["domain"].values()) or set(units), row["n"])
        for row in rows
        if row["status"] == "published"
    ]
    told += [
        ({row["group"]}, row["n_group"])
        for row in result["quality"]["screening"]
        if row["scale"] == "s"
    ]
    bounds = dict.fromkeys(units, (0, None))
    if len({row["status"] for row in rows}) > 2:  # the words say why
        for row in rows:
            if row["domain"] and row["status"] != "published":
                small = row["status"] == "suppressed_primary"
                bounds[row["domain"]["unit"]] = (1, minimum - 1) if small else (minimum, None)
    return units, told, bounds


def by_counts(result, minimum):
    """Bound the hidden counts by linear programming over all numbers and words told of them."""
    units, told, bounds = counts_told(result, minimum)
    sums = np.array([[float(unit in names) for unit in units] for names, _ in told])
    found = {}
    for unit, one in zip(units, np.eye(len(units)), strict=True):
        ends = [
            linprog(sign * one, A_eq=sums, b_eq=[n for _, n in told], bounds=[*bounds.values()])
            for sign in (1.0, -1.0)
        ]
        assert [end.status for end in ends] == [0, 0]
        low, high = np.ceil(ends[0].fun - EXACT), np.floor(EXACT - ends[1].fun)
        if low == high:
            found[unit] = int(low)
    return found


def by_weights(result, people):
    """Try the persons of each hidden unit over the largest and the least weight."""
    weights, found = result["weights"], {}
    for unit in hidden_units(result):
        for end in ("min", "max"):
            if weights[end] is not None and abs(n := people[unit] / weights[end]) >= 1 - EXACT:
                found |= {unit: round(n)} if abs(n - round(n)) < EXACT else {}
    return found


def by_sums_of_weights(result, people):
    """Try all counts of two hidden units: deff tells the sum of squared persons by answers."""
    units, deff = hidden_units(result), result["weights"]["deff_kish"]
    rows = [row for row in of_s(result) if row["status"] == "published"]
    shown = {row["domain"].get("unit"): row["n"] for row in rows}
    if deff is None or len(units) != 2 or None not in shown:
        return {}
    every = result["respondents"]
    whole = every - sum(n for unit, n in shown.items() if unit)
    squares = deff * sum(people.values()) ** 2 / every
    squares -= sum(people[unit] ** 2 / n for unit, n in shown.items() if unit)
    one, other = (people[unit] ** 2 for unit in units)
    fits = [n for n in range(1, whole) if abs(one / n + other / (whole - n) - squares) < 0.01]
    return {units[0]: fits[0]} if len(fits) == 1 else {}


def by_dont_know(result, minimum):
    """Find those whom "don't know" alone gives a score, where they are few."""
    rows = result.get("dont_know", [])
    return [row for row in rows if 0 < row.get("n_neutral", row["n"]) - row["n"] < minimum]


def found_in(result, people, minimum):
    hidden = hidden_units(result)
    below = {key: part for key, part in result.items() if key not in {"estimates", "warnings"}}
    counts = {u: n for u, n in by_counts(result, minimum).items() if u in hidden}
    return {
        "named": named(below, hidden) + [u for u in hidden if _told(result["warnings"], u)],
        "counts": counts,
        "weights": by_weights(result, people),
        "sums of weights": by_sums_of_weights(result, people),
        "don't know": by_dont_know(result, minimum),
    }


def _told(warnings, unit):
    return any(unit in text.replace("'", " ").replace(",", " ").split() for text in warnings)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_that_a_file_tells_gives_a_hidden_count_back(seed):
    _, people, minimum, result = attacked(seed)
    assert hidden_units(result)
    assert not any(found_in(result, people, minimum).values())


def planted(result, data, people, minimum):
    """Tell what was told once, one thing at a time."""
    hidden = hidden_units(result)
    answered = data["unit"].value_counts().to_dict()
    weight = data["unit"].map(people) / data["unit"].map(answered)
    deff = len(data) * (weight**2).sum() / weight.sum() ** 2
    words = [_as_before(row, answered, minimum) for row in result["estimates"]]
    screened = [{"scale": "s", "group": u, "n_group": answered[u]} for u in hidden[1:]]
    allocated = [{"domain": {"unit": hidden[0]}, "persons": people[hidden[0]]}]
    return {
        "named": result | {"allocation": allocated},
        "counts": result | {"quality": {"screening": screened}, "estimates": words},
        "weights": result | {"weights": result["weights"] | {"max": weight.max()}},
        "sums of weights": result | {"weights": result["weights"] | {"deff_kish": deff}},
        "don't know": result | {"dont_know": [{"n": len(data) - 1, "n_neutral": len(data)}]},
    }


def _as_before(row, answered, minimum):
    """Write the word for a hidden cell that said why."""
    if row["status"] == "published":
        return row
    small = answered[row["domain"]["unit"]] < minimum
    return row | {"status": "suppressed_primary" if small else "suppressed_secondary"}


def test_the_attack_finds_what_files_told_once():
    found = {}
    for seed in SEEDS:
        data, people, minimum, result = attacked(seed)
        answered = data["unit"].value_counts().to_dict()
        for name, told in planted(result, data, people, minimum).items():
            leak = found_in(told, people, minimum)[name]
            found[name] = found.get(name, 0) + bool(leak)
            if name in {"counts", "sums of weights"}:
                assert leak.items() <= answered.items()
    assert found["named"] == found["counts"] == found["don't know"] == len(SEEDS)
    assert min(found.values()) >= 1
