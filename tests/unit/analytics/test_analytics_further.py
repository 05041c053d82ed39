"""The sections of `barometer analyse` beyond the estimates, as a file gets them."""

import json

import numpy as np
import pandas as pd
import pytest

from analytics.errors import AnalyticsError, SpecificationError
from analytics.workbench.analyse import analyse

ITEMS = [f"{scale}{number}" for scale in "abc" for number in range(1, 4)]
SCALES = {
    scale: {"items": [f"{scale}{n}" for n in range(1, 4)], "minimum": 1, "maximum": 5}
    for scale in "abc"
}
ASKED = {
    "scales": SCALES,
    "indices": {"culture": {"parts": {"a": 1, "b": 1, "c": 1}}},
    "domains": {"by": ["unit"], "wave": "wave"},
    "comparison": {"by": "unit", "pairs": True},
    "nonresponse": {"response": 0.6},
    "planning": {"margin": 3, "change": 5},
    "quality": {"invariance": ["unit"]},
    "trend": {
        "measure": "culture",
        "dates": {str(wave): f"{2020 + wave}-10-01" for wave in range(1, 5)},
    },
}


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(20261126)
    people = pd.DataFrame(
        {"wave": np.repeat([1, 2, 3, 4], 150), "unit": np.tile(["north", "south", "west"], 200)}
    )
    common = rng.normal(size=len(people))
    for scale in "abc":
        own = 0.6 * common + 0.5 * rng.normal(size=len(people))
        for item in (item for item in ITEMS if item[0] == scale):
            seen = 3 + 0.9 * own + 0.7 * rng.normal(size=len(people))
            people[item] = seen.round().clip(1, 5)
    return people


def test_every_section_answers_in_json_under_its_own_key(people):
    result = analyse(people, ASKED).result
    json.dumps(result, allow_nan=False)
    assert {"comparison", "nonresponse", "planning", "quality", "trend"} <= set(result)
    newest = {
        row["domain"]["unit"]: row["mean"]
        for row in result["estimates"]
        if row["index"] == "culture" and row["wave"] == "4" and row["domain"]
    }
    rest = {
        row["domain"]["unit"]: row
        for row in result["comparison"]["rest"]
        if row["index"] == "culture"
    }
    # three units of fifty: the rest is the mean of the two others
    others = (newest["south"] + newest["west"]) / 2
    assert rest["north"]["difference"] == pytest.approx(newest["north"] - others)
    levels = [
        row["mean"]
        for row in result["estimates"]
        if row["index"] == "culture" and not row["domain"]
    ]
    assert [row["unlinked"] for row in result["trend"]["waves"]] == pytest.approx(levels)


def test_what_is_protected_is_rounded_and_hidden_in_every_section(people):
    few = people[(people.unit != "west") | (people.index % 50 < 3)]
    result = analyse(few, ASKED | {"disclosure": {"minimum": 5, "hierarchy": ["unit"]}}).result
    hidden = {
        (row["index"], row["domain"]["unit"])
        for row in result["estimates"]
        if row["domain"] and row["wave"] == "4" and row["status"].startswith("suppressed")
    }
    assert hidden
    for part in ("rest", "ranks"):
        told = {
            (row["index"], row["domain"]["unit"])
            for row in result["comparison"][part]
            if row.get("difference", row.get("best")) is not None
        }
        assert not told & hidden
    planned = {(row["index"], row["domain"]["unit"]) for row in result["planning"] if row["domain"]}
    assert not planned & hidden
    for row in result["trend"]["waves"]:
        assert row["unlinked"] == round(row["unlinked"], 1)
    for row in result["nonresponse"]:
        assert row["lowest"] == round(row["lowest"], 1)


def test_a_code_for_items_not_asked_is_no_answer(people):
    turned = people.copy()
    first = turned.index % 2 == 0
    turned.loc[first, [item for item in ITEMS if item[0] == "c"]] = 9
    asked = {key: ASKED[key] for key in ("scales", "indices")} | {"missing": {"not_asked": 9}}
    result = analyse(turned, asked).result
    by_scale = {row["scale"]: row for row in result["forms"] if "scale" in row}
    assert by_scale["c"]["not_asked"] == 300
    own = next(row for row in result["estimates"] if row["index"] == "c")
    assert own["n"] == 300
    assert 0 <= own["mean"] <= 100


def test_imputed_copies_are_pooled_and_widen_the_interval(people):
    rng = np.random.default_rng(7)
    copies = []
    for number in range(1, 4):
        copy = people.assign(copy=number)
        redrawn = rng.integers(0, len(people), 150)
        copy.loc[redrawn, "a1"] = rng.integers(1, 6, 150).astype(float)
        copies.append(copy)
    asked = {"scales": SCALES, "missing": {"imputation": "copy"}}
    pooled = analyse(pd.concat(copies, ignore_index=True), asked)
    single = [analyse(copy, {"scales": SCALES}).result["estimates"][0] for copy in copies]
    row = pooled.result["estimates"][0]
    assert row["mean"] == pytest.approx(np.mean([one["mean"] for one in single]))
    assert row["se"] > np.mean([one["se"] for one in single])
    assert len(pooled.weight) == 3 * len(people)
    assert any("Rubin" in text for text in pooled.result["warnings"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"trend": {"measure": "culture", "dates": {}}}, "no date for the wave 1"),
        ({"comparison": {"by": "region"}}, "must name a level of"),
        ({"quality": {"strange": 1}}, "does not know 'strange'"),
        ({"nonresponse": {}}, "needs response"),
        ({"planning": {"power": 2}}, "power"),
        ({"missing": {"form": 3}}, "must name a column"),
        ({"missing": {"imputation": "copy"}}, "copy"),
    ],
)
def test_a_mistake_in_a_section_is_one_sentence_that_names_it(people, change, sentence):
    with pytest.raises(AnalyticsError, match=sentence) as told:
        analyse(people, ASKED | change)
    assert f"[{next(iter(change))}" in str(told.value)


def test_a_trend_needs_waves(people):
    asked = {**ASKED, "domains": {"by": ["unit"]}}
    with pytest.raises(SpecificationError, match=r"\[trend\] needs waves"):
        analyse(people, asked)
