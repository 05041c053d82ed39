"""Staff background leaves the opened ballots as sums over at least k people."""

import numpy as np
import pandas as pd
import pytest

from questionnaires.loader import load_library
from survey_app.publishing.background import background_columns, background_sums

FORM = load_library().questionnaire("verdipuls.main")


def frame(roles, value=4):
    answers = pd.DataFrame(
        np.full((len(roles), len(FORM.columns)), value, dtype=np.int16), columns=list(FORM.columns)
    )
    hidden = {item: np.zeros(len(roles), dtype=np.int16) for item in ("vp.hen.1", "vp.hen.2")}
    return answers.assign(**{"bg.rolle": roles, "bg.ansiennitet": 1}, **hidden)


def cells(roles, regions=None, k=5):
    found = background_sums(FORM, frame(roles), regions or ["north"] * len(roles), minimum_group=k)
    return [one for one in found if one.item == "bg.rolle"]


def test_the_background_questions_of_the_main_wave_are_role_and_tenure():
    assert background_columns(FORM) == ("bg.rolle", "bg.ansiennitet")


def test_answers_under_k_are_merged_with_the_next_smallest():
    # 20 in direct work, 6 managers, 2 in staff functions, 1 who would not say
    agency = [one for one in cells([1] * 20 + [2] * 6 + [3] * 2 + [-3]) if one.level == "agency"]
    assert {one.categories: one.sums["n"] for one in agency} == {(1,): 20, (-3, 2, 3): 9}


def test_a_region_with_fewer_than_k_answers_has_no_cell():
    found = cells([1] * 20, regions=["north"] * 17 + ["south"] * 3)
    assert {one.domain for one in found if one.level == "region"} == {"north"}


def test_sums_give_back_means_and_covariances():
    (whole,) = [one for one in cells([1] * 8) if one.level == "agency"]
    n, total = whole.sums["scales"]["TRY"]
    assert total / n == pytest.approx(75)  # everybody answered 4
    n, product = (
        whole.sums["products"]["TRY*APN"]
        if "TRY*APN" in whole.sums["products"]
        else (whole.sums["products"]["APN*TRY"])
    )
    assert product / n == pytest.approx(75 * 75)
