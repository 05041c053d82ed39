"""A pilot tells what people leave out, and of nobody what they answered."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.pretest import STEPS, band, pretest, told_share
from questionnaires.model import NOT_ANSWERED, NOT_APPLICABLE, NOT_ASKED, Condition, Scale
from tests.builders_questionnaire import a_questionnaire, an_item, text

K = 5
NAMES = ["a", "b", "c", "d"]
FORM = a_questionnaire(
    [an_item("a"), an_item("b"), an_item("c", reverse=True), an_item("d")],
    [Scale("S", text("Skala"), ("a", "b", "d"), 0.6)],
)


def answers(rows):
    return pd.DataFrame(rows, columns=NAMES, dtype="int16")


def tried(rows):
    return pretest(answers(rows), FORM, minimum_group=K)


def test_of_fewer_than_k_answers_nothing_is_told():
    assert tried([[4, 4, 2, 4]] * 4) is None
    assert tried([]) is None
    assert tried([[4, 4, 2, 4]] * 5).items


@pytest.mark.parametrize("base", range(60))
def test_no_share_tells_of_fewer_than_k_or_leaves_fewer_over(base):
    for count in range(base + 1):
        told = told_share(count, base, K)
        if told.told == "share":
            assert count >= K
            assert base - count >= K
            assert abs(told.value - count / base) <= (1 if base <= 4 * K else 0.5) / STEPS + 1e-9
        else:
            assert told.value is None
        # whoever knows the base is left with several numbers that would be told alike
        alike = [other for other in range(base + 1) if told_share(other, base, K) == told]
        assert told.told == "share" or len(alike) > 2 or base < K


@pytest.mark.parametrize(("first", "beyond"), [(5, 11), (11, 21), (21, 51), (51, 101)])
def test_no_share_tells_which_number_of_its_band_has_answered(first, beyond):
    alike = {}
    for base in range(first, beyond):
        for count in range(base + 1):
            alike.setdefault(told_share(count, base, K), set()).add(base)
    assert min(map(len, alike.values())) >= 3


def test_who_left_something_out_is_no_part_of_those_who_did_not_know():
    rows = [[NOT_ANSWERED, 4, 2, 4]] * 8 + [[NOT_APPLICABLE, 4, 2, 4]] * 6 + [[3, 4, 2, 4]] * 6
    [first, second, *_] = tried(rows).items
    # 8 of 20 left it out; of the 12 who answered 6 did not know
    assert (first.left_out.value, first.dont_know.value) == (0.4, 0.5)
    assert (second.left_out.told, second.dont_know.told) == ("few", "few")


def test_what_fewer_than_k_were_asked_is_not_told_at_all():
    rows = [[NOT_ASKED, 4, 2, 4]] * 16 + [[NOT_ANSWERED, 4, 2, 4]] * 4
    assert tried(rows).items[0].left_out.told == "hidden"


@pytest.mark.parametrize("n", [5, 9, 10, 24, 60])
def test_what_a_filter_asks_of_tells_neither_that_nobody_nor_that_everybody_gave_its_answer(n):
    only = (Condition("a", ("2",), negate=False),)
    items = [FORM.items[0], *(replace(one, filter=only) for one in FORM.items[1:])]
    routed = a_questionnaire(items, FORM.scales)

    def told(asked):
        filtered = [[NOT_ASKED] * 3] * (n - asked) + [[4, 2, 4]] * asked
        rows = [[4, *row] for row in filtered]
        found = pretest(answers(rows), routed, minimum_group=K)
        return found.items[1:], found.grids, found.scales

    nobody = told(0)
    for asked in range(n + 1):
        if min(asked, n - asked) < K:
            assert told(asked) == nobody
    assert n < 2 * K or told(K)[0][0].left_out.told != "hidden"


@pytest.mark.parametrize("group", [10, 20, 50, 100])
def test_no_figure_of_a_group_of_usual_size_says_that_all_of_them_answered(group):
    everybody, all_but_one = (tried([[4, 4, 2, 4]] * n) for n in (group, group - 1))
    assert everybody == all_but_one


def test_one_answer_to_a_whole_block_is_counted_among_those_who_answered_all_of_it():
    rows = [[4, 4, 4, 4]] * 6 + [[4, 4, 2, 5]] * 6 + [[4, 4, 4, NOT_ANSWERED]] * 8
    [grid] = tried(rows).grids
    assert (grid.items, grid.same.value, grid.turned) == (tuple(NAMES), 0.5, True)


def test_the_number_of_answers_is_told_in_steps():
    assert [band(n, K) for n in (5, 10, 11, 20, 21, 50, 51, 100, 101, 5000)] == [
        (5, 11), (5, 11), (11, 21), (11, 21), (21, 51), (21, 51), (51, 101), (51, 101),
        (101, None), (101, None),
    ]  # fmt: skip


def test_a_reliability_waits_for_more_than_twice_k_and_is_told_in_steps():
    rng = np.random.default_rng(3)
    common = rng.normal(0, 1, 19)
    graded = np.clip(np.rint(3 + common[:, None] + rng.normal(0, 0.7, (19, 4))), 1, 5)
    rows = graded.astype(int).tolist()
    [scale] = tried(rows[:10]).scales
    assert scale.alpha is None
    [scale] = tried(rows).scales
    items = (graded[:, [0, 1, 3]] - 1) * 25
    covariance = np.cov(items.T)
    by_hand = 3 / 2 * (1 - np.trace(covariance) / covariance.sum())
    assert 0.7 <= by_hand < 0.8
    assert scale.alpha == 0.7
    assert scale.omega in {0.7, 0.8}
    unlike = rng.integers(1, 6, (19, 4)).tolist()
    [scale] = tried(unlike).scales
    assert (scale.alpha, scale.omega) == (0.0, 0.0)


def test_who_filled_in_all_forms_but_one_learns_little_of_the_last_one_from_reliabilities():
    rng = np.random.default_rng(5)
    own = rng.integers(1, 6, (10, 4)).tolist()
    told = {
        (scale.alpha, scale.omega)
        for answers in itertools.product(range(1, 6), repeat=3)
        for scale in tried([*own, [answers[0], answers[1], 3, answers[2]]]).scales
    }
    assert len(told) <= 6  # of 125; with two decimals most of them told the answers
