"""What is true of every calibration."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from analytics.weighting.calibrate import calibrate
from analytics.weighting.rake import (
    PUBLIC_LIMITS,
    auxiliaries,
    margin_from_column,
    rake,
    rake_and_trim,
)
from analytics.weighting.trim import limits, trim_keeping_totals
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


@st.composite
def uneven_publics(draw):
    """Draw a public in which small groups stand for many, or large ones for few."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n = draw(st.integers(40, 160))
    margins = []
    for name in ("county", "education"):
        told = pd.Series(rng.choice(["a", "b", "c"], n, p=[0.1, 0.3, 0.6]))
        told.iloc[:15] = ["a", "b", "c"] * 5
        told[rng.random(n) < draw(st.sampled_from([0.0, 0.1]))] = None
        share = rng.dirichlet(draw(st.sampled_from([[5, 3, 1], [1, 1, 1], [9, 1, 1]])))
        shares = dict(zip("abc", share + 0.01, strict=True))
        margins.append(margin_from_column(name, told.astype("str"), shares))
    return pd.Series(rng.uniform(1, draw(st.sampled_from([1.5, 12.0])), n)), margins


def miss(weight, margins):
    """Say how far the largest category lies from its share among those who told it."""
    worst = 0.0
    for one in margins:
        known = one.code >= 0
        sums = np.bincount(one.code[known], weights=weight[known], minlength=3)
        worst = max(worst, float(np.abs(sums / sums.sum() - one.share).max()))
    return worst


@examples(25, audit=200)
@given(uneven_publics())
def test_weights_of_the_public_keep_margins_and_limits_or_say_how_much_wider_these_had_to_be(
    public,
):
    base, margins = public
    raked = rake(base, margins)
    found = rake_and_trim(base, margins)
    weight = found.weight.to_numpy()
    assert weight.sum() == pytest.approx(base.sum())
    if not raked.converged:  # margins that contradict each other here, or hang together
        return
    low, high = limits(raked.weight, lowest=PUBLIC_LIMITS[0], highest=PUBLIC_LIMITS[1])
    assert found.widened >= 1
    assert weight.min() >= low / found.widened * (1 - 1e-5)
    assert weight.max() <= high * found.widened * (1 + 1e-5)
    assert found.converged
    assert miss(weight, margins) <= 0.001 + 1e-9
    # as it was raked, or less uneven
    assert weight.max() <= max(raked.weight.max(), high) * (1 + 1e-5)


def a_public_of_many_groups(seed):
    """Draw a public of up to eleven groups a margin, which answered unlike their shares."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(100, 300))
    margins = []
    for name in ("county", "age", "education"):
        groups = [str(at) for at in range(int(rng.integers(2, 12)))]
        told = pd.Series(rng.choice(groups, n, p=rng.dirichlet(np.full(len(groups), 1.0))))
        told.iloc[: 3 * len(groups)] = groups * 3
        answered = told.value_counts()[groups].to_numpy()
        shares = answered * np.exp(rng.normal(0, 1, len(groups)))
        margins.append(margin_from_column(name, told, dict(zip(groups, shares, strict=True))))
    return pd.Series(1.0, index=range(n)), margins


@pytest.mark.parametrize("seed", [*range(8), 61, 96])
def test_limits_are_no_wider_than_any_weights_need_that_keep_the_margins(seed):
    """A linear programme finds none inside limits that are a hundredth of the way narrower."""
    base, margins = a_public_of_many_groups(seed)
    raked, found = rake(base, margins), rake_and_trim(base, margins)
    if not raked.converged or found.widened == 1:
        return
    weight = raked.weight.to_numpy()
    low, high = limits(raked.weight, lowest=PUBLIC_LIMITS[0], highest=PUBLIC_LIMITS[1])
    least, most = min(weight.min() / low, 1.0), max(weight.max() / high, 1.0)
    way = np.log(found.widened) / np.log(max(most, 1 / least))
    columns = np.column_stack([np.ones(len(base)), auxiliaries(margins)])
    inside = (low * least ** (way - 0.01), high * most ** (way - 0.01))
    programme = linprog(
        np.zeros(len(base)), A_eq=columns.T, b_eq=weight @ columns, bounds=inside, method="highs"
    )
    infeasible = 2
    assert programme.status == infeasible


@examples(12, audit=40)
@given(uneven_publics(), st.integers(2, 4))
def test_respondents_who_are_alike_may_stand_in_one_row_when_weights_are_kept_in_limits(
    public, many
):
    base, margins = public
    each = np.full(len(base), float(many))
    repeated = [
        margin_from_column(
            one.name,
            pd.Series(
                [one.categories[at] if at >= 0 else None for at in one.code] * many, dtype="str"
            ),
            dict(zip(one.categories, one.share, strict=True)),
        )
        for one in margins
    ]
    whole = rake_and_trim(pd.concat([base] * many, ignore_index=True), repeated)
    cells = rake_and_trim(base, margins, each=each)
    assert cells.widened == pytest.approx(whole.widened)
    assert np.tile(cells.weight, many) == pytest.approx(whole.weight.to_numpy(), rel=1e-6)
