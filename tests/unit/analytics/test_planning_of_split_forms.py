"""What a split form leaves to its modules, told before it is chosen."""

import numpy as np
import pytest

from analytics.errors import DesignError
from analytics.planning.split import answers_for_each, chance_of_each


@pytest.mark.parametrize(("answers", "modules", "fewest"), [(12, 2, 5), (20, 3, 5), (31, 3, 7)])
def test_the_chance_that_each_module_has_enough_is_that_of_draws(answers, modules, fewest):
    draws = np.random.default_rng(1).multinomial(answers, [1 / modules] * modules, size=40_000)
    share = (draws.min(axis=1) >= fewest).mean()
    assert chance_of_each(answers, modules, fewest) == pytest.approx(share, abs=0.01)


def test_of_two_modules_the_chance_is_binomial():
    # 10 answers in halves: five and five alone
    assert chance_of_each(10, 2, 5) == pytest.approx(252 / 1024)
    assert chance_of_each(9, 2, 5) == 0.0
    assert chance_of_each(0, 2, 0) == pytest.approx(1.0)


def test_a_unit_of_so_many_answers_is_more_likely_than_not_to_be_kept():
    for modules, k in ((2, 5), (3, 5), (2, 8)):
        n = answers_for_each(modules, k)
        assert chance_of_each(n - 1, modules, k) < 0.5 <= chance_of_each(n, modules, k)
    with pytest.raises(DesignError):
        chance_of_each(-1, 2, 5)
