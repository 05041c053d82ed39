"""What plans say before a wave, held beside what comes after: the short form of the simulation.

``python -m tests.reference.planning 30`` prints the tables of docs/methods.md.
"""

import numpy as np
import pandas as pd
import pytest

from tests.reference.planning import designs
from tests.reference.planning.demo_units import units_of_the_demo
from tests.reference.planning.linked import over_the_link
from tests.reference.planning.told_before import DESIGNS, SMALL, moved_as_promised, widths
from tests.reference.planning.uneven import WAYS, said_over_shown


def test_intervals_are_as_wide_as_the_plan_said():
    found = pd.concat([widths(seed, design) for seed in range(2) for design in DESIGNS])
    middle = found.groupby("level")["ratio"].median()
    assert middle.between(0.9, 1.1).all(), middle
    large = found[found["level"] != "unit"]["ratio"]
    assert large.between(0.75, 1.4).all(), large.describe()


@pytest.mark.parametrize("way", WAYS)
def test_a_sample_that_asks_more_of_some_is_as_exact_as_the_plan_said(way):
    found = pd.concat([said_over_shown(seed, *way) for seed in range(8)])
    middle = found.groupby("level")["ratio"].mean()
    assert middle.between(0.95, 1.06).all(), middle


@pytest.mark.parametrize("level", ["agency", "region", "unit"])
def test_a_change_as_large_as_promised_is_found_in_four_of_five_waves(level):
    rows = pd.concat([
        moved_as_promised(seed, level, design) for seed in range(3) for design in DESIGNS
    ])  # fmt: skip
    each = rows.groupby(["seed", "design"])["found"].mean()
    # three errors of a share of so many places that move by themselves
    assert rows["found"].mean() >= 0.8 - 3 * np.sqrt(0.8 * 0.2 / len(each))


@pytest.mark.parametrize("level", ["agency", "region"])
def test_where_few_answer_as_many_are_found_as_promised(level):
    rows = pd.concat([
        moved_as_promised(seed, level, "a pulse of three years", SMALL) for seed in range(8)
    ])  # fmt: skip
    assert rows["found"].mean() >= 0.8 - np.sqrt(0.8 * 0.2 / 8)


@pytest.mark.parametrize("name", ["three modules twice", "two of six", "Neyman four times"])
def test_however_a_wave_is_drawn_as_many_are_found_as_promised(name):
    rows = pd.concat([designs.found(seed, "agency", name, 15) for seed in range(12)])
    assert rows["found"].mean() >= 0.8


def test_a_link_costs_what_the_plan_said():
    rows = pd.concat([over_the_link(seed, 25) for seed in range(4)])
    assert rows["ratio"].between(0.85, 1.1).all()
    assert rows["found"].mean() >= 0.8 - 3 * np.sqrt(0.8 * 0.2 / 4)


@pytest.mark.slow
def test_as_many_units_are_shown_as_the_plan_said():
    found = units_of_the_demo(1200, 7)
    held = found["shown"].between(found["low"], found["high"])
    assert held.mean() >= 0.8
    assert (found["shown"] - found["expected"]).abs().mean() <= 0.1 * found["among"].mean()
