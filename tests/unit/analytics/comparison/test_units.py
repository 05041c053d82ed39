"""Units against each other: degenerate input, ranks, agreement."""

import numpy as np
import pytest

from analytics.comparison.agreement import NO_DIFFERENCE, NO_SPREAD, TOO_FEW, icc
from analytics.comparison.within_agreement import r_wg
from analytics.errors import AnalyticsError
from analytics.estimation.design import simple_design
from analytics.estimation.domains import Partition
from analytics.estimation.means import domain_means
from analytics.workbench.methods.comparison.contrast import against_rest
from analytics.workbench.methods.comparison.pairs import all_pairs
from analytics.workbench.methods.comparison.ranks import rank_intervals
from analytics.workbench.methods.linked_waves.two_questions import QUESTIONS, both_questions


def units(code, size):
    names = tuple(f"u{number}" for number in range(size))
    return Partition("unit", names, ("",) * size, (None,) * size, np.asarray(code, dtype=np.int64))


def compared(values, code, size, population=None):
    values = np.asarray(values, dtype=np.float64)[:, None]
    partition = units(code, size)
    people = None if population is None else np.array([float(population)])
    design = simple_design(np.ones(len(values)), np.zeros(len(values), dtype=np.int64), people)
    rest = against_rest(design, lambda part: domain_means(design, values, part), partition)
    return rest, all_pairs(design, domain_means(design, values, partition), partition)


def test_an_interval_of_the_unit_beside_one_of_the_whole_would_count_the_unit_twice():
    rng = np.random.default_rng(1)
    y = rng.normal(60, 10, 100)
    rest, _ = compared(y, np.arange(100) % 2, 2)
    assert rest.found.difference[0, 0] == pytest.approx(2 * (y[::2].mean() - y.mean()))
    assert rest.found.difference[0, 0] == pytest.approx(-rest.found.difference[1, 0])
    assert rest.found.se[0, 0] == pytest.approx(rest.found.se[1, 0])


def test_those_of_no_unit_belong_to_the_rest():
    rest, _ = compared([50, 60, 70, 80, 90, 100], [0, 0, 0, -1, -1, -1], 1)
    assert (rest.own[0, 0], rest.rest[0, 0]) == (60, 90)


@pytest.mark.parametrize("lonely", [[0, 1, 1, 1], [-1, 1, 1, 1]])
def test_a_unit_of_one_or_none_has_no_error_and_no_place(lonely):
    rest, pairs = compared([50, 60, 70, 80], lonely, 2)
    assert np.isnan(rest.found.se[:, 0]).all()
    assert np.isnan(pairs.found.p).all()
    ranks = rank_intervals(pairs, 2)
    assert (ranks.best.tolist(), ranks.worst.tolist()) == ([1, 1], [2, 2])


def test_a_complete_count_is_sure_of_today_s_staff_and_not_of_the_unit_as_such():
    rng = np.random.default_rng(1)
    rest, _ = compared(rng.normal(60, 10, 40), np.arange(40) % 2, 2, population=40)
    assert rest.se_current[0, 0] == 0
    assert rest.found.se[0, 0] > 0
    both = both_questions(rest.found.difference, rest.se_current, rest.found.se, rest.found.df)
    assert list(both) == list(QUESTIONS)
    assert both["current_staff"].low[0, 0] == both["current_staff"].high[0, 0]
    assert both["as_such"].low[0, 0] < 0 < both["as_such"].high[0, 0]


def test_units_far_apart_have_their_places_and_equals_share_theirs():
    rng = np.random.default_rng(2)
    code = np.repeat(np.arange(4), 50)
    y = np.array([20.0, 60.0, 60.0, 95.0])[code] + rng.normal(0, 5, 200)
    _, pairs = compared(y, code, 4)
    ranks = rank_intervals(pairs, 4)
    assert ranks.best.tolist() == [4, 2, 2, 1]
    assert ranks.worst.tolist() == [4, 3, 3, 1]


def test_one_unit_is_first_and_last():
    _, pairs = compared([50, 60, 70], [0, 0, 0], 1)
    assert len(pairs.found.p) == 0
    assert rank_intervals(pairs, 1).worst.tolist() == [1]


def test_an_unknown_adjustment_or_confidence_is_refused():
    _, pairs = compared([50, 60, 70, 90], [0, 0, 1, 1], 2)
    with pytest.raises(AnalyticsError, match="between 0 and 1"):
        rank_intervals(pairs, 2, confidence=95)
    design = simple_design(np.ones(4), np.zeros(4, dtype=np.int64))
    partition = units([0, 0, 1, 1], 2)
    means = domain_means(design, np.ones((4, 1)), partition)
    with pytest.raises(AnalyticsError, match="choose holm, hochberg, benjamini-hochberg"):
        all_pairs(design, means, partition, adjust="bonferoni")


@pytest.mark.parametrize(
    ("value", "unit", "warning"),
    [
        ([], [], TOO_FEW),
        ([3.0], [0], TOO_FEW),
        ([3.0, 4.0, 5.0], [0, 0, 0], TOO_FEW),
        ([3.0, 4.0, np.nan], [0, 1, 1], TOO_FEW),
        ([50.0] * 6, [0, 0, 0, 1, 1, 1], NO_SPREAD),
        ([1.0, 9.0, 1.0, 9.0], [0, 0, 1, 1], NO_DIFFERENCE),
    ],
)
def test_what_cannot_be_compared_says_why_and_is_not_comparable(value, unit, warning):
    found = icc(np.array(value), np.array(unit, dtype=np.int64))
    assert found.warning == warning
    assert not found.comparable
    assert not np.isinf([found.icc1, found.icc2, found.low, found.high]).any()


def test_units_that_agree_wholly_within_are_told_apart_wholly():
    found = icc(np.array([1.0, 1.0, 5.0, 5.0]), np.array([0, 0, 1, 1]))
    assert (found.icc1, found.icc2, found.low, found.high) == (1, 1, 1, 1)
    assert found.comparable


def test_agreement_is_whole_none_or_unknown():
    answers = np.array([[4.0], [4.0], [1.0], [5.0], [3.0]])
    found = r_wg(answers, np.array([0, 0, 1, 1, 2]), 4, options=5)
    assert found[:2].tolist() == [1, 0]
    assert np.isnan(found[2:]).all()
    with pytest.raises(AnalyticsError, match="codes in steps of 1"):
        r_wg(np.array([[0.0], [100.0]]), np.array([0, 0]), 1, options=5)
    with pytest.raises(AnalyticsError, match="at least two answers"):
        r_wg(answers, np.zeros(5, dtype=np.int64), 1, options=1)
