"""What a split form leaves to its modules, told before it is chosen."""

import numpy as np
import pytest

from analytics.errors import DesignError
from analytics.planning.again import ToldFigure
from analytics.planning.ahead import Base, KnownPlace
from analytics.planning.split import (
    answers_for_each,
    base_of_a_module,
    base_of_all,
    chance_of_each,
)


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


def test_a_module_of_a_wave_told_what_a_part_of_its_answers_tells():
    said = {
        ("agency", ""): KnownPlace(0.6, ToldFigure(1.5, 360.0, 600.0), 600),
        ("unit", "a"): KnownPlace(0.5, ToldFigure(20.0, 5.0, 10.0), 10),
        ("unit", "b"): KnownPlace(None, None, 8),
    }
    base = Base(everybody=True, invited=600, places=said)
    assert base_of_a_module(base, 0) == base
    found = base_of_a_module(base, 3).places
    whole = found["agency", ""]
    # 1/120 - 1/600 beside 1/360 - 1/600
    assert whole.told.margin == pytest.approx(1.5 * np.sqrt(6), rel=0.02)
    assert whole.told.n == 120
    assert whole.told.spread() == pytest.approx(said["agency", ""].told.spread())
    assert (whole.rate, whole.asked) == (0.6, 600)
    # five answers leave no two to each of three, on average
    assert found["unit", "a"].told is None
    assert found["unit", "b"].told is None


def test_all_who_answered_would_have_told_what_so_many_modules_tell():
    said = {
        ("agency", ""): KnownPlace(0.6, ToldFigure(1.5, 360.0, 600.0), 600),
        ("unit", "a"): KnownPlace(0.9, ToldFigure(9.0, 18.0, 40.0), 40),
        ("group", "b"): KnownPlace(0.9, ToldFigure(9.0, 18.0, None, 12.0), None),
    }
    base = Base(everybody=True, invited=600, places=said)
    assert base_of_all(base, 0) == base
    module = base_of_a_module(base, 2)
    again = base_of_all(module, 2).places
    for key, known in said.items():
        assert again[key].told.n == pytest.approx(known.told.n)
        assert again[key].told.margin == pytest.approx(known.told.margin)
        assert again[key].told.n_eff == known.told.n_eff
    # by chance more than half may be asked a module; there are no more people for that
    many = base_of_all(base, 3).places["unit", "a"].told
    assert many.n == 39
    assert many.spread() == pytest.approx(said["unit", "a"].told.spread())
