"""Scales and factor models on input that cannot carry them."""

import warnings

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError, SpecificationError
from analytics.scale_quality.cfa import fit_factor_model
from analytics.scale_quality.equality import Equality
from analytics.scale_quality.factor import (
    SMALLEST_UNIQUENESS,
    _likelihood,
    _within_bounds,
    one_factor,
)
from analytics.scale_quality.invariance import invariance
from analytics.scale_quality.keying import against_the_scale, keying_warnings
from analytics.scale_quality.newton import likely_uniquenesses
from analytics.scale_quality.ordinal_cfa import confirm_ordinal
from analytics.scale_quality.reliability import reliability_of_items
from analytics.workbench.methods.schmid_leiman import schmid_leiman

ONE = {"f": ["a", "b", "c", "d"]}


def answers(rows=200, seed=3):
    rng = np.random.default_rng(seed)
    opinion = rng.normal(size=(rows, 1))
    return pd.DataFrame(opinion + rng.normal(size=(rows, 4)), columns=list("abcd"))


@pytest.mark.parametrize("rows", [0, 1])
def test_one_respondent_or_none_has_no_alpha(rows):
    found = reliability_of_items(answers().iloc[:rows])
    assert found.n == rows
    assert np.isnan([found.alpha, found.alpha_low, found.omega_total]).all()
    assert found.mis_keyed == ()


