"""What is true of every calibration."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.weighting.calibrate import calibrate
from analytics.weighting.rake import margin_from_column, rake
from analytics.weighting.trim import trim_keeping_totals
from analytics.workbench.methods.weighting.constraints import constraints
from tests.examples import examples


@st.composite
def samples(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n = draw(st.integers(12, 60))
    base = pd.Series(rng.uniform(1, 4, n))
    first = pd.Series(rng.integers(0, 3, n)).astype(str)
    second = pd.Series(np.where(rng.random(n) < 0.1, None, rng.choice(["a", "b"], n)), dtype="str")
    # What is missing keeps its share: a category that nobody but the missing are in would have two.
    first.iloc[:4] = ["0", "1", "2", "0"]
    second.iloc[:4] = ["a", "b", "a", "b"]
    # What some other weights of the same sample give can be met.
    other = base * rng.uniform(0.7, 1.4, n)
    margins = [
        margin_from_column("first", first, other.groupby(first).sum().to_dict()),
        margin_from_column("second", second, other.groupby(second).sum().to_dict()),
    ]
    return base, margins


@examples(12, audit=40)
@given(samples(), st.sampled_from(["linear", "raking", "logit"]), st.floats(1e-6, 1e6))
def test_calibration_reproduces_every_margin_in_every_unit_of_the_weights(sample, distance, unit):
    base, margins = sample
    bounds = (0.05, 20.0) if distance == "logit" else None
    made = constraints(base, margins)
    found = calibrate(base, made.columns, made.totals, distance=distance, bounds=bounds)
    assert found.converged
    assert (found.weight @ made.columns) == pytest.approx(made.totals)
    scaled = constraints(base * unit, margins)
    again = calibrate(base * unit, scaled.columns, scaled.totals, distance=distance, bounds=bounds)
    assert again.factor == pytest.approx(found.factor, rel=1e-6)


@examples(12, audit=40)
@given(samples(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_to_calibration(sample, random):
    base, margins = sample
    made = constraints(base, margins)
    order = list(range(len(base)))
    random.shuffle(order)
    found = calibrate(base, made.columns, made.totals, distance="raking")
    again = calibrate(base.iloc[order], made.columns[order], made.totals, distance="raking")
    assert again.factor == pytest.approx(found.factor[order], rel=1e-8)


@examples(12, audit=40)
@given(samples())
def test_raking_by_newton_is_iterative_fitting_where_everybody_has_a_category(sample):
    base, margins = sample
    first = [one for one in margins if (one.code >= 0).all()]
    made = constraints(base, first)
    found = calibrate(base, made.columns, made.totals, distance="raking")
    fitted = rake(base, first, rounds=200, tolerance=1e-12)
    assert found.weight.to_numpy() == pytest.approx(fitted.weight.to_numpy(), rel=1e-7)


@examples(12, audit=40)
@given(samples(), st.floats(0.3, 0.8), st.floats(1.4, 3))
def test_trimming_keeps_every_total_and_every_limit_or_says_that_it_cannot(sample, lowest, highest):
    base, margins = sample
    made = constraints(base, margins)
    weight = calibrate(base, made.columns, made.totals, distance="raking").weight
    found = trim_keeping_totals(weight, made.columns, lowest=lowest, highest=highest)
    middle = weight.median()
    assert found.weight.min() >= lowest * middle * (1 - 1e-9)
    assert found.weight.max() <= highest * middle * (1 + 1e-9)
    if found.converged:
        assert (found.weight @ made.columns) == pytest.approx(made.totals)
