"""What of a change comes of the sizes of parts."""

import numpy as np
import pytest

from analytics.comparison.standardised import of_composition


def test_by_hand():
    # half and half at 60 and 80, then a quarter and three quarters at 62 and 80
    points, margin = of_composition(
        (np.array([50.0, 50.0]), np.array([25.0, 75.0])),
        (np.array([60.0, 80.0]), np.array([62.0, 80.0])),
        (np.array([2.0, 2.0]), np.array([2.0, 2.0])),
    )
    # -0.25 * 61 + 0.25 * 80; of the change of 5.5 the rest, 0.75, is that of the first part
    assert points == pytest.approx(4.75)
    assert 5.5 - points == pytest.approx((0.5 + 0.25) / 2 * 2.0)
    assert margin == pytest.approx(np.sqrt(2 * 0.25**2 * 8) / 2)


def test_where_all_grow_alike_nothing_comes_of_it():
    people = np.array([10.0, 40.0])
    even = of_composition((people, 3 * people), (people, people + 1), (people, people))
    assert even == pytest.approx((0.0, 0.0))
