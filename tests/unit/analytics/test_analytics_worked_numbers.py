"""The ten worked numbers of instruments.md 9, each by the functions the pipeline uses.

The eighth (splices) belongs to linking and is tested where that is.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.estimation.design import simple_design
from analytics.estimation.domains import whole
from analytics.estimation.means import compose, domain_means, errors
from analytics.estimation.shares import shares_of
from analytics.pipeline import WaveData, estimate_wave
from analytics.response_rates import Dispositions, response_rates
from analytics.scoring import item_scores, scale_scores
from analytics.small_areas.pooled import weight_of_own
from analytics.weighting.diagnostics import effective_sample_size
from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED, NOT_APPLICABLE
from tests.builders_questionnaire import a_questionnaire, a_scale, an_index, an_item

MAIN = load_library().questionnaire("verdipuls.main")
PUBLIC = load_library().questionnaire("omdomme")


def scored(questionnaire, **answers):
    columns = {name: [NOT_ANSWERED] for name in questionnaire.columns}
    columns |= {name.replace("_", "."): [value] for name, value in answers.items()}
    frame = pd.DataFrame(columns)
    items = item_scores(questionnaire, frame)
    return items.iloc[0], scale_scores(questionnaire, frame, items).iloc[0]


def test_1_items_score_0_to_100_and_high_is_good():
    items, _ = scored(MAIN, vp_try_1=4, vp_sik_3=2, vp_amb_1=8)
    assert items[["vp.try.1", "vp.sik.3", "vp.amb.1"]].tolist() == [75, 75, 80]


def test_2_a_scale_needs_three_of_five_and_two_of_two():
    answers = {"vp_try_1": 5, "vp_try_2": 4, "vp_try_3": 4, "vp_try_5": 5}
    _, scales = scored(MAIN, **answers, vp_try_4=NOT_APPLICABLE)
    assert scales["TRY"] == 87.5
    _, scales = scored(
        MAIN, vp_try_1=5, vp_try_2=4, vp_try_3=NOT_APPLICABLE, vp_try_4=NOT_APPLICABLE
    )
    assert np.isnan(scales["TRY"])
    _, scales = scored(MAIN, vp_try_1=4, vp_try_3=NOT_APPLICABLE)
    assert np.isnan(scales["TRY-kjerne"])


def test_3_the_workplace_facets_of_one_person():
    _, scales = scored(
        MAIN,
        aa_6=4, aa_7=NOT_APPLICABLE, aa_8=3, aa_1=5, aa_2=4, vp_amb_1=8, aa_3=4, aa_4=4, aa_5=2,
    )  # fmt: skip
    assert scales[["AAT", "AAS"]].tolist() == [62.5, 85.0]
    assert round(scales["AAM"], 2) == 58.33
    parts = next(index.parts for index in MAIN.indices if index.code == "AAI")
    assert round(sum(weight * scales[part] for part, weight in parts.items()), 2) == 68.61


def test_4_the_reputation_index_and_its_equal_weight_version():
    means = {
        "EVN": 65.5, "VEL": 67.2, "INT": 63.3, "OPN": 53.3, "TRO": 66.2, "SAM": 58.0, "PLA": 58.4,
        "EAI-3": 50.9,
    }  # fmt: skip
    indices = {index.code: index for index in PUBLIC.indices}

    def value(parts):
        return sum(weight * means[part] for part, weight in parts.items())

    assert round(value(indices["TI"].parts), 3) == 62.325
    assert round(value(indices["OM1"].parts), 1) == 63.1
    assert round(value(indices["OI"].parts), 1) == 58.7
    assert round(value(indices["OI"].equal_parts), 1) == 57.6


def test_5_the_variance_of_an_index_with_missing_scales():
    weight = np.array([1, 1, 1.5, 1.5, 1, 2])
    scores = np.array([[75, 50], [50, 25], [100, 75], [62.5, np.nan], [np.nan, 62.5], [87.5, 75]])
    design = simple_design(weight, np.zeros(6, dtype=np.int64), np.array([20.0]))
    everybody = whole(6, 20)
    scales = domain_means(design, scores, everybody)
    index = compose(scales, ["A", "B"], [{"A": 0.5, "B": 0.5}])
    found = errors(design, index, everybody)
    assert scales.mean[0].round(4).tolist() == [77.6786, 61.5385]
    assert round(index.mean[0, 0], 4) == 69.6085
    assert round(found.se_model[0, 0], 4) == 8.0772
    assert round(found.se[0, 0], 4) == 6.7578
    assert round(found.n_eff[0, 0], 4) == 5.5652
    assert round(effective_sample_size(pd.Series(weight)), 4) == 5.5652


def test_6_response_rates_of_staff():
    rates = response_rates(Dispositions(3000, 150, 120, 2250, 20, 0, 60))
    assert [round(100 * x, 2) for x in (rates.rr1, rates.rr3, rates.rr5)] == [54.15] * 3
    assert [round(100 * x, 2) for x in (rates.rr2, rates.rr4, rates.rr6)] == [56.86] * 3


def test_7_response_rates_of_the_public():
    rates = response_rates(Dispositions(1930, 70, 260, 4700, 60, 300, 80))
    assert round(rates.e, 4) == 0.9887
    shares = (rates.rr1, rates.rr2, rates.rr3, rates.rr4, rates.rr5, rates.rr6)
    assert [round(100 * x, 2) for x in shares] == [26.37, 27.32, 26.38, 27.34, 27.49, 28.49]


AMBASSADORS = [10] * 2 + [9] * 6 + [8] * 9 + [7] * 8 + [6] * 5 + [5] * 6 + [3] * 3 + [0]


def test_9_the_ambassador_balance_of_40_answers_is_minus_17_5():
    form = a_questionnaire(
        [an_item("vp.amb.1", "ambassador11")], [a_scale("AMB", "vp.amb.1")], [an_index("AMB")]
    )
    answers = pd.DataFrame({"vp.amb.1": AMBASSADORS})
    items = item_scores(form, answers)
    assert items["vp.amb.1"].mean() == 67.75
    balance = [one for one in shares_of(form, answers, items) if one.statistic == "balance"]
    assert balance[0].indicator.mean() == pytest.approx(-0.175)


@pytest.mark.parametrize(("times", "shown"), [(1, 0), (2, 1)])
def test_9_the_ambassador_balance_is_given_from_50_answers(times, shown):
    form = a_questionnaire(
        [an_item("vp.amb.1", "ambassador11")], [a_scale("AMB", "vp.amb.1")], [an_index("AMB")]
    )
    answers = pd.DataFrame({"vp.amb.1": AMBASSADORS * times})
    data = WaveData(
        key="w", kind="open", population="open", questionnaire=form, answers=answers, domains=None,
        frame=pd.DataFrame(), margins={}, minimum_group=5, invited_everybody=False, panel=None,
    )  # fmt: skip
    frame = estimate_wave(data).estimates.frame
    assert (frame["statistic"] == "balance").sum() == shown
    assert frame.loc[frame["measure"] == "AMB", "mean"].iloc[0] == 67.75


def test_10_a_small_unit_leans_on_its_type():
    g = float(weight_of_own(4.5**2, np.array([3.9]))[0])
    assert round(g, 4) == 0.5711
    assert round(g * 58 + (1 - g) * 66, 2) == 61.43
