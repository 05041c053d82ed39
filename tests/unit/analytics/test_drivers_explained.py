"""R squared against statsmodels, and what its interval does."""

import numpy as np
import statsmodels.api as sm

from analytics.drivers.explained import explained
from analytics.estimation.design import simple_design

NAMES = ("y", "a", "b", "c")


def people(n, slope=0.4, seed=4):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    x = 0.6 * common + 0.8 * rng.normal(size=(n, 3))
    y = x @ np.full(3, slope) + rng.normal(size=n)
    return np.column_stack([y, x]), rng.uniform(0.5, 2.0, n)


def design(weight):
    return simple_design(weight, np.zeros(len(weight), dtype=np.int64))


def test_it_is_the_adjusted_r_squared_of_weighted_regression():
    values, weight = people(300)
    found = explained(design(weight), values, NAMES, 299)
    fitted = sm.WLS(values[:, 0], sm.add_constant(values[:, 1:]), weights=weight).fit()
    assert abs(found.r_squared - fitted.rsquared_adj) < 1e-9
    assert found.low < found.r_squared < found.high


def test_the_interval_shrinks_with_the_root_of_the_sample():
    wide, narrow = (
        explained(design(w), v, NAMES, len(w) - 1) for v, w in (people(500), people(8000))
    )
    ratio = (wide.high - wide.low) / (narrow.high - narrow.low)
    assert 3.2 < ratio < 4.8


def test_predictors_that_explain_nothing_may_explain_nothing():
    values, weight = people(400, slope=0.0, seed=9)
    found = explained(design(weight), values, NAMES, 399)
    assert found.low == 0.0
    assert found.r_squared < 0.03


def test_missing_answers_are_left_out_pair_by_pair_and_weights_have_no_scale():
    values, weight = people(900)
    gone = values.copy()
    gone[np.random.default_rng(1).random(gone.shape) < 0.05] = np.nan
    whole, some = (explained(design(weight), v, NAMES, 899) for v in (values, gone))
    assert abs(whole.r_squared - some.r_squared) < 0.03
    scaled = explained(design(weight * 1000), gone, NAMES, 899)
    assert np.allclose(scaled, some, atol=1e-12)
