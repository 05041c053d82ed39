"""The [comparison] section."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import SpecificationError
from analytics.workbench.analyse import analyse
from analytics.workbench.file.design import sampling_design
from analytics.workbench.file.estimates import levels
from analytics.workbench.file.inputs import inputs
from analytics.workbench.file.waves import Wave
from analytics.workbench.sections.comparison.section import comparison
from analytics.workbench.specification.comparison import ComparisonSpec, read_comparison
from analytics.workbench.specification.reader import read_specification

RAW = {
    "scales": {
        name: {"items": [f"{name}{i}" for i in (1, 2, 3)], "minimum": 1, "maximum": 5}
        for name in ("a", "b")
    },
    "indices": {"both": {"parts": {"a": 1, "b": 3}}},
    "domains": {"by": ["unit", "sex"]},
}


def a_wave(spread=1.0, units=6, people=40, seed=1):
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), people)
    level = 3 + spread * np.linspace(-1, 1, units)[unit]
    data = pd.DataFrame({"unit": unit, "sex": np.arange(len(unit)) % 2})
    for name in RAW["scales"]:
        for item in RAW["scales"][name]["items"]:
            data[item] = np.clip(np.round(level + rng.normal(0, 0.8, len(unit))), 1, 5)
    spec = read_specification(RAW)
    design = sampling_design(data, spec.design).design
    return Wave(None, data, design, levels(data, design, inputs(data, spec), spec)), spec


def test_units_are_compared_with_the_rest_ranked_and_judged():
    wave, spec = a_wave()
    found = comparison(wave, spec, ComparisonSpec(("unit",), pairs=True))
    rest = [row for row in found["rest"] if row["index"] == "both"]
    assert [row["domain"]["unit"] for row in rest] == ["0", "1", "2", "3", "4", "5"]
    assert (rest[0]["verdict"], rest[5]["verdict"]) == ("lower", "higher")
    level = wave.levels[1]
    assert rest[0]["mean"] == pytest.approx(level.means.mean[0, 0])
    assert rest[0]["difference"] == pytest.approx(rest[0]["mean"] - rest[0]["rest"])
    ranks = {row["domain"]["unit"]: row for row in found["ranks"] if row["index"] == "both"}
    assert (ranks["5"]["best"], ranks["0"]["worst"]) == (1, 6)
    pairs = [row for row in found["pairs"] if row["index"] == "a"]
    assert len(pairs) == 15
    assert all(row["p_adjusted"] >= row["p"] for row in pairs)
    agreement = {row["index"]: row for row in found["agreement"]}
    assert list(agreement) == ["both", "a", "b"]
    assert all(row["comparable"] for row in agreement.values())
    assert 0 < agreement["a"]["r_wg_median"] < 1
    assert agreement["both"]["r_wg_median"] is None
    assert found["warnings"] == []


def test_what_is_known_of_today_s_staff_stands_beside_what_is_known_of_the_unit_as_such():
    data = a_wave()[0].data
    shown = {}
    for population in (240, 480):
        raw = RAW | {"design": {"population": population}, "comparison": {"by": "unit"}}
        shown[population] = analyse(data, raw).result["comparison"]["rest"]
    for row in shown[480]:  # half of the staff were heard
        assert row["current_staff"]["se"] == pytest.approx(row["se"] * np.sqrt(0.5))
        assert row["low"] < row["current_staff"]["low"] < row["difference"]
    for row in shown[240]:
        assert (row["current_staff"]["se"], row["se"] > 0) == (0, True)
        assert row["current_staff"]["low"] == row["current_staff"]["high"] == row["difference"]
    protected = RAW | {"disclosure": {"minimum": 5}, "comparison": {"by": "unit"}}
    rows = analyse(data, protected).result["comparison"]["rest"]
    assert rows
    assert not any("current_staff" in row for row in rows)


def test_where_units_do_not_differ_reliably_none_stands_out():
    wave, spec = a_wave(spread=0.0)
    found = comparison(wave, spec, ComparisonSpec(("unit",), margin=0.1))
    assert not {row["verdict"] for row in found["rest"]} & {"higher", "lower"}
    assert not any(row["comparable"] for row in found["agreement"])
    assert "do not compare these domains by their means" in found["warnings"][0]
    assert found["pairs"] == []


def test_hidden_units_are_neither_shown_nor_counted_and_figures_are_rounded():
    wave, spec = a_wave()
    statuses = {level.by: np.full(level.means.n.shape, "published") for level in wave.levels}
    statuses[("unit",)][2] = "suppressed_primary"
    found = comparison(wave, spec, ComparisonSpec(("unit",), pairs=True), statuses)
    shown = {row["domain"]["unit"] for row in found["rest"] + found["ranks"]}
    assert shown == {"0", "1", "3", "4", "5"}
    assert {row["of"] for row in found["ranks"]} == {5}
    assert {row["first"]["unit"] for row in found["pairs"]} <= shown
    for row in found["rest"] + found["pairs"]:
        assert row["difference"] == round(row["difference"], 1)
        assert row["p"] == round(row["p"], 4)


def test_a_domain_is_not_set_beside_its_rest_where_the_whole_is_hidden():
    wave, spec = a_wave()
    statuses = {level.by: np.full(level.means.n.shape, "published") for level in wave.levels}
    statuses[()][:] = statuses[("unit",)][2] = "suppressed_secondary"
    found = comparison(wave, spec, ComparisonSpec(("unit",)), statuses)
    assert (found["rest"], len(found["ranks"])) == ([], 15)


@pytest.mark.parametrize("name", ["unit", "sex"])
def test_the_section_is_read(name):
    spec = read_comparison({"by": name, "margin": 5, "pairs": True, "adjust": "hochberg"})
    assert spec == ComparisonSpec((name,), 5.0, pairs=True, adjust="hochberg")


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({}, "by must name a level"),
        ({"by": []}, "by must name a level"),
        ({"by": "unit", "league": True}, "does not know 'league'"),
        ({"by": "unit", "margin": 0}, "margin must be a number above zero"),
        ({"by": "unit", "pairs": "yes"}, "true or false"),
        ({"by": "unit", "adjust": "scheffe"}, "one of holm, hochberg, benjamini-hochberg, tukey"),
    ],
)
def test_a_wrong_section_is_told(section, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_comparison(section)


def test_a_level_that_was_not_asked_for_is_told():
    wave, spec = a_wave()
    with pytest.raises(SpecificationError, match=r"level of \[domains\] by"):
        comparison(wave, spec, ComparisonSpec(("region",)))


def small_units(of_hidden):
    rng = np.random.default_rng(1)
    unit = np.repeat(list("abcdef"), [40, 30, 25, 6, 4, 35])
    data = pd.DataFrame({"unit": unit, "q": rng.integers(1, 6, len(unit)).astype(np.float64)})
    data.loc[data["unit"] == "e", "q"] = of_hidden
    return data


PROTECTED = {
    "variables": {"means": ["q"]},
    "domains": {"by": ["unit"]},
    "disclosure": {"minimum": 5},
    "comparison": {"by": "unit", "pairs": True},
}


def test_agreement_in_a_protected_file_is_that_of_what_is_shown():
    one, other = (
        analyse(small_units(answers), PROTECTED).result["comparison"]["agreement"]
        for answers in ([1, 1, 5, 5], [3, 3, 3, 3])
    )
    assert one == other
    assert (one[0]["domains"], one[0]["n"]) == (4, 130)
    assert one[0]["icc1"] == round(one[0]["icc1"], 2)
    assert one[0]["p"] == round(one[0]["p"], 2)


def test_the_error_of_a_comparison_does_not_tell_that_of_a_small_group():
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"unit": ["a"] * 5 + ["b"] * 90 + ["c"] * 80})
    data["q"] = [1, 1, 1, 2, 2, *rng.integers(1, 6, 170)]
    shown = analyse(data, PROTECTED).result
    error = next(row["se"] for row in shown["estimates"] if row["domain"] == {"unit": "a"})
    first = shown["comparison"]["rest"][0]
    plain = analyse(data, {k: v for k, v in PROTECTED.items() if k != "disclosure"}).result
    assert (first["domain"], error) == ({"unit": "a"}, 0.5)
    assert plain["comparison"]["rest"][0]["se"] < 0.3
    assert first["se"] == 0.5
    assert first["low"] == pytest.approx(first["difference"] - 0.5 * 2.5, abs=0.4)
    assert first["p"] > plain["comparison"]["rest"][0]["p"]
    pairs = [row["se"] for row in shown["comparison"]["pairs"]]
    assert pairs[:2] == [0.5, 0.5]
    assert pairs[2] == round(plain["comparison"]["pairs"][2]["se"], 1)
