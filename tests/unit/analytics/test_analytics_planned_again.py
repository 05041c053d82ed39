"""What the next wave will show of a place, from its published interval."""

import numpy as np
import pytest
from scipy import stats

from analytics.planning.again import ToldFigure, expected_again
from analytics.planning.found import BEYOND, smallest_found


def test_of_a_public_the_change_is_that_of_two_independent_waves():
    found = expected_again(ToldFigure(2.0, 401, None), "agency")
    # two equal errors, beyond the margin of 3 points
    se = np.sqrt(2) * 2.0 / stats.t.ppf(0.975, 400)
    assert found.margin == pytest.approx(2.0)
    assert found.smallest == pytest.approx(smallest_found(se, "agency"))


def test_a_finite_staff_that_nobody_links_is_judged_by_the_careful_error():
    # 75 of 100: the whole's own answers vary, so that the change is wider than of two such waves
    found = expected_again(ToldFigure(4.0, 75, 100), "unit")
    se = 4.0 / stats.t.ppf(0.975, 74)
    # V as corrected is a quarter of what it is without; rho .5 of what is between them
    endless = se**2 / 0.25
    careful = np.sqrt(2 * endless - (endless - se**2))
    assert found.smallest == pytest.approx(5 + BEYOND["unit"] * careful)


@pytest.mark.parametrize(("margin", "n", "population"), [(0.0, 40, 80), (3.0, 40, 40), (3.0, 1, 9)])
def test_where_nothing_is_known_of_chance_nothing_is_expected(margin, n, population):
    assert expected_again(ToldFigure(margin, n, population), "unit") is None
