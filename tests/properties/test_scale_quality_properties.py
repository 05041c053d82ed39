"""What is true of every scale and every factor model."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.scale_quality.alpha import alpha_interval, bonett_interval
from analytics.scale_quality.casewise import casewise_information, scores
from analytics.scale_quality.cfa import fit_factor_model
from analytics.scale_quality.complete_groups import (
    information_of_groups,
    lack_of_groups,
    scores_of_groups,
)
from analytics.scale_quality.equality import Equality
from analytics.scale_quality.invariance import invariance
from analytics.scale_quality.moments import samples
from analytics.scale_quality.pattern_likelihood import lack
from analytics.scale_quality.polychoric import polychoric
from analytics.scale_quality.reliability import reliability_of_items
from analytics.scale_quality.screening import screen_items
from analytics.scale_quality.structure import implied, structure
from tests.examples import examples

GRADES = arrays(float, (25, 4), elements=st.integers(1, 5).map(float))
FACTORS = {"f": ["a", "b", "c"], "g": ["d", "e", "h"]}


def frame(answers):
    return pd.DataFrame(answers, columns=list("abcd"))


def opinions(rows=400, seed=1):
    rng = np.random.default_rng(seed)
    f = rng.normal(size=(rows, 2)) @ np.array([[1.0, 0.4], [0.0, 0.9]])
    y = np.repeat(f, 3, axis=1) * 0.8 + 0.7 * rng.normal(size=(rows, 6))
    return pd.DataFrame(y, columns=list("abcdeh"))


@given(GRADES)
@examples(10, audit=40)
def test_reversing_every_item_changes_no_reliability(answers):
    one, other = reliability_of_items(frame(answers)), reliability_of_items(6 - frame(answers))
    assert other.alpha == pytest.approx(one.alpha, nan_ok=True, abs=1e-9)
    assert other.mis_keyed == one.mis_keyed


@given(GRADES, st.floats(0.01, 100), st.floats(-50, 50))
@examples(10, audit=40)
def test_the_unit_of_the_items_changes_no_reliability(answers, factor, shift):
    one, other = (
        reliability_of_items(frame(answers)),
        reliability_of_items(frame(answers) * factor + shift),
    )
    for name in ("alpha", "alpha_low", "alpha_high"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), nan_ok=True, abs=1e-6)


@given(GRADES, st.permutations(range(25)))
@examples(8, audit=30)
def test_the_order_of_respondents_changes_no_reliability(answers, order):
    one, other = reliability_of_items(frame(answers)), reliability_of_items(frame(answers[order]))
    assert other.alpha == pytest.approx(one.alpha, nan_ok=True, abs=1e-9)


@given(GRADES, st.floats(0.01, 100))
@examples(8, audit=30)
def test_equal_weights_of_any_size_change_nothing_and_pairwise_is_complete_without_gaps(
    answers, weight
):
    one = reliability_of_items(frame(answers))
    weighted = reliability_of_items(frame(answers), weight=np.full(25, weight))
    pairwise = reliability_of_items(frame(answers), missing="pairwise")
    for other in (weighted, pairwise):
        assert other.alpha == pytest.approx(one.alpha, nan_ok=True, abs=1e-9)
        assert other.alpha_low == pytest.approx(one.alpha_low, nan_ok=True, abs=1e-9)


@given(st.floats(-1, 0.99), st.integers(4, 5000), st.integers(2, 30))
def test_both_intervals_hold_alpha_and_narrow_with_more_respondents(alpha, n, k):
    for interval in (alpha_interval, bonett_interval):
        low, high = interval(alpha, n, k)
        closer = interval(alpha, 4 * n, k)
        assert low < alpha < high < 1
        assert closer[1] - closer[0] < high - low


@given(GRADES, st.integers(0, 2**25 - 1))
@examples(8, audit=30)
def test_two_groups_shift_an_item_equally_far_in_opposite_directions(answers, bits):
    group = pd.Series([(bits >> row) & 1 for row in range(25)])
    one, other = screen_items(frame(answers), group), screen_items(frame(answers), 1 - group)
    assert other["b"].to_numpy() == pytest.approx(-one["b"].to_numpy(), nan_ok=True, abs=1e-8)
    assert other["se"].to_numpy() == pytest.approx(one["se"].to_numpy(), nan_ok=True, abs=1e-8)


@given(GRADES)
@examples(8, audit=30)
def test_a_polychoric_correlation_turns_its_sign_with_the_item(answers):
    if (np.ptp(answers, axis=0) == 0).any():
        return
    one = polychoric(frame(answers)).correlation
    turned = frame(answers).assign(a=6 - answers[:, 0])
    other = polychoric(turned).correlation
    assert other[0, 1:] == pytest.approx(-one[0, 1:], abs=1e-6)
    assert other[1:, 1:] == pytest.approx(one[1:, 1:], abs=1e-9)


def test_fit_does_not_depend_on_units_order_reversing_or_the_size_of_equal_weights():
    data = opinions()
    plain = fit_factor_model(data, FACTORS)
    order = np.random.default_rng(2).permutation(len(data))
    others = (
        fit_factor_model(data * 20 + 50, FACTORS),
        fit_factor_model(data.iloc[order], FACTORS),
        fit_factor_model(-data, FACTORS),
        fit_factor_model(data, FACTORS, weight=np.full(len(data), 50.0)),
    )
    for other in others:
        assert other.fit.chi2 == pytest.approx(plain.fit.chi2, rel=1e-6)
        assert other.robust.chi2 == pytest.approx(plain.robust.chi2, rel=1e-6)
        assert other.loadings["standardised"].to_numpy() == pytest.approx(
            plain.loadings["standardised"].to_numpy(), abs=1e-5
        )


def test_each_step_of_invariance_fits_no_better_than_the_freer_one():
    data = opinions()
    group = pd.Series(np.arange(len(data)) % 3)
    found = [
        fit_factor_model(data, FACTORS, group=group, equality=Equality(step)).fit
        for step in ("configural", "metric", "scalar")
    ]
    assert found[0].chi2 < found[1].chi2 < found[2].chi2
    # 3 groups x 6 items: 2 x (6 - 2) loadings, then 2 x (6 - 2) intercepts are given up
    assert [one.df for one in found] == [24, 32, 40]


def test_the_names_of_the_groups_do_not_decide_whether_they_may_be_compared():
    data = opinions()
    group = pd.Series(np.arange(len(data)) % 2)
    one, other = invariance(data, FACTORS, group), invariance(data, FACTORS, 1 - group)
    assert one.reached == other.reached == "scalar"
    assert one.steps[-1].fit.chi2 == pytest.approx(other.steps[-1].fit.chi2, rel=1e-6)


@given(groups=st.integers(1, 5), seed=st.integers(0, 10**6))
def test_groups_reckoned_at_once_are_as_each_by_itself(groups, seed):
    rng = np.random.default_rng(seed)
    model = structure({"f": ["a", "b", "c"], "g": ["c", "d", "e"]})
    answers = pd.DataFrame(rng.normal(size=(60 * groups, 5)), columns=list("abcde"))
    answers += rng.normal(size=(len(answers), 1))
    group = pd.Series(np.arange(len(answers)) % groups)
    data = samples(answers, model.items, group, rng.uniform(0.5, 2.0, len(answers)))
    vectors = rng.uniform(0.1, 0.4, (groups, model.size))
    vectors[:, model.parts["unique"]] += 1.0
    alone = list(zip(data.groups, vectors, strict=True))
    known = data.side_by_side
    lacks = [lack(one.patterns, *implied(model, vector)) for one, vector in alone]
    assert lack_of_groups(model, known, vectors) == pytest.approx(data.share @ lacks, rel=1e-12)
    slopes = [scores(model, one, vector) for one, vector in alone]
    assert scores_of_groups(model, known, vectors) == pytest.approx(np.array(slopes), abs=1e-12)
    bends = [casewise_information(model, one, vector) for one, vector in alone]
    assert information_of_groups(model, known, vectors) == pytest.approx(np.array(bends), abs=1e-12)
