"""What the silent and the undecided could change."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.errors import FrameError, SpecificationError
from analytics.estimation.design import simple_design
from analytics.estimation.domains import whole
from analytics.estimation.dont_know import dont_know_sensitivity, neutral_item_scores
from analytics.nonresponse.gaps import with_gaps
from analytics.nonresponse.worst_case import worst_case
from analytics.response_rates import Dispositions, response_rates
from analytics.workbench.file.adjust import adjust
from analytics.workbench.file.design import sampling_design
from analytics.workbench.file.estimates import levels
from analytics.workbench.file.inputs import inputs
from analytics.workbench.file.waves import Wave
from analytics.workbench.sections.nonresponse import nonresponse_rows
from analytics.workbench.specification.nonresponse import read_nonresponse
from analytics.workbench.specification.reader import read_specification
from questionnaires.model import NOT_ANSWERED, NOT_APPLICABLE, NOT_ASKED
from tests.builders_questionnaire import a_questionnaire, a_scale, an_item


def test_the_silent_could_all_have_given_the_lowest_or_the_highest_answer():
    found = worst_case(70.0, 1.0, 0.6)
    assert (found.low, found.high) == pytest.approx((42, 82))
    # the bounds lie 67 standard errors apart: one-sided 1.645 each way
    assert found.interval_low == pytest.approx(42 - 1.644854 * 0.6)
    assert found.interval_high == pytest.approx(82 + 1.644854 * 0.6)


def test_where_everybody_answered_the_bounds_are_the_mean_and_its_interval():
    found = worst_case(70.0, 1.0, 1.0)
    assert (found.low, found.high) == (70, 70)
    assert found.interval_high - 70 == pytest.approx(stats.norm.ppf(0.975))


def test_bounds_of_a_share_stay_within_0_and_1_and_an_unknown_error_gives_no_interval():
    found = worst_case(0.99, 0.05, 0.95, ends=(0, 1))
    assert found.interval_high == 1
    unknown = worst_case(0.5, float("nan"), 0.5, ends=(0, 1))
    assert (unknown.low, unknown.high) == (0.25, 0.75)
    assert np.isnan([unknown.interval_low, unknown.interval_high]).all()
    assert worst_case(0.5, 0.0, 0.5, ends=(0, 1)).interval_low == 0.25


def test_the_interval_of_bounds_covers_either_end_as_often_as_it_says():
    """Found another way: the mean of everybody lies at the lower bound."""
    rng = np.random.default_rng(1)
    response, se = 0.9, 2.0
    truth = response * 60
    draws = rng.normal(60, se, 20_000)
    covered = 0
    c = (54 - worst_case(60, se, response).interval_low) / (response * se)
    for mean in draws:
        low, high = response * mean, response * mean + 10
        covered += low - c * response * se <= truth <= high + c * response * se
    assert covered / 20_000 == pytest.approx(0.95, abs=0.005)


def test_an_assumed_gap_moves_the_mean_by_the_part_that_is_silent():
    none, ten = with_gaps(70.0, 1.0, 200, 0.6, [0, 10])
    assert (none.mean, none.shift, none.se) == (70, 0, 1)
    assert (ten.mean, ten.shift) == pytest.approx((66, -4))
    assert ten.high - ten.mean == pytest.approx(stats.t.ppf(0.975, 200))
    (doubted,) = with_gaps(70.0, 1.0, 200, 0.6, [10], doubt=5)
    assert doubted.se == pytest.approx(np.sqrt(1 + (0.4 * 5) ** 2))
    assert np.isnan(with_gaps(70.0, 1.0, 0, 0.6, [5])[0].low)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: worst_case(70, 1, 0.0), "no share of the population"),
        (lambda: worst_case(170, 1, 0.5), "does not lie within 0 to 100"),
        (lambda: with_gaps(70, 1, 9, 1.2, [1]), "no share of the population"),
        (lambda: with_gaps(70, 1, 9, 0.5, [1], doubt=-1), "standard deviation"),
    ],
)
def test_what_is_no_share_is_refused(call, sentence):
    with pytest.raises(FrameError, match=sentence):
        call()


def a_wave(name=None):
    rng = np.random.default_rng(2)
    data = pd.DataFrame({"x": rng.integers(1, 6, 60), "y": rng.integers(1, 6, 60), "age": 40.0})
    data["sex"] = rng.choice(["f", "m"], 60)
    scale = {"items": ["x", "y"], "minimum": 1, "maximum": 5}
    raw = {"scales": {"s": scale}, "variables": {"means": ["age"], "shares": ["sex"]}}
    spec = read_specification(raw)
    design = adjust(data, sampling_design(data, spec.design).design, spec, None).design
    return Wave(name, data, design, levels(data, design, inputs(data, spec), spec)), spec


def test_every_index_scale_and_share_of_a_file_is_bounded():
    wave, spec = a_wave()
    rows = nonresponse_rows(wave, read_nonresponse({"response": 0.5, "gaps": [10]}), spec)
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert [(row["index"], row["statistic"]) for row in rows] == [
        ("s", "mean"), ("sex", "share"), ("sex", "share"),
    ]  # fmt: skip
    assert rows[0]["highest"] - rows[0]["lowest"] == pytest.approx(50)
    assert rows[1]["highest"] - rows[1]["lowest"] == pytest.approx(0.5)
    assert rows[0]["gaps"][0]["mean"] == pytest.approx(rows[0]["mean"] - 5)
    assert rows[1]["gaps"][0]["mean"] == pytest.approx(rows[1]["mean"] - 0.05)


def test_a_wave_may_have_a_rate_of_its_own_and_needs_one():
    wave, spec = a_wave("2")
    section = read_nonresponse({"waves": {"2": 0.25}})
    assert nonresponse_rows(wave, section, spec)[0]["response"] == 0.25
    with pytest.raises(SpecificationError, match="no response rate for wave '2'"):
        nonresponse_rows(wave, read_nonresponse({"waves": {"1": 0.25}}), spec)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({}, "needs response"),
        ({"response": 54}, "above 0 and up to 1"),
        ({"response": 0.5, "rate": 1}, "does not know 'rate'"),
        ({"response": 0.5, "gaps": ["many"]}, "gaps must be numbers"),
        ({"response": 0.5, "doubt": -2}, "doubt must be"),
        ({"waves": 0.5}, "waves must give"),
    ],
)
def test_a_section_that_cannot_be_is_refused_with_a_sentence(section, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_nonresponse(section)


FORM = a_questionnaire(
    [an_item("a"), an_item("b", reverse=True), an_item("c")], [a_scale("S", "a", "b", "c")]
)


def answers(*rows):
    return pd.DataFrame(rows, columns=["a", "b", "c"]).reindex(
        columns=list(FORM.columns), fill_value=NOT_ANSWERED
    )


def test_do_not_know_becomes_the_middle_and_other_gaps_stay_missing():
    rows = answers((5, NOT_APPLICABLE, NOT_ANSWERED), (NOT_ASKED, 1, 3))
    found = neutral_item_scores(FORM, rows).to_numpy()
    expected = np.array([[100, 50, np.nan], [np.nan, 100, 50]])
    np.testing.assert_array_equal(found, expected)


def test_the_undecided_pull_an_index_towards_the_middle_with_an_error_of_their_own():
    rows = answers(
        (5, 1, 5), (5, 1, 5), (4, 2, 4), (5, 1, NOT_APPLICABLE), (NOT_APPLICABLE,) * 3, (3, 3, 4)
    )
    design = simple_design(np.ones(6), np.zeros(6, dtype=np.int64))
    found = dont_know_sensitivity(design, FORM, rows, {"I": {"S": 1.0}}, whole(6, None))
    # by hand: scores 100, 100, 75, 100, -, 58.33; with 50s 100, 100, 75, 83.33, 50, 58.33
    plain = np.array([100, 100, 75, 100, 175 / 3])
    neutral = np.array([100, 100, 75, 250 / 3, 50, 175 / 3])
    assert found.mean[0, 0] == pytest.approx(plain.mean())
    assert found.neutral[0, 0] == pytest.approx(neutral.mean())
    assert found.difference[0, 0] == pytest.approx(neutral.mean() - plain.mean())
    assert (found.n[0, 0], found.n_neutral[0, 0]) == (5, 6)
    u = (neutral - neutral.mean()) / 6
    u[[0, 1, 2, 3, 5]] -= (plain - plain.mean()) / 5
    assert found.se[0, 0] == pytest.approx(np.sqrt(6 / 5 * (u**2).sum()))


def test_without_do_not_know_nothing_changes():
    rows = answers((5, 1, 5), (4, 2, 4), (3, 3, 2))
    design = simple_design(np.ones(3), np.zeros(3, dtype=np.int64))
    found = dont_know_sensitivity(design, FORM, rows, {"I": {"S": 1.0}}, whole(3, None))
    assert found.difference[0, 0] == 0
    assert found.se[0, 0] == 0


def test_response_rates_follow_the_standard_definitions():
    """Standard Definitions: I 500, P 50, R 150, NC 200, O 20, U 100, IE 80, by hand."""
    found = response_rates(Dispositions(500, 50, 150, 200, 20, 100, 80))
    e = 920 / 1000
    assert found.e == pytest.approx(e)
    assert (found.rr1, found.rr2) == pytest.approx((500 / 1020, 550 / 1020))
    assert (found.rr3, found.rr4) == pytest.approx((500 / (920 + 92), 550 / (920 + 92)))
    assert (found.rr5, found.rr6) == pytest.approx((500 / 920, 550 / 920))
