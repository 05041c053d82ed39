"""What is true of every division of R squared."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.drivers.correlations import weighted_correlations
from analytics.drivers.dominance import dominance, lmg
from analytics.drivers.importance import importance
from analytics.drivers.subsets import slopes, sweep
from analytics.estimation.design import simple_design
from tests.examples import examples

NAMES = tuple("yabcdefgh")


@st.composite
def samples(draw, fewest=1, most=5):
    k = draw(st.integers(fewest, most))
    n = draw(st.integers(k + 4, 60))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    mixed = rng.normal(size=(n, k + 1)) @ rng.normal(size=(k + 1, k + 1))
    return mixed + 0.1 * rng.normal(size=mixed.shape), rng.uniform(0.2, 5, n)


def correlation(values, weight):
    return weighted_correlations(weight, values, NAMES[: values.shape[1]], pairwise=False).value


def explained(matrix, chosen):
    chosen = [number + 1 for number in chosen]
    if not chosen:
        return 0.0
    r = matrix[chosen, 0]
    return r @ np.linalg.solve(matrix[np.ix_(chosen, chosen)], r)


def run(values, weight, **choice):
    design = simple_design(weight, np.zeros(len(weight), dtype=np.int64))
    return importance(design, values, NAMES[: values.shape[1]], len(weight) - 1.0, **choice)


@given(samples())
@examples(8, audit=25)
def test_lmg_is_the_mean_gain_over_all_orders_of_entry(sample):
    matrix = correlation(*sample)
    k = len(matrix) - 1
    gain = np.zeros(k)
    orders = list(itertools.permutations(range(k)))
    for order in orders:
        for place, number in enumerate(order):
            before, after = order[:place], order[: place + 1]
            gain[number] += explained(matrix, after) - explained(matrix, before)
    assert lmg(matrix) == pytest.approx(gain / len(orders), abs=1e-7)


@given(samples())
@examples(8, audit=25)
def test_every_subset_has_the_fit_and_slopes_of_its_own_regression(sample):
    matrix = correlation(*sample)
    found = sweep(matrix)
    slope = slopes(found.steps)
    for code, r_squared in enumerate(found.r_squared):
        chosen = [number for number in range(len(matrix) - 1) if code >> number & 1]
        assert r_squared == pytest.approx(explained(matrix, chosen), abs=1e-7)
        assert slope[code] @ matrix[1:, 0] == pytest.approx(r_squared, abs=1e-7)


@given(samples(), st.sampled_from(["lmg", "relative"]))
@examples(8, audit=25)
def test_parts_are_not_negative_and_add_up_to_r_squared(sample, method):
    found = run(*sample, method=method)
    assert (found.part >= 0).all()
    assert found.part.sum() == pytest.approx(found.r_squared)
    assert found.share.sum() == pytest.approx(1)
    assert (found.low <= found.share + 1e-12).all()
    assert (found.share <= found.high + 1e-12).all()
    assert (found.rank_low <= found.rank_high).all()
    matrix = correlation(*sample)
    everything = explained(matrix, range(len(matrix) - 1))
    assert found.r_squared == pytest.approx(everything, abs=1e-7)


@given(samples(), st.floats(0.01, 100), st.integers(0, 100), st.sampled_from(["lmg", "relative"]))
@examples(8, audit=25)
def test_units_of_columns_and_weights_and_the_order_of_rows_do_not_matter(
    sample, factor, seed, method
):
    values, weight = sample
    found = run(values, weight, method=method)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(values))
    # a reversed predictor explains as much
    moved = values * rng.choice([-3.0, 0.5, 7.0], values.shape[1]) + rng.normal(
        size=values.shape[1]
    )
    again = run(moved[order], weight[order] * factor, method=method)
    assert again.share == pytest.approx(found.share, abs=1e-7)
    assert again.se == pytest.approx(found.se, rel=1e-4, abs=1e-7)


@given(samples(2))
@examples(8, audit=25)
def test_the_order_of_predictors_does_not_matter(sample):
    values, weight = sample
    turned = values[:, [0, *range(values.shape[1] - 1, 0, -1)]]
    assert run(turned, weight).share == pytest.approx(run(values, weight).share[::-1], abs=1e-7)


@given(samples())
@examples(8, audit=25)
def test_complete_dominance_implies_conditional_and_that_general(sample):
    found = dominance(correlation(*sample))
    assert found.general == pytest.approx(found.conditional.mean(axis=1))
    rows, columns = np.nonzero(found.complete == 1)
    assert (found.conditionally[rows, columns] == 1).all()
    rows, columns = np.nonzero(found.conditionally == 1)
    assert (found.general[rows] > found.general[columns]).all()
    assert (found.complete + found.complete.T == 1).all()


@given(samples(2, 4))
@examples(8, audit=25)
def test_a_predictor_named_twice_shares_with_its_copy(sample):
    values, weight = sample
    found = run(np.column_stack([values, values[:, 1]]), weight)
    assert found.part[0] == pytest.approx(found.part[-1])
    assert found.r_squared == pytest.approx(run(values, weight).r_squared, abs=1e-7)
    assert any("overlap so much" in text for text in found.warnings)


@given(samples(2, 4))
@examples(8, audit=25)
def test_pairs_are_the_complete_cases_where_nothing_is_missing(sample):
    whole, pairs = run(*sample), run(*sample, missing="pairwise")
    assert pairs.share == pytest.approx(whole.share)
    assert pairs.se == pytest.approx(whole.se)
