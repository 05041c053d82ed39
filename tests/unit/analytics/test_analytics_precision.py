"""The [precision] section, called as `barometer analyse` does."""

import json

import numpy as np
import pandas as pd
import pytest

from analytics.errors import SpecificationError, UnsupportedError
from analytics.workbench.file.adjust import adjust
from analytics.workbench.file.design import sampling_design
from analytics.workbench.file.estimates import levels
from analytics.workbench.file.inputs import inputs
from analytics.workbench.file.waves import Wave
from analytics.workbench.sections.precision import precision_entry
from analytics.workbench.specification.precision import read_precision
from analytics.workbench.specification.reader import read_specification

RAKE = {"sex": {"f": 0.5, "m": 0.5}, "region": {"n": 0.4, "s": 0.6}}


def a_wave(n=90, **sections):
    rng = np.random.default_rng(6)
    data = pd.DataFrame(
        {
            "x": rng.integers(1, 6, n),
            "y": rng.integers(1, 6, n),
            "age": rng.integers(20, 70, n),
            "sex": rng.choice(["f", "m"], n, p=[0.3, 0.7]),
            "region": rng.choice(["n", "s"], n),
            "w": rng.uniform(5, 15, n),
        }
    )
    scale = {"minimum": 1, "maximum": 5}
    raw = {
        "design": {"weight": "w"},
        "scales": {"a": scale | {"items": ["x"]}, "b": scale | {"items": ["y"]}},
        "indices": {"i": {"parts": {"a": 1, "b": 1}}},
        "variables": {"means": ["age"], "shares": ["region"]},
        "domains": {"by": ["sex"]},
    }
    spec = read_specification(raw | sections)
    design = adjust(data, sampling_design(data, spec.design).design, spec, None).design
    return Wave(None, data, design, levels(data, design, inputs(data, spec), spec)), spec


def entry(section, **sections):
    wave, spec = a_wave(**sections)
    found = precision_entry(wave, read_precision(section), spec)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    return found, wave


def test_nothing_is_given_that_was_not_asked_for():
    assert entry({})[0] == {}


def test_quantiles_come_for_every_scale_and_domain():
    rows = entry({"quantiles": [0.25, 0.5]})[0]["quantiles"]
    assert len(rows) == 3 * 2 * 3
    row = next(row for row in rows if (row["index"], row["quantile"]) == ("age", 0.5))
    assert row["domain"] == {}
    assert row["low"] < row["value"] < row["high"]


@pytest.mark.parametrize("method", ["beta", "wilson"])
def test_shares_get_the_other_interval_around_the_same_share(method):
    found, wave = entry({"shares": method})
    assert len(found["shares"]) == 3 * 2
    column = next(k for k, label in enumerate(wave.levels[0].labels) if label.statistic == "share")
    row = found["shares"][0]
    assert row["low"] < wave.levels[0].means.mean[0, column] < row["high"]
    assert row["low"] != wave.levels[0].low[0, column]


def test_design_effects_stand_beside_each_other():
    rows = entry({"design_effects": True}, rake=RAKE)[0]["design_effects"]
    assert [row["index"] for row in rows] == ["a", "b", "age"]
    assert all(row["kish"] > 1 and row["n_eff"] > 0 for row in rows)


@pytest.mark.parametrize(
    ("section", "slack"),
    [({"replicates": "jackknife"}, 0.08), ({"replicates": "bootstrap", "draws": 150}, 0.2)],
)
@pytest.mark.parametrize("sections", [{}, {"rake": RAKE}])
def test_replicates_give_the_estimates_and_nearly_the_errors(section, slack, sections):
    found, wave = entry(section, **sections)
    whole = wave.levels[0]
    place = {label.index: k for k, label in enumerate(whole.labels) if label.statistic == "mean"}
    assert [row["index"] for row in found["replicates"]] == ["i", "a", "b", "age"]
    for row in found["replicates"]:
        assert row["mean"] == pytest.approx(whole.means.mean[0, place[row["index"]]])
        assert row["se"] == pytest.approx(whole.errors.se[0, place[row["index"]]], rel=slack)
        assert row["left_out"] == 0


def test_a_file_of_shares_alone_has_no_quantiles_and_nothing_to_replicate():
    section = {"quantiles": [0.5], "replicates": "jackknife", "design_effects": True}
    only = {"scales": {}, "indices": {}, "variables": {"shares": ["sex"]}}
    assert entry(section, **only)[0] == {"quantiles": [], "design_effects": [], "replicates": []}


def test_a_protected_file_gives_nothing_that_is_not_protected():
    with pytest.raises(UnsupportedError, match="does not protect"):
        entry({"quantiles": [0.5]}, disclosure={"minimum": 5, "hierarchy": ["sex"]})


def test_a_jackknife_of_too_many_is_refused():
    wave, spec = a_wave(2001)
    with pytest.raises(SpecificationError, match='choose replicates = "bootstrap"'):
        precision_entry(wave, read_precision({"replicates": "jackknife"}), spec)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"median": True}, "does not know 'median'"),
        ({"quantiles": [50]}, "must lie between 0 and 1"),
        ({"shares": "exact"}, "shares must be one of beta, wilson, logit"),
        ({"replicates": "brr"}, "replicates must be one of jackknife, bootstrap"),
        ({"draws": -1}, "draws must be a whole number"),
        ({"design_effects": 1}, "must be true or false"),
    ],
)
def test_a_section_that_cannot_be_is_refused_with_a_sentence(section, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_precision(section)
