"""What is true of every comparison."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.comparison.agreement import icc
from analytics.comparison.difference import infer_differences
from analytics.comparison.implied_overlap import Invitations, implied_error
from analytics.comparison.multiplicity import METHODS, benjamini_hochberg, hochberg, holm
from analytics.comparison.verdict import verdicts
from analytics.errors import AnalyticsError
from analytics.estimation.design import simple_design
from analytics.estimation.domains import Partition
from analytics.estimation.means import domain_means
from analytics.workbench.methods.comparison.contrast import against_rest
from analytics.workbench.methods.linked_waves.composition import LinkedWave, decompose
from tests.examples import examples

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


points = st.floats(-20, 20)


@given(points, st.floats(0.01, 10), st.floats(1, 500), st.floats(0.5, 10))
def test_steady_is_equivalence_at_half_the_level(difference, se, df, margin):
    values = [np.array([x]) for x in (difference, se, df)]
    found = infer_differences(*values)
    named, _ = verdicts(values[0], found.low, found.high, np.array([margin]), np.array([False]))
    # half a level is 0.025: one-sided tests at it are the 95 % interval inside the margin
    edge = min(abs(found.low[0] + margin), abs(found.high[0] - margin))
    if edge > 1e-6:
        beyond = max(stats.t.sf((margin + side * difference) / se, df) for side in (1, -1))
        assert (named[0] == "steady") == (beyond <= 0.025)


@given(
    st.floats(10, 1e4), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1),
    st.floats(0, 1),
)  # fmt: skip
def test_an_implied_error_covers_every_overlap_and_correlation(size, f1, f2, both, rate, rho):
    then, now = max(f1 * size, 1.0), max(f2 * size, 1.0)
    least, most = max(then + now - size, 0.0), min(then, now)
    shared = least + both * (most - least)
    one, other = max(rate, 0.1) * then, now
    invited = Invitations(*(np.array([x]) for x in (size, then, now, shared)))
    counts = np.array([one]), np.array([other])
    model = np.array([1 / np.sqrt(one)]), np.array([1 / np.sqrt(other)])
    found = implied_error(invited, counts, model)
    twice = shared * (one / then) * (other / now)
    tam = (1 - one / size) / one + (1 - other / size) / other
    tam -= 2 * rho * (twice / (one * other) - 1 / size)
    assert found.se_low[0] <= np.sqrt(max(tam, 0)) + 1e-7
    assert np.sqrt(max(tam, 0)) <= found.se[0] + 1e-7


values_of = st.lists(st.floats(0, 100), min_size=6, max_size=30)


@examples(40, audit=100)
@given(values_of, st.integers(0, 2**31), st.floats(0.1, 100))
def test_a_unit_and_the_rest_do_not_know_the_unit_of_the_weights_or_the_order(y, seed, factor):
    rng = np.random.default_rng(seed)
    values, weight = np.array(y)[:, None], rng.uniform(1, 3, len(y))
    code = np.arange(len(y)) % 3
    order = rng.permutation(len(y))

    def rest(values, weight, code):
        design = simple_design(weight, np.zeros(len(weight), dtype=np.int64))
        units = Partition("unit", ("a", "b", "c"), ("",) * 3, (None,) * 3, code)
        return against_rest(design, lambda part: domain_means(design, values, part), units)

    one, other = (
        rest(values, weight, code),
        rest(values[order], weight[order] * factor, code[order]),
    )
    assert one.found.difference == pytest.approx(other.found.difference, abs=1e-8)
    assert one.found.se == pytest.approx(other.found.se, rel=1e-6, abs=1e-7, nan_ok=True)
    p = np.array([weight[code == unit].sum() for unit in range(3)]) / weight.sum()
    whole = (weight * values[:, 0]).sum() / weight.sum()
    # M_u - M = (1 - share) (M_u - M_rest)
    assert one.own[:, 0] - whole == pytest.approx((1 - p) * one.found.difference[:, 0], abs=1e-8)


@given(values_of, st.floats(0.1, 10), st.floats(-50, 50))
def test_icc_does_not_know_the_unit_or_the_zero_of_the_scale(y, factor, shift):
    values, unit = np.array(y), np.arange(len(y)) % 3
    one, other = icc(values, unit), icc(values * factor + shift, unit)
    if np.isfinite(one.icc1) and np.ptp(values) > 0.1:
        assert one.icc1 == pytest.approx(other.icc1, abs=1e-6)
        assert -1 <= one.icc1 <= 1


@examples(40, audit=100)
@given(values_of, values_of, st.data())
def test_stayers_joiners_and_leavers_add_up_to_the_change(y, z, data):
    sides = []
    for values in (y, z):
        rows = len(values)
        stayed = np.array(data.draw(st.lists(st.booleans(), min_size=rows, max_size=rows)))
        stayed[0] = True
        design = simple_design(np.linspace(1, 2, rows), np.zeros(rows, dtype=np.int64))
        sides.append(
            LinkedWave(design, np.array(values)[:, None], stayed, np.ones(rows, dtype=bool))
        )
    found = decompose(*sides)
    assert found.total.difference == pytest.approx(
        found.stayers.difference + found.joiners.difference - found.leavers.difference, abs=1e-8
    )
