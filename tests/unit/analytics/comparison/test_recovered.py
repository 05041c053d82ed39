"""An interval of a difference made of two intervals, against the published worked example."""

import numpy as np
import pytest

from analytics.comparison.recovered import ShownEstimates, recovered_difference


def of(mean, low, high):
    return ShownEstimates(np.array([mean]), np.array([low]), np.array([high]))


def test_it_is_newcombes_method_ten():
    """Newcombe (1998), table II, example (a): 56/70 and 48/80, Wilson's intervals."""
    found = recovered_difference(of(56 / 70, 0.69184, 0.87704), of(48 / 80, 0.49043, 0.70042))
    assert found.mean == pytest.approx([0.2])
    assert found.low == pytest.approx([0.0524], abs=1e-4)
    assert found.high == pytest.approx([0.3339], abs=1e-4)


def test_with_symmetric_intervals_it_is_the_usual_one():
    found = recovered_difference(of(74.0, 73.0, 75.0), of(52.0, 50.0, 54.0))
    reach = np.sqrt(1.0**2 + 2.0**2)
    assert (found.mean, found.low, found.high) == (
        pytest.approx([22.0]), pytest.approx([22 - reach]), pytest.approx([22 + reach]),
    )  # fmt: skip
