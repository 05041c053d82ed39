"""Relative weights printed in Kabacoff, R. I., R in Action (Manning), chapter on regression.

``lm(Murder ~ Population + Illiteracy + Income + Frost)`` on R's ``state.x77``, 50 states; the
correlations are those of that data set.
"""

import numpy as np
import pytest

from analytics.drivers.shares import relative_weights

# Murder, Population, Illiteracy, Income, Frost
UPPER = [
    [1, 0.3436428, 0.7029752, -0.2300776, -0.5388834],
    [0, 1, 0.1076224, 0.2082276, -0.3321525],
    [0, 0, 1, -0.4370752, -0.6719470],
    [0, 0, 0, 1, 0.2262822],
    [0, 0, 0, 0, 1],
]


def test_the_weights_of_four_correlated_predictors_are_as_printed():
    upper = np.array(UPPER)
    weights = relative_weights(upper + upper.T - np.eye(5))
    assert weights.sum() == pytest.approx(0.567, abs=5e-4)  # R squared of the regression
    percent = 100 * weights / weights.sum()
    assert percent == pytest.approx([14.723401, 59.000195, 5.488962, 20.787442], abs=1e-3)


def test_uncorrelated_predictors_explain_the_squares_of_their_correlations():
    correlation = np.eye(3)
    correlation[0, 1:] = correlation[1:, 0] = [0.6, 0.3]
    assert relative_weights(correlation) == pytest.approx([0.36, 0.09])
