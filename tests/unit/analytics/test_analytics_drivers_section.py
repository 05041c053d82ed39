import json

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError, SpecificationError
from analytics.estimation.design import simple_design
from analytics.workbench.file.waves import Wave
from analytics.workbench.sections.drivers import explain
from analytics.workbench.specification.drivers import DriversSpec, read_drivers
from analytics.workbench.specification.reader import read_specification


def a_wave(n=300, seed=4):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, n))
    out = 2 * x + y + rng.normal(size=n)
    data = pd.DataFrame({"out": out, "x": x, "y": y, "grade": np.clip(np.round(out + 3), 1, 5)})
    design = simple_design(np.ones(n), np.zeros(n, dtype=np.int64))
    return Wave(None, data, design, [])


def run(wave, disclosure=None, **section):
    raw = {"variables": {"means": ["out"]}}
    raw |= {} if disclosure is None else {"disclosure": disclosure}
    asked = read_drivers({"outcome": "out", "predictors": ["x", "y"]} | section)
    return explain(wave, read_specification(raw), asked)


def test_weights_and_lmg_add_up_to_one_and_their_order_is_read_from_ranks():
    found = run(a_wave())
    assert json.loads(json.dumps(found.rows, allow_nan=False)) == found.rows
    for name in ("weight", "lmg"):
        assert sum(row[name] for row in found.rows) == pytest.approx(1)
    first, second = found.rows
    assert sum(row["part"] for row in found.rows) == pytest.approx(first["r_squared"])
    assert first["low"] < first["weight"] < first["high"]
    assert first["lmg_low"] < first["lmg"] < first["lmg_high"]
    assert (first["rank_low"], first["rank_high"]) == (1, 1)
    assert (second["rank_low"], second["rank_high"]) == (2, 2)
    assert (first["dominates"], second["dominates"]) == (["y"], [])
    assert found.ordinal is None
    assert found.warnings == []


@pytest.mark.parametrize("missing", ["complete", "pairwise", "impute"])
def test_missing_predictors_are_dealt_with_as_asked(missing):
    wave = a_wave()
    wave.data.loc[::4, "x"] = np.nan
    found = run(wave, missing=missing, imputations=3)
    assert found.rows[0]["n"] == (300 if missing == "impute" else 225)
    assert found.rows[0]["weight"] == pytest.approx(0.8, abs=0.1)
    assert run(wave, missing=missing, imputations=3).rows == found.rows


def test_an_ordinal_outcome_has_effects_on_each_answer():
    found = run(a_wave(), outcome="grade", ordinal=True).ordinal
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["categories"] == ["1", "2", "3", "4", "5"]
    row = found["predictors"][0]
    assert list(row["effect"]) == found["categories"]
    assert sum(row["effect"].values()) == pytest.approx(0, abs=1e-9)
    assert row["low"] < row["slope"] < row["high"]
    assert row["points"] > 0


def test_what_stands_in_the_way_of_reading_the_order_is_said():
    warnings = run(a_wave(12)).warnings
    assert warnings[0].startswith("[drivers] only 12 respondents for 2 predictors")


def test_protected_figures_are_rounded_and_few_respondents_have_none():
    found = run(a_wave(), disclosure={"minimum": 5})
    assert found.rows[0]["weight"] == round(found.rows[0]["weight"], 2)
    with pytest.raises(FrameError, match=r"^\[drivers\]: fewer respondents than \[disclosure\]"):
        run(a_wave(8), disclosure={"minimum": 10})
    wave = a_wave()
    wave.data.loc[wave.data["grade"] == 1, "grade"] = 2
    wave.data.loc[:3, "grade"] = 1
    with pytest.raises(FrameError, match="fewer respondents"):
        run(wave, disclosure={"minimum": 5}, outcome="grade", ordinal=True)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({}, "needs an outcome and predictors"),
        ({"outcome": "a", "predictors": []}, "needs an outcome and predictors"),
        ({"outcome": "a", "predictors": [1]}, "list of names"),
        ({"outcome": "a", "predictors": ["b"], "way": 1}, "does not know 'way'"),
        ({"outcome": "a", "predictors": ["b"], "missing": "drop"}, "missing must be one of"),
        ({"outcome": "a", "predictors": ["b"], "ordinal": 1}, "true or false"),
        ({"outcome": "a", "predictors": ["b"], "imputations": 1}, "at least 2"),
        ({"outcome": "a", "predictors": ["b"], "seed": True}, "whole number"),
    ],
)
def test_what_the_section_may_not_hold_is_said(section, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_drivers(section)


def test_the_section_is_read_with_its_defaults():
    assert read_drivers({"outcome": "a", "predictors": ["b"]}) == DriversSpec("a", ("b",))
