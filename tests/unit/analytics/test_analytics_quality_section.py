"""The [quality] section, by calling it directly."""

import json

import numpy as np
import pandas as pd
import pytest

from analytics.errors import SpecificationError
from analytics.scale_quality.reliability import reliability_of_items
from analytics.workbench.analyse import analyse
from analytics.workbench.sections.quality.limits import check_groups
from analytics.workbench.sections.quality.section import quality
from analytics.workbench.specification.model import ScaleSpec
from analytics.workbench.specification.quality import read_quality

SCALES = {f: ScaleSpec(tuple(f"{f}{n}" for n in range(4)), (), 1, 5, 0.6) for f in "xy"}
INDICES = {"culture": {"x": 0.5, "y": 0.5}}


def answers(rows=900, shifted=None):
    """Two correlated opinions, four items each on 1-5; ``shifted`` items are easier in 2026."""
    rng = np.random.default_rng(4)
    common = rng.normal(size=(rows, 1))
    opinion = 0.7 * common + 0.7 * rng.normal(size=(rows, 2))
    latent = np.repeat(opinion, 4, axis=1) * 0.8 + 0.6 * rng.normal(size=(rows, 8))
    wave = np.repeat([2025, 2026], rows // 2)
    names = [*SCALES["x"].items, *SCALES["y"].items]
    for item, shift in (shifted or {}).items():
        latent[wave == 2026, names.index(item)] += shift
    frame = pd.DataFrame(np.clip(np.round(latent + 3), 1, 5), columns=names)
    return frame.assign(wave=wave)


def test_equal_waves_are_comparable_and_all_rows_are_plain_values():
    spec = read_quality({"invariance": ["wave"]})
    found = quality(answers(), SCALES, INDICES, spec)
    row = found.invariance[0]
    assert (row["model"], row["by"], row["comparison"]) == ("culture", "wave", "comparable")
    assert [step["step"] for step in row["steps"]] == ["configural", "metric", "scalar"]
    assert found.models[0]["fit"]["cfi"] > 0.97
    assert 0 < found.models[0]["omega_hierarchical"] < found.models[0]["omega_total"] < 1 or (
        found.models[0]["omega_hierarchical"] is None
    )
    json.dumps([found.models, found.invariance, found.screening, found.warnings], allow_nan=False)
    assert not any(row["flagged"] for row in found.screening)


def test_waves_in_which_no_two_items_of_a_scale_shift_alike_are_not_comparable():
    data = answers(shifted={"x0": 0.8, "x1": -0.8, "x2": 1.6})
    found = quality(data, SCALES, INDICES, read_quality({"invariance": ["wave"]}))
    row = found.invariance[0]
    # So large a shift meets the end of the response scale: loadings suffer too.
    assert (row["comparison"], row["reached"]) == ("not comparable", "partial metric")
    assert not row["steps"][-1]["accepted"]
    assert any("not comparable, people with the same" in text for text in found.warnings)
    assert any("may not mean the same there" in text for text in found.warnings)


def test_one_item_that_shifts_is_let_go_and_the_rest_compared():
    data = answers(shifted={"y1": 1.0})
    found = quality(data, SCALES, INDICES, read_quality({"invariance": ["wave"]}))
    row = found.invariance[0]
    assert (row["comparison"], row["reached"]) == ("comparable", "partial scalar")
    assert row["steps"][-1]["freed"] == ["y1"]
    # The screening sees the other items of the scale fall behind by a third of it, too.
    shifts = {one["item"]: one["b"] for one in found.screening}
    assert max(shifts, key=shifts.get) == "y1"


def test_answers_may_be_taken_as_graded():
    spec = read_quality({"invariance": ["wave"], "ordinal": True})
    found = quality(answers(shifted={"y1": 1.0}), SCALES, INDICES, spec)
    assert found.invariance[0]["reached"] == "partial scalar"
    assert found.invariance[0]["steps"][-1]["freed"] == ["y1"]
    json.dumps([found.models, found.invariance], allow_nan=False)


def analysed(data, **section):
    scales = {
        name: {"items": list(scale.items), "minimum": 1, "maximum": 5}
        for name, scale in SCALES.items()
    }
    return analyse(
        data, {"scales": scales, "indices": {"culture": {"parts": {"x": 1, "y": 1}}}} | section
    )


def test_a_reversed_item_that_was_not_turned_is_named_without_asking_for_it():
    data = answers()
    told = analysed(data.assign(x2=6 - data["x2"])).result["warnings"]
    assert sum("'x2' goes against the other items" in text for text in told) == 1
    assert any(text.startswith("[scales.x] alpha is") and "below .70" in text for text in told)
    assert not any("[scales.y]" in text for text in told)
    assert not any("[scales." in text for text in analysed(data).result["warnings"])


def test_that_groups_are_missing_is_the_reason_told():
    spec = read_quality({"invariance": ["wave"]})
    found = quality(answers().assign(wave=np.nan), SCALES, INDICES, spec)
    assert "at least two groups" in found.invariance[0]["reason"]
    few = quality(answers(40), SCALES, INDICES, spec)
    assert few.invariance[0]["comparison"] == "not tested"
    assert any("fewer than 30 complete answers in 2025, 2026" in text for text in few.warnings)


def test_a_group_too_small_for_the_model_is_left_out_and_named():
    data = answers()
    data.loc[data.index[:5], "wave"] = 2024
    found = quality(data, SCALES, INDICES, read_quality({"invariance": "wave"}))
    assert found.invariance[0]["groups"] == ["2025", "2026"]
    assert any("2024, left out" in text for text in found.warnings)


def test_one_group_alone_is_not_tested():
    found = quality(
        answers().assign(wave=1), SCALES, INDICES, read_quality({"invariance": ["wave"]})
    )
    assert found.invariance[0]["comparison"] == "not tested"


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"model": {}}, "does not know 'model'"),
        ({"models": {"m": ["z"]}}, "names the scale 'z', which is not there"),
        ({"invariance": 3}, "invariance must name columns"),
        ({"models": ["x"]}, "models must be a table"),
        ({"ordinal": "yes"}, "ordinal must be true or false"),
    ],
)
def test_a_section_that_cannot_be_read_is_refused_in_one_sentence(section, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        quality(answers(60), SCALES, INDICES, read_quality(section))


def test_nobody_s_answers_are_no_crash_but_a_warning():
    found = quality(answers().iloc[:0], SCALES, INDICES, read_quality({"screen": ["wave"]}))
    assert found.models == []
    assert any("nobody answered all 8 items" in text for text in found.warnings)


def test_each_scale_is_judged_pairwise_weighted_and_as_graded_answers():
    data = answers()
    data.loc[::9, "x1"] = np.nan
    weight = 1.0 + np.arange(len(data)) % 3
    spec = read_quality({"ordinal": True})
    found = quality(data, SCALES, INDICES, spec, weight=weight, confidence=0.9)
    row, other = found.reliability
    x = list(SCALES["x"].items)
    assert row["alpha"] == pytest.approx(reliability_of_items(data[x], weight=weight).alpha)
    assert row["alpha_pairwise"] == pytest.approx(
        reliability_of_items(data[x], missing="pairwise").alpha
    )
    assert (row["n"], row["n_pairwise"], other["n"]) == (800, 800, 900)
    assert row["alpha"] < row["ordinal_alpha"] < 1
    assert np.allclose(np.diag(row["polychoric"]), 1)
    json.dumps(found.reliability, allow_nan=False)
    none = quality(data.assign(x1=np.nan), SCALES, INDICES, spec).reliability[0]
    assert none["polychoric"] is None
    assert "nobody answered all items" in none["polychoric_missing"]


def test_clusters_that_the_tests_do_not_know_are_told():
    data = answers().assign(team=np.arange(900) % 30)
    told = [
        analysed(data, quality={}, design=design).result["warnings"]
        for design in ({"cluster": "team"}, {})
    ]
    assert [any("drawn one by one" in text for text in one) for one in told] == [True, False]


@pytest.mark.parametrize("ordinal", [False, True])
def test_a_scale_that_goes_against_the_others_of_its_index_is_named(ordinal):
    data = answers()
    y = list(SCALES["y"].items)
    spec = read_quality({"ordinal": ordinal})
    turned = quality(data.assign(**(6 - data[y])), SCALES, INDICES, spec).warnings
    # of two scales nothing tells which of them is the wrong way round
    assert [text.split("'")[1] for text in turned if "cancel out" in text] == ["x", "y"]
    assert not any("cancel out" in text for text in quality(data, SCALES, INDICES, spec).warnings)


def test_clusters_of_all_waves_widen_the_errors_of_factor_models():
    rng = np.random.default_rng(3)
    own = rng.normal(size=40)[np.arange(400) % 40] + rng.normal(size=400)
    data = pd.DataFrame({f"i{n}": own + rng.normal(size=400) for n in range(4)})
    data = data.clip(-4.9, 4.9).assign(c=np.arange(400) % 20, v=np.arange(400) // 200)
    spec = {
        "scales": {"s": {"items": [f"i{n}" for n in range(4)], "minimum": -5, "maximum": 5}},
        "domains": {"wave": "v"},
        "quality": {"models": {"m": ["s"]}},
    }
    alone = analyse(data, spec).result["quality"]["models"][0]
    found = analyse(data, spec | {"design": {"cluster": "c"}}).result["quality"]["models"][0]
    assert found["fit"] == alone["fit"]
    for one, other in zip(found["loadings"], alone["loadings"], strict=True):
        assert one["estimate"] == pytest.approx(other["estimate"])
        assert one["se"] != pytest.approx(other["se"], rel=0.01)


def waves_of_the_same(rows=400, moved=0.0):
    """Give two waves of the same people; some of them left in between, and item x1 may move."""
    rng = np.random.default_rng(7)
    lasting = rng.normal(size=(rows, 2))
    parts = []
    for wave in (2025, 2026):
        opinion = np.repeat(0.8 * lasting + 0.6 * rng.normal(size=(rows, 2)), 4, axis=1)
        values = 3 + 0.7 * opinion + 0.6 * rng.normal(size=(rows, 8))
        values[:, 1] += moved * (wave == 2026)
        names = [*SCALES["x"].items, *SCALES["y"].items]
        part = pd.DataFrame(np.clip(np.round(values), 1, 5), columns=names)
        parts.append(part.assign(wave=wave, person=np.arange(rows)))
    return pd.concat([parts[0], parts[1][lasting[:, 0] > -1]], ignore_index=True)


LINKED = {"domains": {"wave": "wave", "person": "person"}}


def test_waves_of_the_same_people_are_compared_by_the_rule_of_groups():
    section = {"longitudinal": True, "missing": "fiml", "modification_indices": True}
    found = analysed(waves_of_the_same(), **LINKED, quality=section).result["quality"]
    row = found["longitudinal"][0]
    assert (row["model"], row["by"], row["comparison"]) == ("culture", "wave", "comparable")
    assert row["groups"] == ["2025", "2026"]
    assert [step["step"] for step in row["steps"]] == ["configural", "metric", "scalar"]
    assert row["steps"][0]["n"] == 400  # whoever answered once is in it
    moved = analysed(waves_of_the_same(moved=0.7), **LINKED, quality=section).result
    row = moved["quality"]["longitudinal"][0]
    assert (row["reached"], row["steps"][-1]["freed"]) == ("partial scalar", ["x1"])
    largest = row["steps"][-2]["releases"][0]
    assert (largest["item"], largest["part"], largest["group"]) == ("x1", "intercept", "2026")
    assert largest["epc"] == pytest.approx(100 * 0.7 / 4, abs=6)  # on 0-100
    assert sum("for looking, not for fishing" in text for text in moved["warnings"]) == 1
    json.dumps(moved, allow_nan=False)


def test_without_fiml_only_those_who_answered_in_all_waves_count():
    data = waves_of_the_same()
    both = data["person"].value_counts().eq(2).sum()
    found = analysed(data, **LINKED, quality={"longitudinal": ["2025", "2026"]}).result["quality"]
    assert found["longitudinal"][0]["steps"][0]["n"] == both < 400


@pytest.mark.parametrize(
    ("sections", "sentence"),
    [
        ({"domains": {"wave": "wave"}}, r"\[quality\] longitudinal needs \[domains\] person"),
        (LINKED | {"disclosure": {"minimum": 5}}, "rests on those who answered in several waves"),
    ],
)
def test_longitudinal_is_refused_where_people_are_not_linked_or_protected(sections, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        analysed(waves_of_the_same(60), **sections, quality={"longitudinal": True})


def test_a_wave_that_the_file_does_not_have_is_named():
    with pytest.raises(SpecificationError, match="names the wave '2027', which the file does not"):
        analysed(waves_of_the_same(60), **LINKED, quality={"longitudinal": [2025, 2027]})


def test_people_of_one_wave_alone_are_not_tested_and_the_reason_is_told():
    data = waves_of_the_same(60).assign(person=lambda frame: np.arange(len(frame)))
    found = analysed(data, **LINKED, quality={"longitudinal": True, "missing": "fiml"}).result
    row = found["quality"]["longitudinal"][0]
    assert row["comparison"] == "not tested"
    assert "nobody answered both 'x0 2025' and 'x0 2026'" in row["reason"]


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"estimator": "wls"}, "estimator must be one of ml, mlm, mlr, not 'wls'"),
        ({"missing": "pairwise"}, "missing must be one of listwise, fiml, not 'pairwise'"),
        ({"estimator": 3}, "estimator must be text"),
        ({"estimator": "mlm", "missing": "fiml"}, "is for complete answers"),
        ({"ordinal": True, "missing": "fiml"}, "missing is for answers taken as numbers"),
        ({"ordinal": True, "longitudinal": True}, "longitudinal is for answers taken as numbers"),
        ({"modification_indices": 10}, "modification_indices must be true or false"),
        ({"longitudinal": "2025"}, "longitudinal must be true, or a list of waves"),
        ({"longitudinal": ["2025"]}, "at least two waves, each once"),
    ],
)
def test_how_to_fit_is_refused_in_one_sentence_where_it_cannot_be(section, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_quality(section)


def test_errors_of_normal_theory_do_not_go_with_weights():
    data = answers(200)
    weight = 1.0 + np.arange(200) % 3
    with pytest.raises(SpecificationError, match="with weights or clusters take mlr"):
        quality(data, SCALES, INDICES, read_quality({"estimator": "ml"}), weight=weight)


def test_nobody_is_left_out_of_a_model_for_a_gap():
    data = answers()
    data.loc[::5, "x1"] = np.nan
    data.loc[::7, "y2"] = np.nan
    names = [*SCALES["x"].items, *SCALES["y"].items]
    data.loc[3, names] = np.nan
    plain = quality(data, SCALES, INDICES, read_quality({}))
    found = quality(data, SCALES, INDICES, read_quality({"missing": "fiml"}))
    assert plain.models[0]["fit"]["n"] == data[names].notna().all(axis=1).sum()
    assert (found.models[0]["fit"]["n"], found.models[0]["dropped"]) == (899, 1)
    assert (found.models[0]["estimator"], found.models[0]["missing"]) == ("mlr", "fiml")
    assert "estimator" not in plain.models[0]
    assert any("left an item of the model out" in text for text in plain.warnings)
    assert not any("left an item of the model out" in text for text in found.warnings)
    # more is known: errors are smaller
    errors = [np.mean([row["se"] for row in one.models[0]["loadings"]]) for one in (plain, found)]
    assert errors[1] < errors[0]


def test_a_model_is_fitted_though_nobody_answered_everything():
    data = answers()
    names = [*SCALES["x"].items, *SCALES["y"].items]
    for place, name in enumerate(names):
        data.loc[data.index % 8 == place, name] = np.nan
    spec = read_quality({"missing": "fiml", "invariance": ["wave"]})
    found = quality(data, SCALES, INDICES, spec)
    assert found.models[0]["fit"]["n"] == 900
    assert 0 < found.models[0]["omega_total"] < 1
    assert found.invariance[0]["comparison"] == "comparable"
    whole = quality(answers(), SCALES, INDICES, read_quality({"estimator": "mlr"})).models[0]
    assert found.models[0]["omega_total"] == pytest.approx(whole["omega_total"], abs=0.02)


def test_modification_indices_name_what_was_left_out():
    data = answers()
    rng = np.random.default_rng(5)
    leaning = data["x3"] + 0.5 * (data["x2"] - 3) + 0.3 * rng.normal(size=len(data))
    data["x3"] = leaning.clip(1, 5)
    spec = read_quality({"modification_indices": True})
    found = quality(data, SCALES, INDICES, spec)
    rows = found.models[0]["modification_indices"]
    assert (rows[0]["kind"], rows[0]["first"], rows[0]["second"]) == ("covariance", "x2", "x3")
    assert rows[0]["epc"] > 0
    assert [row["mi"] for row in rows] == sorted((row["mi"] for row in rows), reverse=True)
    assert all(row["mi"] >= 3.84 for row in rows)


def a_protected_file():
    """Groups of which d (4) is hidden for its own sake and another beside it; four items."""
    sizes = {"a": 144, "b": 131, "c": 127, "d": 4, "e": 33, "f": 110}
    rng = np.random.default_rng(3)
    opinion = rng.normal(size=(sum(sizes.values()), 1))
    items = np.clip(np.round(3 + opinion + rng.normal(size=(len(opinion), 4))), 1, 5)
    data = pd.DataFrame(items, columns=list("pqrs"))
    return data.assign(unit=np.repeat(list(sizes), list(sizes.values())), other="x")


PROTECTED = {
    "scales": {"s": {"items": list("pqrs"), "minimum": 1, "maximum": 5}},
    "domains": {"by": ["unit"]},
    "disclosure": {"minimum": 5},
    "quality": {"models": {"m": ["s"]}, "screen": ["unit"], "invariance": ["unit"]},
}


def test_a_protected_file_compares_the_groups_that_it_shows_and_names_no_other():
    result = analyse(a_protected_file(), PROTECTED).result
    rows = [row for row in result["estimates"] if row["domain"]]
    shown = {row["domain"]["unit"]: row["n"] for row in rows if row["status"] == "published"}
    assert {"d"} < set("abcdef") - set(shown)
    screened = {row["group"]: row["n_group"] for row in result["quality"]["screening"]}
    assert screened == shown
    assert {row["n"] for row in result["quality"]["screening"]} == {sum(shown.values())}
    assert result["quality"]["invariance"][0]["groups"] == sorted(shown)
    assert not [text for text in result["warnings"] if "left out" in text]


def test_only_who_has_a_published_score_counts_in_the_quality_of_a_protected_file():
    data = a_protected_file()
    data.loc[data.index[data["unit"] == "b"][:2], ["p", "q", "r"]] = np.nan
    spec = {"min_answered": 1, **PROTECTED["scales"]["s"]}
    result = analyse(data, PROTECTED | {"scales": {"s": spec}}).result
    n = {row["domain"].get("unit"): row.get("n") for row in result["estimates"]}
    screened = {row["group"]: row["n_group"] for row in result["quality"]["screening"]}
    assert screened["b"] == n["b"] == 129


@pytest.mark.parametrize("key", ["screen", "invariance"])
def test_groups_of_which_nothing_is_decided_are_refused_in_a_protected_file(key):
    section = {"models": {"m": ["s"]}, key: ["other"]}
    with pytest.raises(SpecificationError, match="add 'other' to \\[domains\\] by"):
        analyse(a_protected_file(), PROTECTED | {"quality": section})


def test_a_wave_that_is_hidden_is_in_no_model_and_no_comparison():
    data = a_protected_file()
    data = pd.concat([data.assign(wave=1), data.assign(wave=2), data[:4].assign(wave=3)])
    spec = PROTECTED | {"domains": {"wave": "wave"}}
    spec |= {"quality": {"models": {"m": ["s"]}, "invariance": ["wave"]}}
    told = analyse(data, spec).result["quality"]
    without = analyse(data[data["wave"] < 3], spec).result["quality"]
    # those left out of the model would count the hidden wave
    assert told["models"][0]["dropped"] is None
    assert told == without
    assert told["invariance"][0]["groups"] == ["1", "2"]
    assert {row["group"] for row in told["screening"]} == {"2"}


@pytest.mark.parametrize(
    ("items", "asked", "sentence"),
    [
        (201, {}, "201 items are too many to be fitted at once, at most 200"),
        (101, {"ordinal": True}, "101 items are too many to be fitted at once, at most 100"),
        (100, {"missing": "fiml", "estimator": "mlr"}, "patterns of gaps are too many"),
    ],
)
def test_a_model_that_would_run_for_minutes_is_refused_and_says_what_to_do(items, asked, sentence):
    rng = np.random.default_rng(1)
    names = [f"i{at}" for at in range(items)]
    data = pd.DataFrame(rng.integers(1, 6, (400, items)).astype(float), columns=names)
    data = data.mask(rng.random(data.shape) < 0.1)
    halves = names[: items // 2], names[items // 2 :]
    scales = {f: ScaleSpec(tuple(of), (), 1, 5, 0.6) for f, of in zip("xy", halves, strict=True)}
    found = quality(data, scales, INDICES, read_quality(asked))
    assert not found.models
    told = next(text for text in found.warnings if sentence in text)
    assert told.startswith("[quality] models.culture: ")
    assert "take a model for each scale" in told


def test_groups_that_would_be_compared_for_minutes_are_not_tested_and_the_reason_is_told():
    data = answers(200 * 32).assign(group=np.tile(np.arange(200), 32))
    found = quality(data, SCALES, INDICES, read_quality({"invariance": ["group"], "ordinal": True}))
    [row] = found.invariance
    assert row["comparison"] == "not tested"
    assert "8 items in 200 groups are too many to be fitted at once, at most 7 in" in row["reason"]


@pytest.mark.parametrize(
    ("items", "groups", "most"), [(201, 2, 158), (101, 5, 100), (51, 20, 50), (26, 80, 25)]
)
def test_how_many_items_groups_may_have_falls_with_the_root_of_their_number(items, groups, most):
    columns, group = pd.DataFrame(np.zeros((groups, items))), pd.Series(np.arange(groups))
    with pytest.raises(SpecificationError, match=f"at most {most} in as many groups"):
        check_groups(columns, group, read_quality({}))
    check_groups(columns.iloc[:, :most], group, read_quality({}))