def test_a_singular_matrix_whose_inverse_is_anything_holds_no_factor():
    """Three answered six items: rounding lets the inverse pass, with a zero on its diagonal."""
    few = np.array([[4, 5, 1, 1, 5, 1], [3, 1, 2, 3, 3, 3], [1, 1, 1, 1, 4, 3]], dtype=np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert one_factor(np.cov(few.T)) is None


def test_two_items_have_alpha_but_neither_omega_nor_alpha_if_dropped():
    found = reliability_of_items(answers()[["a", "b"]])
    assert 0 < found.alpha < 1
    assert np.isnan(found.omega_total)
    assert all(np.isnan(item.alpha_if_dropped) for item in found.items)


def test_a_constant_item_lowers_alpha_and_has_no_rest_correlation():
    with_it = reliability_of_items(answers().assign(e=3.0))
    assert with_it.alpha < reliability_of_items(answers()).alpha
    assert np.isnan(with_it.items[-1].rest_correlation)
    assert np.isnan(with_it.standardised_alpha)
    assert with_it.mis_keyed == ()


def test_of_two_items_against_each_other_both_are_named():
    data = answers()[["a", "b"]].assign(b=lambda frame: -frame["b"])
    odd = against_the_scale(data.cov().to_numpy())
    assert odd.tolist() == [True, True]
    assert len(keying_warnings(["a", "b"], odd)) == 2


def test_weights_are_refused_pairwise():
    with pytest.raises(SpecificationError, match="weights are for complete cases"):
        reliability_of_items(answers(), missing="pairwise", weight=np.ones(200))


def test_omega_hierarchical_needs_three_items_a_factor_and_two_factors():
    assert schmid_leiman(answers().cov().to_numpy(), 2) is None
    with pytest.raises(SpecificationError, match="at least two group factors"):
        schmid_leiman(answers().cov().to_numpy(), 1)


@pytest.mark.parametrize(
    ("change", "model", "sentence"),
    [
        (lambda d: d.iloc[:4], ONE, "4 respondents answered all 4 items"),
        (lambda d: d.assign(c=1.0), ONE, "all answers to 'c' are the same"),
        (lambda d: d.assign(c=d["a"] + d["b"]), ONE, "repeats what others say exactly"),
        (lambda d: d.assign(c=np.nan), ONE, "nobody answered all 4 items"),
        (lambda d: d, {"f": ["a", "b", "z"]}, "names the item 'z'"),
        (lambda d: d, {"f": ["a", "b"]}, "cannot be tested alone"),
        (lambda d: d, {"f": ["a"]}, "needs at least two items"),
        (lambda d: d, {}, "at least one factor"),
        (lambda d: d, {"f": ["a", "a", "b"]}, "names an item twice"),
    ],
)
def test_what_a_factor_model_cannot_be_fitted_to_is_said_in_one_sentence(change, model, sentence):
    with pytest.raises((FrameError, SpecificationError), match=sentence):
        fit_factor_model(change(answers()), model)


def test_three_items_of_one_factor_fit_perfectly_and_say_nothing():
    found = fit_factor_model(answers()[["a", "b", "c"]], {"f": ["a", "b", "c"]})
    assert found.fit.df == 0
    assert np.isnan(found.fit.rmsea)
    assert found.fit.chi2 == pytest.approx(0, abs=1e-9)


def test_respondents_left_out_for_a_missing_item_are_counted_and_told():
    data = answers()
    data.loc[data.index[:40], "a"] = np.nan
    found = fit_factor_model(data, ONE)
    assert (found.fit.n, found.dropped) == (160, 40)
    assert "40 of 200 respondents left an item" in found.warnings[0]


def test_unrelated_items_have_no_factor_but_an_answer():
    noise = pd.DataFrame(np.random.default_rng(5).normal(size=(60, 4)), columns=list("abcd"))
    found = fit_factor_model(noise, ONE)
    measures = [found.fit.chi2, found.fit.cfi, found.fit.srmr]
    assert np.isfinite(measures).all() or not found.converged


def test_invariance_of_one_group_is_refused_and_of_small_groups_told():
    data = answers()
    with pytest.raises(SpecificationError, match="at least two groups"):
        invariance(data, ONE, pd.Series(["x"] * 200))
    found = invariance(data, ONE, pd.Series(["x"] * 150 + ["y"] * 50))
    assert any("fewer than 100 respondents in y (50)" in text for text in found.warnings)
    with pytest.raises(FrameError, match="group 'y': 3 respondents answered all 4 items"):
        invariance(data, ONE, pd.Series(["x"] * 197 + ["y"] * 3))


def test_invariance_over_all_units_is_refused_with_a_way_out():
    with pytest.raises(SpecificationError, match="40 groups: take at most 30, such as types"):
        invariance(answers(400), ONE, pd.Series(np.arange(400) % 40))


def test_items_that_form_no_such_factors_are_not_comparable():
    rng = np.random.default_rng(6)
    opinion = np.repeat(rng.normal(size=(400, 2)), 2, axis=1)
    data = pd.DataFrame(opinion + 0.4 * rng.normal(size=(400, 4)), columns=list("abcd"))
    found = invariance(data, ONE, pd.Series(np.arange(400) % 2))
    assert (found.reached, found.means_comparable) == ("none", False)
    assert "do not form these factors" in found.reason


def graded(rows, items, seed, cuts=(-1.2, -0.4, 0.4, 1.2)):
    rng = np.random.default_rng(seed)
    latent = 0.7 * rng.normal(size=(rows, 1)) + 0.71 * rng.normal(size=(rows, items))
    return pd.DataFrame(np.searchsorted(cuts, latent) + 1.0, columns=list("abcdef")[:items])


@pytest.mark.parametrize("pair", [0.15, 0.2])
def test_strongly_related_items_of_two_factors_are_no_one_factor_by_cfi_alone(pair):
    rng = np.random.default_rng(2)
    latent = 0.85 * rng.normal(size=(600, 1)) + 0.53 * rng.normal(size=(600, 4))
    latent[:, 2:] = np.sqrt(1 - pair) * latent[:, 2:] + np.sqrt(pair) * rng.normal(size=(600, 1))
    data = pd.DataFrame(np.searchsorted((-1.2, -0.4, 0.4, 1.2), latent) + 1.0, columns=list("abcd"))
    found = invariance(data, ONE, pd.Series(np.arange(600) % 2))
    fit = found.steps[0].fit
    assert fit.cfi > 0.93
    assert fit.rmsea > 0.15
    assert (found.reached, found.means_comparable) == ("none", False)
    assert f"RMSEA {fit.rmsea:.3f}" in found.reason


def test_three_items_that_work_alike_are_comparable():
    # A pattern without degrees of freedom has no RMSEA; nothing could rise from it before.
    found = invariance(graded(400, 3, 1), {"f": ["a", "b", "c"]}, pd.Series(np.arange(400) % 2))
    assert (found.reached, found.means_comparable) == ("scalar", True)
    assert np.isfinite([found.steps[1].cfi_fall, found.steps[1].rmsea_rise]).all()


@pytest.mark.parametrize("ordinal", [False, True])
def test_what_chance_alone_makes_is_no_difference_between_groups(ordinal):
    reached = [
        invariance(
            graded(400, 4, seed), ONE, pd.Series(np.arange(400) % 2), ordinal=ordinal
        ).reached
        for seed in range(10, 18)
    ]
    # By the size of the fall alone one of these eight lost an item, and four as graded answers.
    assert reached.count("scalar") >= 7


def test_yes_and_no_answers_are_walked_to_the_end():
    found = [
        invariance(
            graded(400, 5, seed, cuts=(0.0,)),
            {"f": list("abcde")},
            pd.Series(np.arange(400) % 2),
            ordinal=True,
        )
        for seed in (1, 4, 5)
    ]
    assert [one.reached for one in found] == ["scalar"] * 3


def test_a_reason_never_holds_a_number_that_there_is_not():
    rng = np.random.default_rng(3)
    noise = pd.DataFrame(rng.normal(size=(400, 4)), columns=list("abcd"))
    found = invariance(noise, ONE, pd.Series(np.arange(400) % 2))
    assert "nan" not in found.reason


def test_graded_answers_that_say_the_same_are_refused_by_name():
    data = graded(300, 4, 2)
    with pytest.raises(FrameError, match="'a' and 'b' say the same"):
        confirm_ordinal(data.assign(b=data["a"]), ONE)
    with pytest.raises(FrameError, match="4 respondents answered all 4 items"):
        confirm_ordinal(pd.DataFrame(np.eye(4) + 1, columns=list("abcd")), ONE)


def test_few_respondents_are_told():
    for fit in (fit_factor_model(graded(60, 4, 2), ONE), confirm_ordinal(graded(60, 4, 2), ONE)):
        assert any("only 60 respondents answered all items" in text for text in fit.warnings)


def test_of_few_respondents_a_good_item_is_not_called_mis_keyed():
    named = [reliability_of_items(graded(6, 4, seed)).mis_keyed for seed in range(40)]
    assert sum(bool(one) for one in named) <= 4  # 10 before
    turned = graded(60, 4, 1).assign(c=lambda d: 6 - d["c"])
    assert reliability_of_items(turned).mis_keyed == ("c",)


@pytest.mark.parametrize("ordinal", [False, True])
def test_a_factor_that_vanishes_in_a_group_is_told_and_breaks_nothing(ordinal):
    """Answers that go together in one group and not at all in the other."""
    rng = np.random.default_rng(9)
    together, group = graded(300, 4, 5), pd.Series(np.repeat(["x", "y"], 300))
    noise = pd.DataFrame(rng.integers(1, 6, (300, 4)).astype(float), columns=list("abcd"))
    data = pd.concat([together, noise], ignore_index=True)
    fit = confirm_ordinal if ordinal else fit_factor_model
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = fit(data, ONE, group=group, equality=Equality("metric"))
        invariance(data, ONE, group, ordinal=ordinal)
    assert found.means.loc[found.means["group"] == "y", "variance"].iloc[0] < 0
    assert any("group 'y': the factor 'f' has no variance there" in text for text in found.warnings)


@pytest.mark.parametrize("k", [3, 4, 8])
def test_newtons_method_ends_where_the_minimiser_with_bounds_does(k):
    rng = np.random.default_rng(k)
    loads = rng.uniform(0.8, 1.2, k)
    answers = rng.normal(size=(400, 1)) * loads + rng.normal(size=(400, k))
    correlation = np.corrcoef(answers.T)
    start = 0.5 / np.diag(np.linalg.inv(correlation))
    by_newton = likely_uniquenesses(start, correlation, SMALLEST_UNIQUENESS)
    by_bounds = _within_bounds(start, correlation, 1, "ml")
    assert by_newton == pytest.approx(by_bounds, abs=1e-6)
    assert _likelihood(by_newton, correlation, 1)[0] <= _likelihood(by_bounds, correlation, 1)[0]
    assert np.abs(_likelihood(by_newton, correlation, 1)[1]).max() < 1e-10


def test_items_in_two_pairs_that_know_nothing_of_each_other_are_not_newtons_work():
    pair = np.array([[1.0, 0.5], [0.5, 1.0]])
    correlation = np.kron(np.eye(2), pair)
    assert likely_uniquenesses(np.full(4, 0.5), correlation, SMALLEST_UNIQUENESS) is None
    # and the wave that asked them is published all the same
    assert one_factor(correlation) is not None


def test_a_factor_that_ends_at_a_bound_is_not_newtons_work():
    correlation = np.array([[1, 0.9, 0.9], [0.9, 1, 0.6], [0.9, 0.6, 1]])
    assert likely_uniquenesses(np.full(3, 0.3), correlation, SMALLEST_UNIQUENESS) is None
