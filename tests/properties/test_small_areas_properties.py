"""What is true of every shrunken estimate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.small_areas.fay_herriot import fay_herriot
from analytics.workbench.methods.nested_error import nested_error
from tests.examples import examples

METHODS = st.sampled_from(["REML", "ML", "moments", "adjusted"])


@st.composite
def areas(draw):
    m = draw(st.integers(3, 25))
    mean = draw(arrays(float, m, elements=st.floats(0, 100)))
    error = draw(arrays(float, m, elements=st.floats(0.5, 15)))
    return mean, error**2


@given(areas(), METHODS)
@examples(15, audit=60)
def test_a_shrunken_mean_lies_between_its_own_and_the_models(sample, method):
    mean, variance = sample
    found = fay_herriot(mean, variance, method=method)
    low, high = np.minimum(mean, found.synthetic), np.maximum(mean, found.synthetic)
    assert (found.estimate >= low - 1e-7).all()
    assert (found.estimate <= high + 1e-7).all()
    assert ((found.own >= 0) & (found.own < 1)).all()
    assert np.isfinite(found.mse).all()
    assert (found.mse > 0).all()


@given(areas(), st.floats(0.1, 50), st.floats(-100, 100), METHODS)
@examples(10, audit=40)
def test_the_unit_of_the_scale_and_its_zero_do_not_matter(sample, factor, zero, method):
    mean, variance = sample
    found = fay_herriot(mean, variance, method=method)
    again = fay_herriot(zero + factor * mean, factor**2 * variance, method=method)
    assert again.own == pytest.approx(found.own, abs=1e-5)
    assert again.estimate == pytest.approx(zero + factor * found.estimate, abs=1e-3 * factor)


@given(areas(), st.integers(0, 1000), METHODS)
@examples(10, audit=40)
def test_the_order_of_areas_does_not_matter(sample, seed, method):
    mean, variance = sample
    order = np.random.default_rng(seed).permutation(len(mean))
    found = fay_herriot(mean, variance, method=method)
    again = fay_herriot(mean[order], variance[order], method=method)
    assert again.estimate == pytest.approx(found.estimate[order], abs=1e-5)
    assert again.mse == pytest.approx(found.mse[order], rel=1e-4)


@given(st.integers(0, 1000), st.floats(0, 20))
@examples(10, audit=40)
def test_the_order_of_respondents_does_not_matter(seed, between):
    rng = np.random.default_rng(seed)
    area = np.repeat(np.arange(6), rng.integers(2, 8, 6))
    x = np.column_stack([np.ones(len(area)), rng.normal(size=len(area))])
    means = np.column_stack([np.ones(6), rng.normal(size=6)])
    outcome = x @ [50, 3] + (between * rng.normal(size=6))[area] + 9 * rng.normal(size=len(area))
    order = rng.permutation(len(area))
    found = nested_error(outcome, area, 6, x, means)
    again = nested_error(outcome[order], area[order], 6, x[order], means)
    assert again.estimate == pytest.approx(found.estimate, abs=1e-4)
    assert np.isfinite(found.mse).all()
    assert (found.mse > 0).all()
