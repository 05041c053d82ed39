"""Screening of items over groups by R's survey; see scale_quality/screening.R."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.scale_quality.screening import screen_items, screening_warnings

FOLDER = Path(__file__).parent / "scale_quality"
BFI = pd.read_csv(FOLDER / "bfi.csv")
REFERENCE = pd.read_csv(FOLDER / "screening.csv")
ITEMS = (BFI[[f"A{n}" for n in range(1, 6)]].assign(A1=7 - BFI["A1"]) - 1) * 20


@pytest.mark.parametrize("grouping", ["gender", "education"])
@pytest.mark.parametrize("weights", ["equal", "unequal"])
def test_the_shift_of_an_item_in_a_group_is_that_of_svyglm(weights, grouping):
    weight = 1 + (BFI["age"].to_numpy() % 7) / 3 if weights == "unequal" else None
    found = screen_items(ITEMS, BFI[grouping], weight)
    theirs = REFERENCE[(REFERENCE["weights"] == weights) & (REFERENCE["grouping"] == grouping)]
    assert found["item"].tolist() == theirs["item"].tolist()
    assert found["b"].to_numpy() == pytest.approx(theirs["b"].to_numpy(), rel=1e-8)
    assert found["se"].to_numpy() == pytest.approx(theirs["se"].to_numpy(), rel=1e-8)
    assert found["p"].to_numpy() == pytest.approx(theirs["p"].to_numpy(), rel=1e-6, abs=1e-12)


def test_an_item_moved_by_eight_points_in_one_group_is_flagged_and_named():
    group = BFI["gender"]  # women answer A1 six points higher as it is: flagged before and after
    assert screen_items(ITEMS, group)["flagged"].tolist() == [True, False, False, False, False]
    moved = ITEMS.assign(A3=ITEMS["A3"] + 8.0 * (group == 2))
    found = screen_items(moved, group)
    assert found.loc[found["flagged"], "item"].tolist() == ["A1", "A3"]
    assert "'A3' is answered" in screening_warnings(found, "agreeableness")[1]


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_too_few_respondents_have_no_shift_and_no_flag(rows):
    found = screen_items(ITEMS.iloc[:rows], BFI["gender"].iloc[:rows])
    assert found["b"].isna().all()
    assert not found["flagged"].any()


def test_constant_items_and_lone_members_have_no_error_to_be_judged_by():
    constant = pd.DataFrame(np.full((20, 3), 50.0), columns=list("abc"))
    group = pd.Series(["x"] * 19 + ["y"])
    assert not screen_items(constant, group)["flagged"].any()
    assert screen_items(constant.iloc[:, :1], group).empty
