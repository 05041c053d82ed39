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


def test_without_level_the_shift_is_about_the_direct_effect_in_lavaan():
    complete = ITEMS.dropna()
    found = screen_items(complete, BFI["gender"].loc[complete.index]).set_index("item")
    theirs = pd.read_csv(FOLDER / "direct_effects.csv").set_index("item")
    free = found["b"] - found["level"]
    assert free["A1"] == pytest.approx(theirs.loc["A1", "shift"], abs=0.1)
    # The others are held against a score that contains A1, so they differ by a share of its shift.
    assert (free - theirs["shift"]).abs().max() < theirs.loc["A1", "shift"] / 2
    # Without the correction A2, A3, A4 and A5 were off by up to 4.3 points, all to one side.
    assert (found["b"] - theirs["shift"]).abs().max() > (free - theirs["shift"]).abs().max()


def test_an_item_moved_by_eight_points_in_one_group_is_flagged_and_named():
    complete = ITEMS.dropna()
    group = BFI["gender"].loc[complete.index]  # women answer A1 five points higher as it is
    assert screen_items(complete, group)["flagged"].tolist() == [True, False, False, False, False]
    moved = complete.assign(A3=complete["A3"] + 12.0 * (group == 2))
    found = screen_items(moved, group)
    assert "A3" in found.loc[found["flagged"], "item"].tolist()
    assert any("'A3' is answered" in text for text in screening_warnings(found, "agreeableness"))


def no_shift(rng, size, groups, ahead=0.0):
    """Four items on 0-100 that mean the same everywhere; the last group stands higher."""
    group = np.repeat(np.arange(groups), size)
    opinion = rng.normal(size=len(group)) + ahead * (group == groups - 1)
    answers = 0.7 * opinion[:, None] + 0.71 * rng.normal(size=(len(group), 4))
    return pd.DataFrame(25 * (np.clip(np.round(answers + 3.3), 1, 5) - 1)), pd.Series(group)


@pytest.mark.parametrize(
    ("size", "groups", "ahead"), [(20, 12, 0.0), (60, 5, 0.0), (200, 2, 1.0), (500, 2, 1.0)]
)
def test_where_items_mean_the_same_one_screening_in_twenty_gives_an_alarm(size, groups, ahead):
    rng = np.random.default_rng(41)
    alarms = sum(
        bool(screen_items(*no_shift(rng, size, groups, ahead))["flagged"].any()) for _ in range(25)
    )
    # Before p was adjusted and level taken out, 17 to 23 of 25.
    assert alarms <= 4


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
