"""Errors of a protected file do not tell hidden groups apart where the design does.

Of a region with units of 3, 9, 30 and 35 people the first is hidden, and the second for its sake.
Both are told together, by the region and the others. What they differ by moves no mean and no
share; where units are the clusters or the strata it moves errors.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.workbench.analyse import analyse

PEOPLE = {"a0": 3, "a1": 9, "a2": 30, "a3": 35, "b0": 25, "b1": 28, "b2": 31, "b3": 27}
SMALL, COVER = "a0", "a1"
SPEC = {
    "scales": {"s": {"items": ["p", "q"], "minimum": 1, "maximum": 5}},
    "variables": {"shares": ["yes"]},
    "domains": {"by": ["region", "unit"]},
    "disclosure": {"minimum": 5, "hierarchy": ["region", "unit"]},
}
ALIKE = ([[2, 2], [2, 3], [3, 3]], [[3, 4]] * 3 + [[3, 3]] * 6)
UNLIKE = ([[1, 2], [2, 2], [2, 3]], [[5, 4]] * 3 + [[2, 3]] * 6)
UNITS_APART = {
    "clusters": {"design": {"cluster": "unit"}},
    "strata": {"design": {"strata": "unit"}},
    "margins": {"poststratify": {"by": ["unit"], "counts": "persons"}},
}


def a_file(seed=1, hidden=ALIKE):
    rng = np.random.default_rng(seed)
    unit = np.repeat(list(PEOPLE), list(PEOPLE.values()))
    data = pd.DataFrame({"unit": unit, "region": [one[0] for one in unit]})
    data["person"] = [f"p{number}" for number in range(len(data))]
    answers = rng.integers(1, 6, (len(data), 2)).astype(float)
    data[["p", "q"]] = answers
    data["yes"] = np.where(rng.random(len(data)) < 0.4, "yes", "no")
    for unit, said in zip((SMALL, COVER), hidden, strict=True):
        data.loc[data["unit"] == unit, ["p", "q"]] = np.array(said, dtype=float)
    return data


def exchanged(data):
    """Let the three of the small unit say what three of the other hidden one said."""
    small, cover = (data.index[data["unit"] == unit][:3] for unit in (SMALL, COVER))
    found, answers = data.copy(), ["p", "q"]
    found.loc[small, answers] = data.loc[cover, answers].to_numpy()
    found.loc[cover, answers] = data.loc[small, answers].to_numpy()
    return found


def result_of(data, **more):
    persons = pd.DataFrame({"unit": list(PEOPLE), "count": [2 * n for n in PEOPLE.values()]})
    spec = {key: value for key, value in (SPEC | more).items() if value is not None}
    return analyse(data, spec, {"persons": persons}).result


def region(result, statistic="mean"):
    (row,) = [
        row
        for row in result["estimates"]
        if row["domain"] == {"region": "a"} and row["statistic"] == statistic
        and row.get("category") in {None, "yes"}
    ]  # fmt: skip
    return row


@pytest.mark.parametrize("apart", UNITS_APART)
def test_what_hidden_units_differ_by_moves_no_figure(apart):
    design = UNITS_APART[apart]
    # of strata it is how far the two lie from each other that counts, not which is the lower one
    data = a_file(hidden=ALIKE if apart == "clusters" else UNLIKE)
    told, other = (result_of(one, **design) for one in (data, exchanged(data)))
    hidden = [row for row in told["estimates"] if row["status"] != "published"]
    assert {row["domain"]["unit"] for row in hidden} == {SMALL, COVER}
    assert told == other
    exact = [region(result_of(one, **design, disclosure=None)) for one in (data, exchanged(data))]
    assert exact[0]["mean"] == pytest.approx(exact[1]["mean"])
    assert round(exact[0]["se"], 1) != round(exact[1]["se"], 1)


@pytest.mark.parametrize("apart", UNITS_APART)
def test_the_error_is_as_large_as_before_and_a_step_larger_at_most(apart):
    """Of 77 people with a deviation of some 25 points, one at the other end moves it by 1.3."""
    design = UNITS_APART[apart]
    told, exact = (result_of(a_file(), **design, **more) for more in ({}, {"disclosure": None}))
    row, free = region(told), region(exact)
    assert row["se"] in {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}
    assert free["se"] <= row["se"] < free["se"] + 2.0
    assert row["deff"] == pytest.approx(free["deff"] * (row["se"] / free["se"]) ** 2, abs=0.006)
    assert row["low"] <= free["low"] + 0.05
    assert row["high"] >= free["high"] - 0.05
    # the other region hides nothing
    own, beside = (
        [one for one in result["estimates"] if one["domain"] == {"region": "b"}]
        for result in (told, exact)
    )
    for one, plain in zip(own, beside, strict=True):
        assert one["se"] == pytest.approx(plain["se"], abs=0.051)


def test_where_strata_are_groups_that_are_shown_errors_have_their_digits():
    told, free = (
        region(result_of(a_file(), design={"strata": "region"}, **more), "share")
        for more in ({}, {"disclosure": None})
    )
    assert told["se"] == round(free["se"], 2)
    assert told["deff"] == round(free["deff"], 2)


def test_few_of_a_shown_unit_whom_the_strata_set_apart_are_not_told():
    """Of three women among thirty the error of their unit told how far they are from the men."""
    data = a_file().assign(gender="man")
    women = data.index[data["unit"] == "a2"][:3]
    data.loc[women, "gender"] = "woman"
    data.loc[data.index[data["unit"] == "b2"][:9], "gender"] = "woman"
    rows = result_of(data, design={"strata": "gender"})["estimates"]
    (row,) = [one for one in rows if one["domain"] == {"unit": "a2"} and one["index"] == "s"]
    assert row["se"] % 5 == 0
    (row,) = [one for one in rows if one["domain"] == {"unit": "b2"} and one["index"] == "s"]
    assert row["se"] % 1 > 0


def test_a_test_is_made_without_what_holds_hidden_clusters():
    """F and p would tell the error that is shown coarsely."""
    design = {
        "design": {"cluster": "unit"},
        "comparison": {"by": "region", "pairs": True, "equality": True},
    }
    data = a_file()
    data["region"] = data["unit"].map(lambda one: one if one in {"b2", "b3"} else one[0])
    told, other = (result_of(one, **design) for one in (data, exchanged(data)))
    assert told["comparison"]["equality"] == other["comparison"]["equality"]
    (row,) = told["comparison"]["equality"]
    assert {one["region"] for one in row["domains"]} == {"b", "b2", "b3"}
    assert any("tested without a, which are hidden or" in one for one in told["warnings"])


def test_a_table_is_tested_without_what_holds_hidden_clusters():
    data = a_file()
    data["region"] = data["unit"].map(lambda one: one if one in {"b2", "b3"} else one[0])
    (row,) = result_of(
        data, design={"cluster": "unit"}, association={"tables": [["region", "yes"]]}
    )["association"]
    assert row["row_categories"] == ["b", "b2", "b3"]


def of_linked(second):
    data = a_file()
    later = a_file(2).assign(wave="2")
    later.loc[: len(second) - 1, ["p", "q"]] = second
    both = pd.concat([data.assign(wave="1"), later])
    asked = {"by": ["region", "unit"], "wave": "wave", "person": "person"}
    result = result_of(both, domains=asked)
    changes = [row for row in result["changes"] if row["domain"] == {"region": "a"}]
    return [row for row in changes if row["index"] == "s"], result["estimates"]


def test_the_error_of_a_change_does_not_tell_who_of_the_hidden_said_the_same_again():
    """The means of both waves are the same, and so are their errors."""
    (kept,), estimates = of_linked([[2.0, 2.0], [2.0, 3.0], [4.0, 4.0]])
    (turned,), same = of_linked([[4.0, 4.0], [2.0, 3.0], [2.0, 2.0]])
    assert estimates == same
    assert kept == turned
    assert kept["se"] in {2.0, 4.0, 6.0}
