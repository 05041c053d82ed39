"""What is true of every comparison."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.comparison.multiplicity import METHODS, benjamini_hochberg, hochberg, holm
from analytics.errors import AnalyticsError

p_values = st.lists(st.floats(0, 1), max_size=30).map(np.array)


@given(p_values)
def test_the_adjustment_for_many_units_is_that_of_scipy(p):
    expected = stats.false_discovery_control(p, method="bh") if len(p) else p
    assert benjamini_hochberg(p) == pytest.approx(expected)


@given(p_values)
def test_each_adjustment_is_milder_than_the_one_before_and_none_makes_p_smaller(p):
    careful, stepped, rate = holm(p), hochberg(p), benjamini_hochberg(p)
    assert (careful >= stepped).all()
    assert (stepped >= rate - 1e-12).all()
    assert (rate >= p - 1e-12).all()
    assert (careful <= np.minimum(len(p) * p, 1) + 1e-12).all()


@given(p_values, st.randoms(use_true_random=False), st.sampled_from(sorted(METHODS)))
def test_the_order_of_comparisons_does_not_matter(p, chance, method):
    order = list(range(len(p)))
    chance.shuffle(order)
    assert METHODS[method](p[order]) == pytest.approx(METHODS[method](p)[order])


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_p_value_beyond_one_is_refused(method):
    with pytest.raises(AnalyticsError, match="between 0 and 1"):
        METHODS[method](np.array([0.2, 1.2]))
