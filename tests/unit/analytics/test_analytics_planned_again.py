"""What the next wave will show of a place, from its published interval."""

import numpy as np
import pytest
from scipy import stats

from analytics.planning.again import expected_again
from analytics.planning.power import power
from analytics.planning.precision import Precision


def test_of_a_public_the_change_is_that_of_two_independent_waves():
    found = expected_again(2.0, 401, None)
    # two equal errors
    se = np.sqrt(2) * 2.0 / stats.t.ppf(0.975, 400)
    assert found.margin == 2.0
    assert power(found.smallest, Precision(se, 800, 0.0)) == pytest.approx(0.8, abs=1e-6)
    # 2.8 errors, as in every textbook
    assert found.smallest == pytest.approx(2.8 * se, rel=0.01)


def test_a_finite_staff_that_nobody_links_is_judged_by_the_careful_error():
    # 75 of 100: the whole's own answers vary, so that the change is wider than of two such waves
    found = expected_again(4.0, 75, 100)
    se = 4.0 / stats.t.ppf(0.975, 74)
    # V as corrected is a quarter of what it is without; rho .5 of what is between them
    endless = se**2 / 0.25
    careful = np.sqrt(2 * endless - (endless - se**2))
    assert power(found.smallest, Precision(careful, 148, 0.0)) == pytest.approx(0.8, abs=1e-6)


@pytest.mark.parametrize(("margin", "n", "population"), [(0.0, 40, 80), (3.0, 40, 40), (3.0, 1, 9)])
def test_where_nothing_is_known_of_chance_nothing_is_expected(margin, n, population):
    assert expected_again(margin, n, population) is None
