"""What is hidden for others' sake is near the least that the rules allow."""

import numpy as np
import pytest

from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.suppression.counts import CellCounts
from analytics.disclosure.suppression.secondary import suppress_secondary
from analytics.disclosure.table import DomainTree
from tests.unit.analytics.disclosure.optimum import Table, least_loss
from tests.unit.analytics.disclosure.trees import the_agency, units

REMAINDER = DisclosureRules().remainder


def counted(frame, n):
    """Lay a tree's respondents out in the order of its cells."""
    tree = DomainTree.staff(frame)
    columns = {"region": "region", "unit_type": "unit_type", "unit": "unit"}
    of = [
        frame["unit"] if level == "agency" else frame.loc[frame[columns[level]] == code, "unit"]
        for level, code in tree.keys
    ]
    return tree, np.array([sum(n[unit] for unit in inside) for inside in of], dtype=float)


def hidden(frame, n, *, before=()):
    tree, respondents = counted(frame, n)
    found = suppress_secondary(
        tree.networks(),
        CellCounts(respondents[:, np.newaxis]),
        respondents < 10,
        preferred=np.array([key in before for key in tree.keys]),
        remainder=REMAINDER,
    )
    return {key for key, gone in zip(tree.keys, found, strict=True) if gone}


def sixty_percent(frame):
    return dict(zip(frame["unit"], (frame["population"] * 0.6).round().astype(int), strict=True))


SMALL_HOUSES = {("unit", "overgangsbolig-ost-0"), ("unit", "overgangsbolig-ost-1")}


def test_one_small_unit_costs_one_more_where_a_sibling_is_of_its_type():
    frame = the_agency()
    n = sixty_percent(frame) | {"overgangsbolig-ost-1": 8}
    # nd_senter in ost is smaller than the other house, but is no cover within the type: hidden
    # first, as it was once, it took a chain of units through three regions along
    assert n["nd_senter-ost-0"] < n["overgangsbolig-ost-0"]
    assert hidden(frame, n) == SMALL_HOUSES


def test_what_smaller_waves_hid_before_does_not_pile_up():
    frame = the_agency()
    n = sixty_percent(frame) | {"overgangsbolig-ost-1": 8}
    before = {("unit", code) for code, count in n.items() if count < 40} - SMALL_HOUSES
    assert len(before) > 20
    assert hidden(frame, n, before=before) == SMALL_HOUSES


def test_the_rows_of_two_small_types_go_rather_than_two_more_units():
    frame = the_agency()
    n = sixty_percent(frame) | {"nd_senter-ost-0": 9}
    found = hidden(frame, n)
    assert len([code for level, code in found if level == "unit"]) <= 2
    assert {level for level, _ in found} <= {"unit", "unit_type"}


@pytest.mark.parametrize(("size", "regions", "types"), [(9, 3, 3), (14, 4, 4), (20, 4, 6)])
def test_no_more_than_a_quarter_above_the_least_is_hidden(size, regions, types):
    lost, least = 0.0, 0.0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        rows = [
            (f"u{i:02}", f"r{rng.integers(regions)}", f"t{rng.integers(types)}", 60)
            for i in range(size)
        ]
        frame = units(*rows)
        n = {row[0]: int(rng.integers(5, 46)) for row in rows}
        tree, respondents = counted(frame, n)
        network = tree.networks()[0]
        worth = np.zeros(len(respondents))
        own = network.cell >= 0
        np.maximum.at(worth, network.cell[own], network.loss[own])
        priced = dict(zip(tree.keys, worth, strict=True))
        small = {key for key, count in zip(tree.keys, respondents, strict=True) if count < 10}
        here = sum(priced[key] for key in hidden(frame, n) - small)
        best = least_loss(Table.tree(frame, n), priced, small, remainder=10)
        assert here >= best - 1e-6
        lost, least = lost + here, least + best
    print(f"{size} units: {lost / least:.3f} times the least")
    assert least > 0
    assert lost <= 1.25 * least
