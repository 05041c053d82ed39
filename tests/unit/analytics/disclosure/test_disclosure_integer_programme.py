"""The integer programme behind secondary suppression, on tables small enough to try everything."""

import itertools

import numpy as np
import pytest

from analytics.disclosure.suppression import completion
from analytics.disclosure.suppression.completion import CostLimit, complete
from analytics.disclosure.suppression.counts import CellCounts
from analytics.disclosure.suppression.cutting_planes import violated_cuts
from analytics.disclosure.suppression.feasibility_interval import CellTotals
from analytics.disclosure.suppression.integer_programme import Effort, improve_pattern
from analytics.disclosure.suppression.linked_table import LOSS_UNIT, LinkedTable
from analytics.disclosure.table import DomainTree
from tests.unit.analytics.disclosure.trees import units


def a_table(seed, size, centre=0.8):
    """Draw units in two regions and two types, with means about a centre of 0-1."""
    rng = np.random.default_rng(seed)
    frame = units(*((f"u{i}", f"r{i % 2}", f"t{rng.integers(2)}", 99) for i in range(size)))
    tree = DomainTree.staff(frame)
    n = dict.fromkeys(tree.keys, 0.0)
    total = dict.fromkeys(tree.keys, 0.0)
    for row in frame.itertuples():
        people, mean = rng.integers(5, 60), np.clip(rng.normal(centre, 0.1), 0.02, 0.98)
        for key in (
            ("agency", ""), ("region", row.region), ("unit_type", row.unit_type),
            ("unit", row.unit),
        ):  # fmt: skip
            n[key] += people
            total[key] += people * mean
    count = np.array(list(n.values()))[:, np.newaxis]
    mean = np.array(list(total.values()))[:, np.newaxis] / count
    everywhere = np.ones(count.shape, dtype=bool)
    totals = CellTotals(count, mean, np.array([False]), np.array([True]), everywhere, ~everywhere)
    table = LinkedTable(
        tree.networks()[0], CellCounts(count, totals=totals), np.zeros(len(n), dtype=bool), 10
    )
    cost = np.zeros(len(n))
    np.maximum.at(cost, table.network.cell[table.is_cell], table.cost[table.is_cell])
    in_units = np.array([level == "unit" for level, _ in tree.keys])
    smallest = np.where(in_units, count[:, 0], np.inf).argmin()
    return table, np.arange(len(n)) == smallest, cost


def is_safe(table, pattern):
    # nothing may be hidden besides: it is complete as it is, or not at all
    return complete([table], pattern.copy(), ~pattern)


def patterns(start):
    """List every pattern that hides at least so much."""
    rest = np.flatnonzero(~start)
    for chosen in itertools.product((False, True), repeat=len(rest)):
        pattern = start.copy()
        pattern[rest] = chosen
        yield pattern


def mended(table, start):
    found = start.copy()
    assert complete([table], found, np.zeros(len(found), dtype=bool))
    return found


@pytest.mark.parametrize("seed", range(2))
def test_a_pattern_without_cuts_is_safe_and_no_cut_forbids_a_safe_one(seed):
    table, _, _ = a_table(seed, 4)
    # the agency, first of nine cells, stays
    every = [pattern for pattern in patterns(np.zeros(9, dtype=bool)) if not pattern[0]]
    is_so = [is_safe(table, pattern) for pattern in every]
    safe = np.array(every)[is_so].astype(float)
    for pattern, safely in zip(every, is_so, strict=True):
        found = list(violated_cuts(table, pattern))
        assert bool(found) != safely
        for cut in found:
            assert cut.weight @ pattern < cut.bound
            assert (safe @ cut.weight >= cut.bound - 1e-9).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_programme_finds_the_least_of_all_patterns(seed):
    table, start, cost = a_table(seed, 5)
    found = improve_pattern([table], start, mended(table, start), cost, Effort())
    assert is_safe(table, found)
    loss = np.floor(cost / LOSS_UNIT)
    least = min(
        loss[pattern].sum()
        for pattern in patterns(start)
        if loss[pattern].sum() <= loss[found].sum() and is_safe(table, pattern)
    )
    assert loss[found].sum() == least


def test_without_effort_a_mended_pattern_stays_as_it_is():
    table, start, cost = a_table(3, 5)
    found = mended(table, start)
    assert (improve_pattern([table], start, found, cost, Effort(0.0)) == found).all()


def test_an_effort_is_spent_once():
    effort = Effort(10.0)
    assert effort.spend(6.0)
    assert not effort.spend(6.0)
    assert effort.spend(4.0)
    assert effort.left == 0


def test_a_pattern_that_comes_up_again_is_completed_without_another_search(monkeypatch):
    table, start, _ = a_table(3, 9)
    forced = np.zeros(len(start), dtype=bool)
    first, again = start.copy(), start.copy()
    assert complete([table], first, forced)
    assert first.sum() > start.sum()
    monkeypatch.setattr(completion, "_next_cells", None)  # a search would fail
    assert complete([table], again, forced)
    assert again.tolist() == first.tolist()


def test_a_pattern_that_costs_too_much_is_left_unfinished():
    table, start, cost = a_table(3, 9)
    forced = np.zeros(len(start), dtype=bool)
    whole = mended(table, start)
    for below, finished in ((cost[whole].sum(), False), (cost[whole].sum() + 1, True)):
        found = start.copy()
        assert complete([table], found, forced, CostLimit(cost, below)) == finished
        assert not (found & ~whole).any()
    again = start.copy()
    assert not complete([table], again, forced, CostLimit(cost, cost[start].sum()))
    assert again.tolist() == start.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_candidates_come_in_the_order_of_what_each_costs_with_what_protects_it(seed):
    table, start, _ = a_table(seed, 9)
    hidden = table.hidden_edges(start)
    costs = np.where(hidden, 0.0, np.where(table.present & table.is_cell, table.cost, np.inf))
    edges = np.flatnonzero(table.shown(hidden)).tolist()
    each = [completion._with_complement(table, costs, edge) for edge in edges]
    found = list(completion._cheapest_first(table, costs, edges))
    assert found == sorted(each, key=lambda one: one.cost)
