"""The truth is scored apart from `analytics`; here by the worked numbers of instruments.md 9."""

import numpy as np
import pytest

from questionnaires.loader import load_library
from survey_app.simulation.truth import person_scores, true_means

FORM = load_library().questionnaire("verdipuls.main")


def answers(**given):
    told = {item.id: np.array([-1], dtype=np.int16) for item in FORM.items}
    told |= {name.replace("_", "."): np.array([code]) for name, code in given.items()}
    return told


def test_four_of_five_items_are_enough_and_two_are_not():
    # 9.2: (5, 4, 4, vi, 5) gives 87.5, (5, 4, vi, vi, -) gives nothing
    four = answers(vp_try_1=5, vp_try_2=4, vp_try_3=4, vp_try_4=-2, vp_try_5=5)
    assert person_scores(FORM, four)["TRY"][0] == 87.5
    two = answers(vp_try_1=5, vp_try_2=4, vp_try_3=-2, vp_try_4=-2, vp_try_5=-1)
    assert np.isnan(person_scores(FORM, two)["TRY"][0])
    core = answers(vp_try_1=4, vp_try_3=-2)
    assert np.isnan(person_scores(FORM, core)["TRY-kjerne"][0])


def test_the_workplace_facets_of_one_person():
    # 9.3: AAT 62.5, AAS 85.0, AAM 58.33, AAI 68.61
    given = answers(aa_6=4, aa_7=-2, aa_8=3, aa_1=5, aa_2=4, vp_amb_1=8, aa_3=4, aa_4=4, aa_5=2)
    rows = true_means("", FORM, given, [("agency", "", np.array([True]))])
    found = {row.measure: row.mean for row in rows}
    assert found["AAT"] == 62.5
    assert found["AAS"] == pytest.approx(85.0)
    assert found["AAM"] == pytest.approx(58.333, abs=0.001)
    assert found["AAI"] == pytest.approx(68.611, abs=0.001)


def test_a_reversed_item_counts_the_other_way():
    # 9.1: vp.sik.3 = 2 gives 75
    given = answers(vp_sik_1=4, vp_sik_2=4, vp_sik_3=2, vp_sik_4=4, vp_sik_5=4)
    assert person_scores(FORM, given)["SIK"][0] == 75
