"""Shares at and near 0 and 1, small units, quantiles of little data."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from analytics.errors import FrameError, SpecificationError
from analytics.estimation.design import simple_design
from analytics.estimation.domains import Partition, whole
from analytics.workbench.methods.estimation.quantiles import domain_quantiles, weighted_quantile
from analytics.workbench.methods.estimation.share_intervals import (
    effective_size,
    finite_share_interval,
    share_interval_by,
)

METHODS = ("logit", "beta", "wilson")


def one(*values):
    return [np.array([float(value)]) for value in values]


@pytest.mark.parametrize("method", METHODS)
def test_nobody_and_everybody_have_intervals_that_mirror_each_other(method):
    none = share_interval_by(method, *one(0.0, 0.0, 24, 25, 25))
    all_ = share_interval_by(method, *one(1.0, 0.0, 24, 25, 25))
    assert none[0] == pytest.approx(0, abs=1e-12)
    assert all_[1] == pytest.approx(1)
    assert none[1] == pytest.approx(1 - all_[0])
    assert 0.1 < none[1] < 0.2


def test_with_simple_random_sampling_beta_and_wilson_are_the_textbook_intervals():
    p, n = 0.2, 50
    se = np.sqrt(p * (1 - p) / n)
    for method in ("beta", "wilson"):
        found = share_interval_by(method, *one(p, se, n - 1, n, n))
        assert [end[0] for end in found] == pytest.approx(proportion_confint(10, 50, method=method))


def test_few_clusters_lower_the_effective_size():
    many, few = (effective_size(*one(0.3, 0.05, df, 200, 150))[0] for df in (199, 10))
    assert many == pytest.approx(0.21 / 0.0025)
    assert few == pytest.approx(many * (1.9720 / 2.2281) ** 2, rel=1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_a_share_without_error_is_its_own_interval(method):
    low, high = share_interval_by(method, *one(0.4, 0.0, 30, 50, 50))
    assert (low[0], high[0]) == pytest.approx((0.4, 0.4))


@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_error_gives_no_interval(method):
    for values in (
        (0.4, np.nan, 30, 50, 50),
        (0.4, 0.1, 0, 50, 50),
        (np.nan, np.nan, 3, 0, np.nan),
    ):
        low, high = share_interval_by(method, *one(*values))
        assert np.isnan(low).all()
        assert np.isnan(high).all()


def test_a_finite_share_of_nobody_is_unknown_and_of_everybody_known():
    hits, n, people = np.array([0, 7, 3]), np.array([0, 10, 10]), np.array([8, 10, 9])
    low, high = finite_share_interval(hits, n, people)
    assert np.isnan([low[0], high[0]]).all()
    assert (low[1], high[1]) == (0.7, 0.7)
    assert (low[2], high[2]) == (0.3, 0.3)  # more answers than the register knows
    with pytest.raises(FrameError, match="hits from 0"):
        finite_share_interval(np.array([3]), np.array([2]), np.array([9]))


def test_the_median_of_four_is_the_second_or_the_middle():
    values, weight = np.array([4.0, 1.0, 3.0, 2.0]), np.ones(4)
    assert weighted_quantile(values, weight, 0.5) == 2.0
    assert weighted_quantile(values, weight, 0.5, "school") == 2.5
    assert weighted_quantile(values, weight, 1.0) == 4.0
    assert weighted_quantile(values, weight, 0.0) == 1.0
    assert np.isnan(weighted_quantile(values[:0], weight[:0], 0.5))


@pytest.mark.parametrize("rule", ["math", "school"])
def test_a_quantile_is_the_same_whatever_the_weights_add_up_to(rule):
    values = np.arange(1.0, 11)
    for at in np.arange(1, 10) / 10:
        found = {weighted_quantile(values, np.full(10, w), at, rule) for w in (1, 1.1, 1 / 3, 0.7)}
        # R's svyquantile has 3 and 4 at .3, as the last bits of a sum of weights fall
        assert found == {round(at * 10) + (0.5 if rule == "school" else 0)}


def test_quantiles_of_no_one_and_constant_answers_have_a_defined_answer():
    design = simple_design(np.ones(6), np.zeros(6, dtype=np.int64))
    values = np.array([[5.0], [5.0], [5.0], [1.0], [np.nan], [np.nan]])
    code = np.array([0, 0, 0, 1, 2, 2])
    groups = Partition("", ("a", "b", "c"), ("",) * 3, (None,) * 3, code)
    found = domain_quantiles(design, values, groups, 0.5)
    assert found.n[:, 0].tolist() == [3, 1, 0]
    assert found.quantile[:2, 0].tolist() == [5, 1]
    for figure in (found.se, found.low, found.high):  # three equal answers say nothing of chance
        assert np.isnan(figure).all()
    assert np.isnan(found.quantile[2, 0])


@pytest.mark.parametrize("at", [0.0, 1.0, 50.0])
def test_a_quantile_that_is_no_share_is_refused(at):
    design = simple_design(np.ones(3), np.zeros(3, dtype=np.int64))
    with pytest.raises(SpecificationError, match="between 0 and 1"):
        domain_quantiles(design, np.ones((3, 1)), whole(3, None), at)
