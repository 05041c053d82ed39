"""[mixed]: mixed models of change in a file."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import AnalyticsError
from analytics.workbench.analyse import analyse

WAVES = ("2024-03", "2025-03", "2026-03")


def a_file(units=12, persons=6, seed=2, moved=0.0, wander=2.5):
    """Everybody of twelve units answers three times; the first unit may move in the last."""
    rng = np.random.default_rng(seed)
    rows = [
        (f"u{unit}", f"p{unit}-{person}", wave)
        for unit in range(units)
        for person in range(persons)
        for wave in range(len(WAVES))
    ]
    data = pd.DataFrame(rows, columns=["unit", "person", "at"])
    code, who = pd.factorize(data["unit"])[0], pd.factorize(data["person"])[0]
    score = 60 + rng.normal(0, 4, units)[code] + rng.normal(0, 8, who.max() + 1)[who]
    score = (
        score + rng.normal(0, wander, (units, 3))[code, data["at"]] + rng.normal(0, 6, len(data))
    )
    score = score + moved * ((code == 0) & (data["at"] == 2))
    return data.assign(score=score.round(1), wave=[WAVES[at] for at in data["at"]])


def entry(data, **more):
    asked = {"outcome": "score", "unit": "unit", "person": "person", "intervals": "none"}
    spec = {
        "variables": {"means": ["score"]},
        "domains": {"wave": "wave"},
        "mixed": asked | more.pop("mixed", {}),
    }
    found = analyse(data, spec | more).result
    json.dumps(found, allow_nan=False)
    return found["mixed"], [text for text in found["warnings"] if text.startswith("[mixed]")]


def test_a_model_has_waves_changes_variances_and_each_units_own_change():
    found, told = entry(a_file(), mixed={"intervals": "wald"})
    assert (found["n"], found["units"], found["persons"], found["errors"]) == (216, 12, 72, "model")
    assert [row["wave"] for row in found["waves"]] == list(WAVES)
    assert [row["effect"] for row in found["variances"]] == [
        "residual", "person", "unit", "unit x wave"
    ]  # fmt: skip
    assert sum(row["share"] for row in found["variances"]) == pytest.approx(1)
    for row in found["variances"]:
        assert row["low"] < row["deviation"] < row["high"]
    assert len(found["unit_changes"]) == 12 * 2
    assert {row["verdict_rule"] for row in found["unit_changes"]} == {"shrunken"}
    assert told == []


def test_balanced_waves_are_their_means_and_units_are_drawn_to_the_change_of_all():
    data = a_file()
    found, _ = entry(data)
    means = data.groupby("wave")["score"].mean()
    assert [row["mean"] for row in found["waves"]] == pytest.approx(means.tolist(), abs=1e-8)
    change = found["changes"][1]["difference"]
    rows = [row for row in found["unit_changes"] if row["to"] == WAVES[2]]
    own = np.array([row["own"] for row in rows])
    shrunken = np.array([row["difference"] for row in rows])
    assert own.mean() == pytest.approx(change)
    factor = (shrunken - change) / (own - change)
    assert factor == pytest.approx(np.full(12, factor[0]))
    assert 0 < factor[0] < 1


def test_a_unit_that_moved_is_called_and_the_others_are_not():
    found, _ = entry(a_file(moved=25.0, wander=0.1))
    up = [row for row in found["unit_changes"] if row["verdict"] == "up"]
    assert [(row["domain"], row["to"]) for row in up] == [({"unit": "u0"}, WAVES[2])]
    assert up[0]["chance"] > 0.95
    assert up[0]["difference"] < up[0]["own"]


def test_a_variance_of_zero_gives_a_result_and_is_told():
    # answers alternate within each cell, so units and their waves differ by less than chance
    data = a_file().assign(score=lambda rows: 60 + 5.0 * (-1) ** np.arange(len(rows)))
    data["score"] += np.where(data["at"] == 2, 2.0, 0.0)
    found, told = entry(data, mixed={"person": "", "intervals": "none"})
    assert [row["variance"] for row in found["variances"]][1:] == [0, 0]
    assert any("the variance of unit is 0" in text for text in told)
    assert [row["difference"] for row in found["unit_changes"]] == pytest.approx(
        [row["difference"] for _ in range(12) for row in found["changes"]]
    )


def test_the_upper_end_of_a_variance_of_zero_is_told():
    data = a_file(units=5, persons=3).assign(
        score=lambda rows: 60 + 5.0 * (-1) ** np.arange(len(rows))
    )
    found, _ = entry(data, mixed={"person": "", "intervals": "profile"})
    unit = found["variances"][1]
    assert (unit["deviation"], unit["low"]) == (0, 0)
    assert unit["high"] > 0


def test_persons_alone_give_the_error_of_paired_differences():
    data = a_file()
    found, _ = entry(data, mixed={"unit": ""})
    two = data[data["at"] < 2]
    paired, _ = entry(two, mixed={"unit": ""})
    wide = two.pivot_table(index="person", columns="at", values="score")
    apart = wide[1] - wide[0]
    row = paired["changes"][0]
    assert row["se"] == pytest.approx(apart.std() / np.sqrt(72))
    assert row["df"] == pytest.approx(71, rel=1e-5)
    assert found["unit_changes"] == []


def test_the_persons_of_the_domains_section_are_those_of_the_model():
    data = a_file()
    spec = {
        "variables": {"means": ["score"]},
        "domains": {"wave": "wave", "person": "person"},
        "mixed": {"outcome": "score", "intervals": "none"},
    }
    assert analyse(data, spec).result["mixed"]["persons"] == 72


def test_weights_and_strata_make_the_errors_those_of_the_design():
    data = a_file().assign(weight=lambda rows: 1.0 + rows["unit"].str[-1].astype(int) % 2)
    data["stratum"] = data["unit"].str[-1].astype(int) % 2
    weighted, told = entry(data, design={"weight": "weight"})
    assert weighted["errors"] == "design"
    assert {row["df"] for row in weighted["changes"]} == {11}
    assert any("12 clusters" in text for text in told)
    stratified, _ = entry(data, design={"weight": "weight", "strata": "stratum"})
    assert {row["df"] for row in stratified["changes"]} == {10}
    alone = {"weight": "weight", "strata": "unit"}
    found, told = entry(data, design=alone)
    assert {row["df"] for row in found["changes"]} == {11}
    assert any("strata are not used" in text for text in told)


def test_persons_who_move_between_what_errors_rest_on_are_told():
    data = a_file(units=24)
    data["w"] = np.where(np.arange(len(data)) % 2, 1.0, 2.0)
    assert entry(data, design={"weight": "w"})[1] == []
    data.loc[data["person"].isin(["p0-0", "p0-1"]) & (data["at"] == 2), "unit"] = "u1"
    found, told = entry(data, design={"weight": "w"})
    assert found["errors"] == "design"
    assert [text.split(":")[0] for text in told] == ["[mixed] 2 persons answered in several units"]


def test_clusters_that_units_cross_are_told_to_have_no_part():
    data = a_file(units=24)
    data["region"] = (data["at"] + data["unit"].str[1:].astype(int)) % 2
    told = entry(data, design={"cluster": "region"})[1]
    assert any("the column of clusters is not used" in text for text in told)


def test_units_inside_clusters_are_counted_by_clusters():
    data = a_file().assign(region=lambda rows: rows["unit"].str[-1])
    found, _ = entry(data, design={"cluster": "region"})
    assert {row["df"] for row in found["changes"]} == {9}


def test_equal_weights_of_any_size_change_nothing():
    plain, _ = entry(a_file())
    weighted, _ = entry(a_file().assign(w=7.0), design={"weight": "w"})
    assert weighted["changes"] == plain["changes"]


def test_effects_that_cannot_be_told_apart_are_left_out_in_words():
    data = a_file()
    once, told = entry(data.assign(person=np.arange(len(data))))
    assert [row["effect"] for row in once["variances"]] == ["residual", "unit", "unit x wave"]
    assert any("nobody answered twice" in text for text in told)
    single, told = entry(
        data.groupby(["unit", "wave"], as_index=False).first(), mixed={"person": ""}
    )
    assert [row["effect"] for row in single["variances"]] == ["residual", "unit"]
    assert single["unit_changes"] == []
    assert any("each unit has one answer in a wave" in text for text in told)


def test_answers_without_a_unit_are_left_out_and_counted():
    data = a_file()
    data.loc[:2, "unit"] = None
    data.loc[10, "score"] = None
    found, told = entry(data)
    assert found["n"] == 212
    assert told[0] == "[mixed] 3 answers without a unit: left out of the model"


@settings(deadline=None, max_examples=4)
@given(st.integers(0, 50), st.floats(-40, 40), st.sampled_from([0.01, 3.0, 1000.0]))
def test_row_order_origin_and_unit_of_the_outcome_do_not_matter(seed, shift, scale):
    data = a_file(units=6, persons=4, seed=seed)
    moved = data.assign(score=data["score"] * scale + shift).sample(frac=1, random_state=seed)
    plain, _ = entry(data, change={"margin": 3.0})
    other, _ = entry(moved, change={"margin": 3.0 * scale})
    for name in ("changes", "unit_changes"):
        for one, two in zip(plain[name], other[name], strict=True):
            for figure in ("difference", "se"):
                assert two[figure] == pytest.approx(one[figure] * scale, rel=1e-4, abs=1e-5 * scale)
            assert one["verdict"] == two["verdict"]


@pytest.mark.parametrize(
    ("mixed", "more", "sentence"),
    [
        ({"outcome": "joy"}, {}, "outcome 'joy' is no scale"),
        ({"outcome": 3}, {}, "outcome must be text"),
        ({"unit": "place"}, {}, "'place', which the data does not have"),
        ({"method": "MCMC"}, {}, "method must be one of REML, ML"),
        ({"intervals": "wide"}, {}, "intervals must be one of profile, wald, none"),
        ({"colour": 1}, {}, "does not know 'colour'"),
        ({"unit": "", "person": ""}, {}, "needs unit or person"),
        ({}, {"domains": {}}, "needs waves"),
        ({}, {"disclosure": {"minimum": 5}}, "that .disclosure. does not protect"),
    ],
)
def test_a_section_that_is_wrong_says_where(mixed, more, sentence):
    with pytest.raises(AnalyticsError, match=sentence):
        entry(a_file(), mixed=mixed, **more)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"score": 60.0}, "do not differ"),
        ({"score": np.nan}, "fewer than two waves"),
        ({"wave": "2026"}, "fewer than two waves"),
        ({"unit": "u"}, "unit has one value"),
    ],
)
def test_a_file_without_anything_to_model_says_so(change, sentence):
    with pytest.raises(AnalyticsError, match=sentence):
        entry(a_file().assign(**change))


def test_units_of_one_answer_each_are_no_effect_beside_the_residual():
    data = a_file().assign(unit=lambda frame: [f"u{at}" for at in range(len(frame))])
    found, told = entry(data)
    assert [row["effect"] for row in found["variances"]] == ["residual", "person"]
    assert any("each unit has one answer" in text for text in told)
    with pytest.raises(AnalyticsError, match=r"no random effect left: each unit has one answer"):
        entry(data, mixed={"person": ""})


def test_units_of_one_person_each_are_no_effect_beside_the_persons():
    data = a_file(units=20, persons=1)
    found, told = entry(data)
    # one answer in a wave of each unit, so its own waves are the residual
    assert [row["effect"] for row in found["variances"]] == ["residual", "unit"]
    assert any("each unit is one person" in text for text in told)
    alone, _ = entry(data, mixed={"person": ""})
    assert found["variances"] == alone["variances"]


def test_a_units_own_waves_of_one_person_each_are_no_effect_beside_the_persons():
    data = a_file().assign(person=lambda frame: frame["unit"] + frame["wave"])
    found, told = entry(data)
    assert [row["effect"] for row in found["variances"]] == ["residual", "unit", "unit x wave"]
    assert any("each unit x wave is one person" in text for text in told)


def test_variances_need_as_many_answers_beyond_the_waves_as_there_are_of_them():
    data = pd.DataFrame({"unit": [*"abab"], "wave": [*"1122"], "score": [1.0, 5.0, 2.0, 8.0]})
    asked = {"mixed": {"person": ""}, "design": {"lonely": "certainty"}}
    assert len(entry(data, **asked)[0]["variances"]) == 2
    with pytest.raises(AnalyticsError, match="3 answers in 2 waves are too few to tell 2"):
        entry(data[:3], **asked)


def test_persons_who_never_waver_leave_no_residual():
    data = a_file()
    data["score"] = data.groupby("person")["score"].transform("first")
    with pytest.raises(AnalyticsError, match="no residual variance"):
        entry(data, mixed={"unit": ""})
