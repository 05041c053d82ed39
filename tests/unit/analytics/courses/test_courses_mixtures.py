"""Mixtures of normals against scipy: single ones in closed form, several by integration."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from analytics.courses.mixtures import Mixtures

WEIGHT = np.array([[0.7, 0.2, 0.1], [0.05, 0.05, 0.9], [0.5, 0.5, 0.0]])
MEAN = np.array([[0.0, 4.0, -6.0], [2.0, 2.5, 3.0], [-10.0, 10.0, 0.0]])
DEVIATION = np.array([[1.0, 2.0, 3.0], [0.1, 5.0, 0.5], [1.0, 1.0, 1.0]])
SEVERAL = Mixtures(WEIGHT, MEAN, DEVIATION**2)
ROWS = range(len(WEIGHT))
SINGLE = Mixtures(
    np.ones((3, 1)), np.array([[0.0], [-3.5], [40.0]]), np.array([[1.0], [4.0], [9.0]])
)


def density(row, at):
    return float(WEIGHT[row] @ norm.pdf(at, MEAN[row], DEVIATION[row]))


def integral(row, of, low=-60.0, high=60.0):
    points = [at for at in MEAN[row] if low < at < high]
    return quad(lambda at: of(at) * density(row, at), low, high, points=points, limit=400)[0]


def test_a_single_normal_is_what_scipy_says():
    scale = np.sqrt(SINGLE.variance[:, 0])
    normal = norm(SINGLE.mean[:, 0], scale)
    assert SINGLE.middle() == pytest.approx(normal.mean())
    assert SINGLE.spread() == pytest.approx(normal.var())
    limit = np.array([0.5, -6.0, 41.0])
    assert SINGLE.above(limit) == pytest.approx(normal.sf(limit), rel=1e-12)
    for share in (0.001, 0.025, 0.5, 0.975, 0.999):
        assert SINGLE.quantiles(share)[0] == pytest.approx(normal.ppf(share), abs=1e-8)


@pytest.mark.parametrize("row", ROWS)
def test_moments_and_chances_are_the_integrals_of_the_density(row):
    middle = integral(row, lambda at: at)
    assert SEVERAL.middle()[row] == pytest.approx(middle, abs=1e-6)
    spread = integral(row, lambda at: (at - middle) ** 2)
    assert SEVERAL.spread()[row] == pytest.approx(spread, rel=1e-6)
    for limit in (-7.0, 0.0, 2.9, 11.0):
        chance = integral(row, lambda _: 1.0, low=limit)
        assert SEVERAL.above(np.full(3, limit))[row] == pytest.approx(chance, abs=1e-7)


@pytest.mark.parametrize("share", [0.025, 0.3, 0.5, 0.975])
def test_quantiles_are_the_roots_of_the_distribution(share):
    def below(at, row):
        return float(WEIGHT[row] @ norm.cdf(at, MEAN[row], DEVIATION[row])) - share

    # half of the third row lies around -10 and half around 10: its median is anywhere between
    rows = [row for row in ROWS if (row, share) != (2, 0.5)]
    roots = [brentq(below, -80, 80, args=(row,), xtol=1e-12) for row in rows]
    assert SEVERAL.quantiles(share)[0][rows] == pytest.approx(roots, abs=1e-7)


def mixture_below(at, weight, mean, deviation, share):
    return float(weight @ norm.cdf(at, mean, deviation)) - share


def test_quantiles_are_exact_however_components_lie():
    rng = np.random.default_rng(7)
    weight = rng.dirichlet(np.full(12, 0.3), 40)
    mean = rng.normal(0, 1, (40, 12)) * rng.choice([0.1, 1.0, 30.0], (40, 1))
    deviation = 10.0 ** rng.uniform(-3, 1.5, (40, 12))
    found = Mixtures(weight, mean, deviation**2).quantiles(0.025, 0.5, 0.975)
    for share, row in zip((0.025, 0.5, 0.975), found, strict=True):
        for at, w, m, d in zip(row, weight, mean, deviation, strict=True):
            root = brentq(mixture_below, -500, 500, args=(w, m, d, share), xtol=1e-12)
            assert at == pytest.approx(root, abs=1e-8)


def test_what_is_known_for_certain_is_a_point():
    certain = Mixtures(np.ones((2, 1)), np.array([[2.5], [-1.0]]), np.zeros((2, 1)))
    assert certain.spread().tolist() == [0.0, 0.0]
    assert certain.above(np.array([2.4, -0.9])).tolist() == [1.0, 0.0]
    for share in (0.025, 0.5, 0.975):
        assert certain.quantiles(share)[0] == pytest.approx([2.5, -1.0])
    both = Mixtures(np.array([[0.4, 0.6]]), np.array([[0.0, 5.0]]), np.array([[0.0, 1.0]]))
    assert both.above(np.array([-1e-6]))[0] == pytest.approx(1.0, abs=1e-6)
    assert both.above(np.array([1e-6]))[0] == pytest.approx(0.6, abs=1e-6)
    # more than the point's share lies at or below it: the quantile is the point itself
    assert both.quantiles(0.3)[0][0] == pytest.approx(0.0, abs=1e-6)


def test_weights_are_normalised_and_nothing_that_matters_is_dropped():
    rng = np.random.default_rng(3)
    weight = 10.0 ** (rng.uniform(-14, 0, 40) + rng.uniform(-1, 0, (6, 1)))
    mean, variance = rng.normal(0, 10, (6, 40)), rng.uniform(0, 9, (6, 40))
    found = Mixtures.of(weight, mean, variance)
    every = Mixtures(weight / weight.sum(axis=1, keepdims=True), mean, variance)
    assert found.weight.shape[1] < 40
    assert found.weight.sum(axis=1) == pytest.approx(np.ones(6), abs=1e-12)
    for limit in (-5.0, 0.0, 5.0):
        assert found.above(np.full(6, limit)) == pytest.approx(
            every.above(np.full(6, limit)), abs=40e-9
        )
    assert found.middle() == pytest.approx(every.middle(), abs=1e-5)
    assert found.quantiles(0.025)[0] == pytest.approx(every.quantiles(0.025)[0], abs=1e-5)


def test_a_component_that_matters_to_one_row_alone_is_kept():
    weight = np.array([[1.0, 0.0], [0.0, 3.0]])
    found = Mixtures.of(weight, np.array([[1.0, 9.0], [9.0, 2.0]]), np.full((2, 2), -1e-18))
    assert found.middle().tolist() == [1.0, 2.0]
    assert (found.variance == 0).all()
    assert found.of_rows(np.array([1])).mean.tolist() == [[2.0]]


def test_rows_are_picked_in_the_order_asked_for():
    found = SEVERAL.of_rows(np.array([2, 0, 2]))
    assert found.middle() == pytest.approx(SEVERAL.middle()[[2, 0, 2]])
    assert found.quantiles(0.9)[0] == pytest.approx(SEVERAL.quantiles(0.9)[0][[2, 0, 2]])
    assert SEVERAL.of_rows(np.array([], dtype=np.int64)).middle().size == 0


def test_another_change_is_added_as_a_normal_of_the_same_moments():
    outer = SEVERAL.of_rows(np.array([0, 1]))
    found = SINGLE.moved_by(outer, np.array([1, 0, 1]))
    rows = [1, 0, 1]
    assert found.middle() == pytest.approx(SINGLE.middle() + SEVERAL.middle()[rows])
    assert found.spread() == pytest.approx(SINGLE.spread() + SEVERAL.spread()[rows])
    normal = norm(found.middle(), np.sqrt(found.spread()))
    assert found.above(np.zeros(3)) == pytest.approx(normal.sf(0.0))


def test_a_row_that_is_no_number_has_no_quantile_and_holds_up_no_other():
    mean = np.array([[np.nan], [1.0]])
    unknown, known = Mixtures(np.ones((2, 1)), mean, np.ones((2, 1))).quantiles(0.5)[0]
    assert np.isnan(unknown)
    assert known == pytest.approx(1.0)
