"""What few people have is theirs, however many others have nothing: amounts, ratios, drivers.

Of a region with units of 3, 9, 30 and 35 people the first is hidden. ``mine`` is 1 for its people
and 0 for others, and ``said`` what they said times that: a division by another name. In a unit of
25 people two have an amount.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError
from analytics.workbench.analyse import analyse

PEOPLE = {
    "a0": 3,
    "a1": 9,
    "a2": 30,
    "a3": 35,
    "b0": 25,
    "b1": 28,
    "b2": 33,
    "b3": 29,
    "c0": 30,
    "c1": 40,
}
SPEC = {
    "domains": {"by": ["region", "unit"]},
    "disclosure": {"minimum": 5, "hierarchy": ["region", "unit"]},
}


def a_file():
    rng = np.random.default_rng(3)
    unit = np.repeat(list(PEOPLE), list(PEOPLE.values()))
    data = pd.DataFrame({"unit": unit, "region": [one[0] for one in unit]})
    data["x"] = rng.integers(1, 6, len(data)).astype(float)
    data["mine"] = (data["unit"] == "a0").astype(float)
    data["said"] = data["x"] * data["mine"]
    data["amount"] = np.where(rng.random(len(data)) < 0.5, rng.integers(1, 5000, len(data)), 0)
    two = data.index[data["unit"] == "b0"]
    data.loc[two, "amount"] = 0
    data.loc[two[:2], "amount"] = [40_000, 30]
    return data


def shown(data, **asked):
    rows = analyse(data, SPEC | asked).result["estimates"]
    return {tuple(row["domain"].values()) for row in rows if row["status"] == "published"}


@pytest.mark.parametrize(
    "asked",
    [
        {"ratios": [["said", "mine"]]},
        {"ratios": [["said", "everybody"]]},
        {"means": ["said"]},
        {"totals": ["said"]},
    ],
)
def test_what_three_of_many_have_is_told_of_no_group(asked):
    theirs = {(), ("a",), ("a0",)}
    assert not theirs & shown(a_file().assign(everybody=1.0), variables=asked)


def test_that_all_of_a_small_group_have_nothing_is_not_told_either():
    data = a_file()
    data.loc[data["unit"] == "a0", "amount"] = 0
    found = shown(data, variables={"means": ["amount"]})
    assert ("a0",) not in found
    assert not {("a1",), ("a2",), ("a3",), ("a",)} <= found


@pytest.mark.parametrize("statistic", ["means", "totals"])
def test_an_amount_that_two_of_a_unit_have_is_hidden_and_does_not_follow(statistic):
    found = shown(a_file(), variables={statistic: ["amount"]})
    assert {(), ("b",), ("c",), ("c0",), ("c1",)} <= found
    assert ("b0",) not in found
    assert not {("b1",), ("b2",), ("b3",)} <= found


def test_answers_on_a_scale_and_marks_of_0_and_1_are_no_amounts():
    data = a_file()
    data["x"] -= 1.0
    data.loc[data["unit"] == "b0", "x"] = 0.0
    data.loc[data.index[data["unit"] == "b0"][:4], "x"] = [1.0, 2.0, 3.0, 4.0]
    ends = {"means": ["x"], "ranges": {"x": [0, 4]}}
    assert ("b0",) in shown(data, variables=ends)
    scale = {"s": {"items": ["x"], "minimum": 0, "maximum": 4}}
    assert ("b0",) in shown(data, variables={"means": ["x"]}, scales=scale)
    data["mark"] = (data["x"] == 4).astype(float)
    assert ("a2",) in shown(data, variables={"means": ["mark"]})


@pytest.mark.parametrize("ordinal", [False, True])
def test_a_mark_for_few_explains_nothing(ordinal):
    """The slope of three people's mark is their mean."""
    asked = {"outcome": "x", "predictors": ["mine"], "ordinal": ordinal}
    with pytest.raises(FrameError, match="fewer than 5 people have anything in 'mine' but what"):
        analyse(a_file(), SPEC | {"drivers": asked})
    data = a_file().assign(mine=lambda frame: (frame["unit"] == "b0").astype(float))
    assert analyse(data, SPEC | {"drivers": asked}).result["drivers"]


@pytest.mark.parametrize("missing", ["complete", "pairwise", "impute"])
def test_a_mark_for_many_explains_nothing_where_few_of_them_answered_the_rest(missing):
    data = a_file().assign(other=lambda frame: frame["x"].to_numpy()[::-1])
    data["mine"] = data["unit"].isin(["a0", "b1"]).astype(float)
    data.loc[data["unit"] == "b1", "other"] = np.nan
    asked = {"outcome": "x", "predictors": ["mine", "other"], "missing": missing}
    with pytest.raises(FrameError, match="fewer than 5 people have anything in 'mine' but what"):
        analyse(data, SPEC | {"drivers": asked})
