"""Counts of units by steps: what an attacker learns of one from nights and the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from survey_app.asking.campaigns.nights import step_count
from survey_app.asking.campaigns.unit_counts import (
    AnswerStep,
    DomainAnswers,
    answer_step,
    answer_steps,
    leaves_room,
    leaves_room_since,
    told_counts,
)
from tests.examples import examples

K = 5


def tree(*units, own=0, own_answered=0):
    """One region with units as (answered, invited), and people who belong to it alone."""
    invited = sum(size for _, size in units) + own
    rows = [
        DomainAnswers("", "", "agency", 0, invited),
        DomainAnswers("r", "", "region", own_answered, invited),
    ]
    return [*rows, *(DomainAnswers(f"u{n}", "r", "unit", *one) for n, one in enumerate(units))]


def test_a_unit_is_told_in_whole_steps_and_never_to_all_but_a_few():
    told = told_counts(rows := tree((4, 40), (13, 40), (40, 40), (9, 9)), answer_steps(rows, K))
    # 4 is too few; of 40 who all answered at least 35 is said; 9 people tell nothing
    # a region: 2, 12, 37.5 and 4.5 are the middles
    assert told == {"r": 56, "u0": None, "u1": 10, "u2": 35, "u3": None}


@given(st.integers(0, 60), st.integers(0, 60), st.integers(3, 8))
def test_within_a_step_nobody_can_tell_one_number_from_another(answered, silent, k):
    invited = answered + silent
    step = answer_step(answered, invited, k)
    assert step.low <= answered <= step.high <= invited
    assert all(answer_step(other, invited, k) == step for other in range(step.low, step.high + 1))
    if step.low:
        assert step.low >= k
        assert invited - step.low >= k


def test_people_of_a_region_alone_are_in_no_unit_and_nothing_is_told_of_them():
    steps = answer_steps(tree((13, 40), own=8, own_answered=7), K)
    assert steps == {"r": AnswerStep(0, 8), "u0": AnswerStep(10, 14)}


def test_the_units_stand_still_where_the_whole_would_tell_them():
    steps = {"a": AnswerStep(10, 14), "b": AnswerStep(15, 19), "c": AnswerStep(5, 9)}
    # 30 say that each is at its lowest, 42 that each is at its highest
    assert [leaves_room(steps, whole, K) for whole in (30, 34, 35, 37, 38, 42)] == [
        False, False, True, True, False, False,
    ]  # fmt: skip


def test_the_units_stand_still_where_what_came_since_would_tell_them():
    before = {"a": AnswerStep(10, 14), "b": AnswerStep(15, 19), "c": AnswerStep(5, 9)}
    now = {"a": AnswerStep(15, 19), "b": AnswerStep(20, 24), "c": AnswerStep(10, 14)}
    # each has gained one at least: three in all would be one each
    assert not leaves_room_since(before, now, 3, K)
    assert leaves_room_since(before, now, 8, K)


def nights_of(invited, chances, k=K):
    """Run the nights of a wave: what is told of the whole, and of units, on each of them."""
    counts, whole, told, last = np.zeros(len(invited), int), 0, [], None
    for rng, chance in chances:
        counts = counts + rng.binomial(np.array(invited) - counts, chance)
        fresh = step_count(whole, int(counts.sum()), sum(invited), k)
        steps = {str(n): answer_step(int(c), invited[n], k) for n, c in enumerate(counts)}
        if fresh == whole:
            continue
        whole = fresh
        if leaves_room(steps, whole, k) and (
            last is None or leaves_room_since(last[0], steps, whole - last[1], k)
        ):
            last = steps, whole
            told.append((whole, steps))
        else:
            told.append((whole, None))
    return told


def what_is_known(told, invited):
    """Write down as inequalities what the nights tell of the answers of each unit on each night."""
    n = len(invited)
    rows, ends, bounds = [], [], []
    for at, (whole, steps) in enumerate(told):
        inside = np.zeros((len(told), n))
        inside[at] = 1
        rows += [inside.ravel(), -inside.ravel()]
        ends += [whole, -whole]
        for unit in range(n):
            step = steps[str(unit)] if steps else AnswerStep(0, invited[unit])
            bounds.append((step.low, step.high))
            if at:  # nobody takes an answer back
                gain = np.zeros((len(told), n))
                gain[at - 1, unit], gain[at, unit] = 1, -1
                rows.append(gain.ravel())
                ends.append(0)
    return rows, ends, bounds


@given(
    st.lists(st.integers(10, 40), min_size=3, max_size=6),
    st.lists(st.sampled_from([0.03, 0.1, 0.3, 0.6]), min_size=2, max_size=5),
    st.integers(0, 2**32 - 1),
)
@examples(10, audit=40)
def test_no_night_nor_two_of_them_nor_the_whole_tell_how_many_of_a_unit(invited, chances, seed):
    rng = np.random.default_rng(seed)
    told = nights_of(invited, [(rng, chance) for chance in chances])
    n = len(invited)
    rows, ends, bounds = what_is_known(told, invited)

    def least_room(at, *, since):
        found = []
        for unit in range(n):
            aim = np.zeros((len(told), n))
            aim[at, unit] = 1
            if since:
                aim[at - 1, unit] = -1
            low, high = (
                linprog(sign * aim.ravel(), A_ub=np.array(rows), b_ub=ends, bounds=bounds)
                for sign in (1, -1)
            )
            found.append(-high.fun - low.fun)
        return min(found)

    for at in range(len(told)):
        assert least_room(at, since=False) >= K - 1 - 1e-6
        assert not at or least_room(at, since=True) >= K - 1 - 1e-6


@pytest.mark.parametrize("order", ["share", "failed", "invited", "name", "nonsense"])
def test_units_that_tell_nothing_stand_last_and_in_no_order_that_would_tell(order):
    from survey_app.asking.desk.overview import DomainCount
    from survey_app.running.field.units import unit_lines

    domains = [DomainCount("region", "r", "", "R", 100, 40, None)]
    for code, told in (("c", None), ("a", 10), ("b", None), ("d", 20)):
        domains.append(DomainCount("unit", code, "r", code, 25, told, None))
    names = [line.name for line in unit_lines(domains, {"b": 2}, order).lines]
    assert (
        names
        == {
            "share": ["a", "d", "b", "c"],
            "failed": ["b", "a", "c", "d"],
            "invited": ["a", "b", "c", "d"],
            "name": ["a", "b", "c", "d"],
            "nonsense": ["R", "c", "a", "b", "d"],
        }[order]
    )
