"""Who alone left one item of a scale out must not have their score told by it (ADR 0156)."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.change import compare_waves
from analytics.partly_answered import few_in_part, mean_of_answers, partly_answered
from analytics.pipeline import WaveData, estimate_wave
from analytics.waves import WaveMeta
from tests.builders_questionnaire import a_questionnaire, a_scale, an_index, an_item

K = 5
TRUST, CALM = ("t.1", "t.2", "t.3"), ("c.1", "c.2")
FORM = a_questionnaire(
    [an_item(code) for code in (*TRUST, *CALM)],
    [a_scale("T", *TRUST), a_scale("C", *CALM)],
    [an_index("I", parts={"T": 0.5, "C": 0.5})],
)
FRAME = pd.DataFrame(
    {
        "unit": ["a", "b"], "region": ["r", "r"], "unit_type": ["t", "t"],
        "population": [20, 40], "invited": [20, 40],
    }
)  # fmt: skip
BLANK = -2


def a_wave(answers, *, population="staff", units=None, key="w"):
    staff = population == "staff"
    return WaveData(
        key=key, kind="main", population=population, questionnaire=FORM, answers=answers,
        domains=pd.Series(units) if staff else None, frame=FRAME if staff else pd.DataFrame(),
        margins={}, minimum_group=K, invited_everybody=True, panel=None,
    )  # fmt: skip


def drawn(blanks, seed=0):
    """Twelve people of a unit and twenty of another; some of the first left the third item out."""
    rng = np.random.default_rng(seed)
    answers = pd.DataFrame(rng.integers(1, 6, (32, 5)), columns=[*TRUST, *CALM])
    answers.loc[: blanks - 1, "t.3"] = BLANK
    return answers, ["a"] * 12 + ["b"] * 20


def exchanged(answers, person, wanted):
    """Let somebody have said what is wanted, and others of the unit what this one had said."""
    found = answers.copy()
    for item in answers.columns:
        if answers.loc[person, item] > 0:
            other = next(row for row in range(1, 12) if answers.loc[row, item] == wanted)
            found.loc[other, item], found.loc[person, item] = answers.loc[person, item], wanted
    return found


def means(table):
    frame = table.frame
    return frame[frame["statistic"] == "mean"].set_index(["measure", "level", "domain"])["mean"]


def test_one_who_left_an_item_out_has_a_score_in_no_mean_of_any_level():
    answers, units = drawn(1)
    low, high = (exchanged(answers, 0, wanted) for wanted in (1, 5))
    one, other = (means(estimate_wave(a_wave(told, units=units)).estimates) for told in (low, high))
    assert set(one.index.get_level_values("measure")) == {"T", "C", "I", *TRUST, *CALM}
    assert np.abs(one - other).max() < 1e-9


@pytest.mark.parametrize("population", ["staff", "open"])
def test_nor_has_one_who_alone_answered_all_items_where_the_others_left_one_out(population):
    answers, units = drawn(0, seed=6)
    answers.loc[1:5, "t.3"], answers.loc[6:11, "t.2"] = BLANK, BLANK
    if population == "open":
        answers.loc[12:, "t.3"] = BLANK
    one, other = (
        means(
            estimate_wave(
                a_wave(exchanged(answers, 0, wanted), population=population, units=units)
            ).estimates
        )
        for wanted in (1, 5)
    )
    assert np.abs(one - other).max() < 1e-9


def test_nor_in_any_change_since_the_wave_before():
    answers, units = drawn(1)
    then = estimate_wave(a_wave(drawn(0, seed=1)[0], units=units, key="v")).estimates
    before, now = (WaveMeta(key, "main", "staff", invited_everybody=True) for key in "vw")
    found = [
        compare_waves(
            (now, estimate_wave(a_wave(exchanged(answers, 0, told), units=units)).estimates),
            [(before, then)],
        ).frame
        for told in (1, 5)
    ]
    assert len(found[0]) > 10
    assert np.abs(found[0]["difference"] - found[1]["difference"]).max() < 1e-9


def test_nor_where_people_from_outside_answer_and_all_weigh_the_same():
    answers, _ = drawn(1)
    one, other = (
        estimate_wave(a_wave(exchanged(answers, 0, told), population="open")).estimates
        for told in (1, 5)
    )
    assert {"T", "I", "t.3"} <= set(means(one).index.get_level_values("measure"))
    assert np.abs(means(one) - means(other)).max() < 1e-9
    row = one.of("T")
    assert row["low"] + row["high"] == pytest.approx(2 * row["mean"])
    assert one.of("I")["mean"] == pytest.approx((row["mean"] + one.of("C")["mean"]) / 2)


@pytest.mark.parametrize("population", ["staff", "open"])
def test_nor_in_what_other_items_of_a_scale_did_where_one_has_a_score_on_one_set_alone(population):
    form = a_questionnaire(
        [an_item(code) for code in TRUST], [a_scale("T", *TRUST[:2]), a_scale("T@1", *TRUST)]
    )
    answers, units = drawn(0, seed=1)
    answers.loc[0, "t.2"] = BLANK
    told = [
        estimate_wave(
            replace(
                a_wave(exchanged(answers, 0, wanted)[[*TRUST]], population=population, units=units),
                questionnaire=form,
            )
        )
        for wanted in (1, 5)
    ]
    assert np.abs(means(told[0].estimates) - means(told[1].estimates)).max() < 1e-9
    [[one], [other]] = ([effect.overlap for effect in found.wording] for found in told)
    assert one.paired
    assert one.difference == pytest.approx(other.difference, abs=1e-9)


def test_a_group_in_which_one_answered_in_part_moves_the_scale_of_the_whole():
    answers = pd.DataFrame({"t.1": [3] * 20, "t.2": [4] * 20, "t.3": [BLANK] * 6 + [5] * 14})
    whole, group = np.zeros(20, dtype=np.int64), np.array([0] + [1] * 19)
    scales = a_questionnaire([an_item(code) for code in TRUST], [a_scale("T", *TRUST)])
    assert few_in_part(scales, answers, [whole], K) == frozenset()
    assert few_in_part(scales, answers, [whole, group], K) == {"T"}
    # who told nothing of themselves is what the whole has beyond the groups
    assert few_in_part(scales, answers, [whole, group - 1], K) == {"T"}


def test_the_scale_is_what_follows_from_its_items_and_the_numbers_of_answers():
    # 4 people; 60, 40 of all and 30 of three: the fourth counts with (60 + 40) / 2 on the third
    mean, n = np.array([[60.0, 40.0, 30.0]]), np.array([[4.0, 4.0, 3.0]])
    assert mean_of_answers(mean, n, np.array([4.0]))[0] == pytest.approx((240 + 160 + 140) / 12)
    # two answered one item alone: their answers stand in its mean, and they have no score
    n = np.array([[6.0, 4.0, 4.0]])
    assert mean_of_answers(mean, n, np.array([4.0]))[0] == pytest.approx((60 + 40 + 30) / 3)


def test_a_cell_without_scores_has_no_mean_and_one_without_an_item_has_that_of_the_others():
    mean, n = np.array([[60.0, np.nan], [60.0, 40.0]]), np.array([[3.0, 0.0], [3.0, 3.0]])
    found = mean_of_answers(mean, n, np.array([3.0, 0.0]))
    assert found[0] == pytest.approx(60)
    assert np.isnan(found[1])


def test_where_k_people_left_an_item_out_or_nobody_did_scores_stand_as_they_are():
    for blanks in (0, K):
        answers, units = drawn(blanks)
        scores = (answers[list(TRUST)].where(answers[list(TRUST)] > 0).mean(axis=1) - 1) * 25
        found = means(estimate_wave(a_wave(answers, units=units)).estimates)
        assert found["T", "unit", "a"] == pytest.approx(scores[:12].mean(), abs=1e-12)


def test_the_interval_goes_with_the_mean_and_is_as_wide_as_that_of_the_scores():
    answers, units = drawn(1)
    row = estimate_wave(a_wave(answers, units=units)).estimates.of("T", level="unit", domain="a")
    scores = (answers[list(TRUST)].where(answers[list(TRUST)] > 0).mean(axis=1) - 1)[:12] * 25
    assert row["mean"] != pytest.approx(scores.mean(), abs=1e-3)
    assert row["se"] == pytest.approx(np.sqrt(scores.var(ddof=1) / 12 * (1 - 12 / 20)))
    assert row["low"] + row["high"] == pytest.approx(2 * row["mean"])


def test_who_answered_nothing_or_everything_did_not_answer_in_part():
    items = np.array([[50.0, 75.0], [np.nan, 75.0], [np.nan, np.nan]])
    assert partly_answered(items).tolist() == [False, True, False]
