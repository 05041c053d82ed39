"""Chance does not hang on the order of a file's rows."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers

from analytics.workbench.analyse import analyse

ROWS = 80
DESIGNS = {
    "persons": {"weight": "w"},
    "strata": {"strata": "h", "fpc": "N"},
    "clusters": {"weight": "w", "strata": "h", "cluster": "c"},
}


@cache
def a_file():
    """Answers on five grades: many rows are alike; two thirds have all predictors."""
    rng = np.random.default_rng(5)
    trait = rng.normal(0, 1, ROWS)
    data = pd.DataFrame({"h": np.arange(ROWS) % 2, "c": np.arange(ROWS) // 8, "N": 90})
    data["w"] = rng.integers(1, 4, ROWS)
    data["sex"] = rng.choice(["f", "m"], ROWS)
    for name in ("y", "a", "b"):
        data[name] = np.clip(np.round(3 + trait + rng.normal(0, 1, ROWS)), 1, 5)
    data.loc[rng.random(ROWS) < 0.3, "b"] = np.nan
    return data


@cache
def figures(design, order):
    scales = {name: {"items": [name], "minimum": 1, "maximum": 5} for name in ("y", "a", "b")}
    spec = {
        "design": DESIGNS[design],
        "rake": {"sex": {"f": 0.4, "m": 0.6}},
        "scales": scales,
        "precision": {"replicates": "bootstrap", "draws": 20},
        "drivers": {"outcome": "y", "predictors": ["a", "b"], "missing": "impute"},
    }
    data = a_file() if order is None else a_file().sample(frac=1, random_state=order)
    found = analyse(data, spec).result
    rows = [*found["precision"][0]["replicates"], *found["drivers"]]
    names = ("mean", "se", "weight", "low", "high")
    return [row[name] for row in rows for name in names if name in row]


@pytest.mark.parametrize("design", sorted(DESIGNS))
@settings(max_examples=3, deadline=None)
@given(order=integers(0, 1000))
def test_resampling_gives_the_same_figures_in_any_order_of_the_rows(design, order):
    assert figures(design, order) == pytest.approx(figures(design, None), rel=1e-9)


def test_what_both_waves_are_raked_to_has_not_changed_in_any_order_of_the_rows():
    draw = np.random.default_rng(3)
    data = pd.DataFrame({
        "g": draw.choice(["x", "y"], 200),
        "k": draw.choice(["1", "2", "3"], 200),
        "w": draw.uniform(1, 3, 200),
        "wave": np.repeat([1, 2], 100),
    })  # fmt: skip
    spec = {
        "design": {"weight": "w"},
        "rake": {"g": {"x": 0.3, "y": 0.7}, "k": {"1": 0.3, "2": 0.3, "3": 0.4}},
        "variables": {"shares": ["g", "k"]},
        "domains": {"wave": "wave"},
    }
    for seed in range(3):
        shuffled = data.sample(frac=1, random_state=seed, ignore_index=True)
        changes = analyse(shuffled, spec).result["changes"]
        assert {(row["difference"], row["p"], row["verdict"]) for row in changes} == {
            (0.0, 1.0, "steady")
        }
