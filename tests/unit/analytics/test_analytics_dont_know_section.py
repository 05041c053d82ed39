"""Codes for "don't know" in a file: no answer, counted, and tried in the middle."""

import numpy as np
import pandas as pd
import pytest

from analytics.workbench.analyse import analyse

SCALES = {
    "s": {"items": ["a", "b"], "reversed": ["b"], "minimum": 1, "maximum": 5, "dont_know": [8, 9]},
    "t": {"items": ["c"], "minimum": 1, "maximum": 5},
}
SPEC = {"scales": SCALES, "indices": {"i": {"parts": {"s": 1, "t": 1}}}}


def a_file(n=40):
    rng = np.random.default_rng(8)
    data = pd.DataFrame({name: rng.integers(1, 6, n).astype(float) for name in "abc"})
    data.loc[:9, "a"] = 9
    data.loc[5:14, "b"] = 8
    return data.assign(g=np.resize(["k", "m"], n), w=rng.uniform(1, 3, n))


def rows(data, **more):
    found = analyse(data, SPEC | more).result["dont_know"]
    return {(row["index"], tuple(row["domain"].values())): row for row in found}


def test_a_code_for_dont_know_is_no_answer():
    data = a_file()
    told = analyse(data, SPEC).result
    gone = data.replace({"a": {9.0: np.nan}, "b": {8.0: np.nan}})
    plain = {
        name: {k: v for k, v in own.items() if k != "dont_know"} for name, own in SCALES.items()
    }
    assert told["estimates"] == analyse(gone, SPEC | {"scales": plain}).result["estimates"]


def test_an_index_with_dont_know_in_the_middle_is_that_of_a_file_that_says_so():
    data = a_file()
    middle = data.replace({"a": {9.0: 3.0}, "b": {8.0: 3.0}})
    told = {r["index"]: r["mean"] for r in analyse(middle, SPEC).result["estimates"]}
    for name in ("s", "i"):
        row = rows(data)[name, ()]
        assert row["neutral"] == pytest.approx(told[name])
        assert row["difference"] == pytest.approx(row["neutral"] - row["mean"])
        assert row["low"] <= row["difference"] <= row["high"]


def test_the_share_of_dont_know_is_weighted_and_among_those_who_answered():
    data = a_file()
    data.loc[39, "a"] = np.nan
    row = rows(data, design={"weight": "w"})["s", ()]
    w, answered = data["w"], data["a"].notna()
    assert row["items"]["a"] == pytest.approx(w[data["a"] == 9].sum() / w[answered].sum())


def test_every_domain_has_its_own_sensitivity_and_a_scale_without_such_codes_has_none():
    found = rows(a_file(), domains={"by": ["g"]})
    assert set(found) == {(name, at) for name in ("s", "i") for at in ((), ("k",), ("m",))}


def test_an_item_that_a_fifth_cannot_answer_is_named():
    told = analyse(a_file(), SPEC).result["warnings"]
    assert any("25 % of those who answered 'a' did not know" in text for text in told)


def test_all_but_one_are_not_everybody():
    data = a_file(400)
    data["a"] = [3.0] + [9.0] * 399
    told = analyse(data, SPEC).result["warnings"]
    assert any("more than 99 % of those who answered 'a' did not know" in text for text in told)


PROTECTED = {"domains": {"by": ["g"]}, "disclosure": {"minimum": 5}}


def test_a_protected_file_tells_of_the_whole_alone_and_in_half_points():
    plain, found = rows(a_file(200)), rows(a_file(200), **PROTECTED)
    assert set(found) == {("s", ()), ("i", ())}
    for at, row in found.items():
        assert set(row) == {"index", "wave", "domain", "n", "mean", "difference", "low", "high"}
        assert all(row[name] * 2 % 1 == 0 for name in ("difference", "low", "high"))
        assert row["difference"] == pytest.approx(plain[at]["difference"], abs=0.25)
        assert row["low"] <= plain[at]["low"]
        assert row["high"] >= plain[at]["high"]


@pytest.mark.parametrize("silent", [1, 2, 4])
def test_few_who_have_no_score_have_none_by_subtraction_either(silent):
    """Both means and both numbers, of those with a score and of all, would be theirs."""
    data = a_file(200)
    data.loc[:, ["a", "b"]] = data[["a", "b"]].clip(upper=5)
    data.loc[: silent - 1, ["a", "b"]] = 9
    assert "difference" in rows(data)["s", ()]
    assert ("s", ()) not in rows(data, **PROTECTED)


def test_a_protected_file_of_few_answers_tells_nothing_of_dont_know():
    assert rows(a_file(99), **PROTECTED) == {}


def test_a_file_without_such_codes_has_no_such_section():
    plain = {"t": SCALES["t"]}
    assert "dont_know" not in analyse(a_file(), {"scales": plain}).result
