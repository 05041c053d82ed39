"""What is true of every jackknife and bootstrap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.estimation.design import Design, Stage
from analytics.estimation.variance import domain_variance
from analytics.workbench.methods.estimation.replicate_weights import bootstrap, jackknife
from analytics.workbench.methods.estimation.replicates import replicate_errors
from tests.examples import examples


@st.composite
def designs(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    strata = draw(st.integers(1, 4))
    sizes = rng.integers(2, 6, strata)
    stratum = np.repeat(np.arange(strata), sizes)
    cluster = np.repeat(np.arange(len(stratum)), rng.integers(1, 5, len(stratum)))
    fraction = rng.uniform(0, 1, strata) * draw(st.booleans())
    weight = rng.uniform(1, 9, len(cluster))
    design = Design(weight, (Stage(cluster, stratum, fraction, np.ones(strata)),))
    return design, rng.normal(50, 20, len(cluster))


@examples(10, audit=40)
@given(designs())
def test_the_jackknife_of_a_total_is_its_linearised_error(sample):
    design, y = sample
    found = replicate_errors(
        design, jackknife(design), lambda weight: np.array([weight @ y]), centre="estimate"
    )
    term = (design.weight * y)[:, None]
    exact = domain_variance(design, term, np.zeros(len(y), dtype=np.int64), 1).corrected[0, 0]
    assert found.se[0] ** 2 == pytest.approx(exact)


@examples(6, audit=20)
@given(designs(), st.floats(1e-3, 1e3))
def test_the_unit_of_the_weights_changes_no_replicated_mean(sample, unit):
    design, y = sample
    scaled = Design(design.weight * unit, design.stages)
    found = [
        replicate_errors(
            one,
            bootstrap(one, np.random.default_rng(3), 20),
            lambda weight: np.array([weight @ y / weight.sum()]),
        ).se[0]
        for one in (design, scaled)
    ]
    assert found[0] == pytest.approx(found[1])


@examples(6, audit=20)
@given(designs())
def test_no_bootstrap_weight_is_negative_and_each_stratum_keeps_its_clusters(sample):
    design, _ = sample
    made = bootstrap(design, np.random.default_rng(5), 10)
    stage = design.stages[0]
    for number in range(made.size):
        factor = made.factor(number)
        assert (factor >= 0).all()
        kept = np.bincount(stage.stratum, weights=factor)
        assert kept == pytest.approx(stage.size.astype(float))
