"""Design effects of an outcome against the exact variances in a made population."""

import numpy as np
import pytest

from analytics.errors import WeightError
from analytics.workbench.methods.weighting.design_effects import design_effects


def a_population(slope=30.0, spread=4.0):
    """Five sizes, each with answers as far above as below the line, so that nothing is by chance.

    The "sample" holds persons as often as they are expected in it: its weighted figures are the
    population's.
    """
    size = np.repeat([1, 2, 3, 4, 6], 4)
    noise = np.tile([-1.0, -1.0, 1.0, 1.0], 5) * spread
    # Beside the noise, a column that half of it follows.
    known = np.tile([-1.0, 1.0, -1.0, 1.0], 5) * spread
    y = 10 + slope * size / size.sum() * 20 + noise + known
    return size, y, known


def exact(y, chance, n):
    """Variance of the total of n draws with these chances, over that of n equal draws."""
    total = y.sum()
    return (chance * (y / chance - total) ** 2).sum() / n / (len(y) ** 2 * y.var() / n)


def drawn(size, *columns):
    return [np.repeat(column, size) for column in columns]


@pytest.mark.parametrize("slope", [0.0, 30.0, -20.0])
@pytest.mark.parametrize("of", ["mean", "total"])
def test_spencer_and_henry_give_the_exact_effect_where_nothing_is_by_chance(slope, of):
    size, y, _ = a_population(slope)
    n = size.sum()
    chance = size / size.sum()
    outcome, weight = drawn(size, y, 1 / (n * chance))
    found = design_effects(outcome, weight, of=of)
    z = y - y.mean() if of == "mean" else y
    expected = exact(z, chance, n)
    assert found.spencer == pytest.approx(expected)
    assert found.calibrated == pytest.approx(expected)
    assert found.correlation == pytest.approx(np.corrcoef(y, size)[0, 1])


def test_calibration_takes_away_what_its_columns_explain():
    size, y, known = a_population()
    chance = size / size.sum()
    outcome, weight, column = drawn(size, y, 1 / (size.sum() * chance), known)
    plain = design_effects(outcome, weight)
    found = design_effects(outcome, weight, column[:, None])
    x = np.column_stack([np.ones(len(y)), known])
    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    # the same size of sample, the spread of the residuals, over the spread of the answers
    expected = exact(residual, chance, size.sum()) * residual.var() / y.var()
    assert found.calibrated == pytest.approx(expected)
    assert found.calibrated < plain.calibrated
    assert found.kish == plain.kish
    assert found.n_eff == pytest.approx(found.n / found.calibrated)


def test_equal_weights_cost_nothing():
    outcome = np.array([1.0, 2.0, 4.0, np.nan, 7.0])
    found = design_effects(outcome, np.full(5, 12.0))
    assert (found.n, found.kish, found.spencer) == pytest.approx((4, 1, 1))
    assert found.calibrated == pytest.approx(1)


def test_weights_that_follow_the_outcome_can_gain_what_kish_calls_a_cost():
    size, y, _ = a_population(slope=60.0, spread=0.5)
    outcome, weight = drawn(size, y - 10, 1 / size)
    found = design_effects(outcome, weight, of="total")
    assert found.kish > 1.3
    assert found.spencer < 0.1


@pytest.mark.parametrize("outcome", [[], [3.0], [3.0, np.nan, 4.0], [5.0, 5.0, 5.0, 5.0]])
def test_little_or_constant_data_has_no_effect_of_its_own(outcome):
    found = design_effects(np.array(outcome), np.ones(len(outcome)))
    assert np.isnan([found.spencer, found.calibrated, found.n_eff]).all()


def test_weights_that_speak_for_nobody_are_refused():
    with pytest.raises(WeightError, match="must be finite and above zero"):
        design_effects(np.ones(3), np.array([1.0, 0.0, 1.0]))
