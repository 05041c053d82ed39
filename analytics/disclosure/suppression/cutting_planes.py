"""Cutting planes: inequalities that every safe pattern satisfies and a given pattern violates.

A cut says: as soon as these cells are suppressed, at least so much of those must be, too. There is
a kind for each disclosure that `linked_table` looks for: bridges, small remainders, small
intersections, and intervals that are too narrow, where the cut is the minimum cut of the
attacker's subproblem (capacity constraints).

References
----------
Fischetti, M., Salazar, J. J. (2001). Solving the cell suppression problem on tabular data with
linear constraints. Management Science 47, 1008-1027.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.suppression.feasibility_interval import protection_shortfalls
from analytics.disclosure.table.network import connected_to, spanning_forest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.suppression.feasibility_interval import ProtectionShortfall
    from analytics.disclosure.suppression.linked_table import LinkedTable
    from analytics.disclosure.table.network import Forest

_DIGITS: Final = 1e6  # weights are rounded up, so that a cut never asks for too much


@dataclass(frozen=True, slots=True)
class Cut:
    """``weight @ hidden >= bound`` for every safe pattern.

    Attributes
    ----------
    weight : ndarray of float, shape (n_cells,)
    bound : float
    """

    weight: Floats
    bound: float


def violated_cuts(table: LinkedTable, cells: Booleans) -> Iterator[Cut]:
    """Separate a suppression pattern: list the cuts that it violates in one table.

    Parameters
    ----------
    table : LinkedTable
    cells : ndarray of bool, shape (n_cells,)
        The pattern.

    Yields
    ------
    Cut
        None when the pattern is safe.
    """
    hidden = table.hidden_edges(cells)
    if not hidden.any():
        return
    forest = spanning_forest(table.network, hidden)
    for edge in table.disclosed(forest).tolist():
        yield from _bridge(table, hidden, edge)
    for relation, _ in table.small_remainders(hidden):
        yield from _remainder(table, hidden, relation.parent, relation.children)
    for row, _ in table.small_intersections(hidden, forest):
        yield _intersection(table, hidden, forest, table.network.intersections[row])
    if table.bounds is not None and table.shown(hidden).any():
        for shortfall in protection_shortfalls(table.network, hidden, table.bounds):
            yield _capacity(table, shortfall)


def _cut(table: LinkedTable, weight: Floats, when: Sequence[int]) -> Cut:
    """Ask for a weight of 1 over edges, as soon as all edges of a list are suppressed."""
    network = table.network
    remainders = table.present & ~table.is_cell
    cells = table.present & table.is_cell
    row = np.zeros(network.counts.shape[1])
    np.add.at(row, network.cell[cells], np.ceil(weight[cells] * _DIGITS) / _DIGITS)
    conditions = [edge for edge in when if table.is_cell[edge]]
    row[network.cell[conditions]] -= 1
    return Cut(row, 1 - float(weight[remainders].sum()) - len(conditions))


def _bridge(table: LinkedTable, hidden: Booleans, edge: int) -> Iterator[Cut]:
    """Ask for another edge out of either side of a suppressed edge that lies on no cycle."""
    others = hidden.copy()
    others[edge] = False
    for end in (table.network.tail[edge], table.network.head[edge]):
        inside = connected_to(table.network, others, [int(end)])
        weight = _across(table, inside).astype(np.float64)
        weight[edge] = 0
        yield _cut(table, weight, [edge])


def _across(table: LinkedTable, inside: Booleans) -> Booleans:
    """Mark the edges from a set of nodes to the others."""
    across: Booleans = inside[table.network.tail] != inside[table.network.head]
    return table.present & across


def _remainder(
    table: LinkedTable, hidden: Booleans, parent: int, children: Integers
) -> Iterator[Cut]:
    """Ask for a larger remainder, unless the parent or all its children are suppressed."""
    present = children[table.present[children]]
    suppressed, shown = present[hidden[present]], present[~hidden[present]]
    # a known child counts as shown, whatever becomes of the others
    siblings = [-1] if table.known[children].any() else shown.tolist()
    for size, required in (
        (table.respondents, table.minimum_remainder),
        (table.network.units.astype(np.float64), table.network.minimum_units),
    ):
        if size[suppressed].sum() >= required:
            continue
        weight = np.zeros(len(hidden))
        weight[present] = np.minimum(size[present] / required, 1)
        weight[parent] = 1
        for sibling in siblings:
            unless = weight.copy()
            if sibling >= 0:
                unless[sibling] = 1
            for child in suppressed.tolist():
                yield _cut(table, unless, [child])


def _intersection(table: LinkedTable, hidden: Booleans, forest: Forest, inside: Integers) -> Cut:
    """Ask for an edge that protects a small intersection or difference which follows.

    It follows because the nodes have a potential that every suppressed edge of the set raises by 1
    and every other suppressed edge leaves as it is. Only an edge that contradicts the potential
    closes a cycle through the set.
    """
    network = table.network
    potential = forest.paths @ inside[forest.edges]
    step = potential[network.head] - potential[network.tail]
    breaks = table.present & ~hidden & ((step != 0) | (inside > 0))
    return _cut(table, breaks.astype(np.float64), np.flatnonzero(hidden & (inside > 0)).tolist())


def _capacity(table: LinkedTable, shortfall: ProtectionShortfall) -> Cut:
    """Ask for more capacity across the minimum cuts that keep a feasibility interval narrow."""
    assert table.bounds is not None
    network = table.network
    lower = table.bounds.lower[:, shortfall.figure]
    upper = table.bounds.upper[:, shortfall.figure]
    required, capacity = shortfall.required, np.zeros(len(lower))
    for flow in shortfall.flows:
        if not flow.source_side:
            required -= flow.amount  # the interval ends at the external bound
            continue
        inside = np.zeros(network.nodes, dtype=bool)
        inside[list(flow.source_side)] = True
        capacity += _across(table, inside) * np.where(inside[network.tail], upper, lower)
    capacity[shortfall.edge] = 0
    return _cut(table, np.minimum(capacity / required, 1), [shortfall.edge])
