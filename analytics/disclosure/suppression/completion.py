"""Complete a suppression pattern: complementary cells for whatever a linked table discloses."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analytics.disclosure.suppression.complementary_cells import (
    ComplementaryCells,
    cheapest_complementary_cells,
)
from analytics.disclosure.suppression.feasibility_interval import protection_shortfalls
from analytics.disclosure.suppression.linked_table import LOSS_UNIT
from analytics.disclosure.table.network import connected_to, spanning_forest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.suppression.linked_table import LinkedTable
    from analytics.disclosure.table.network import AdditiveRelation

LOSS_OF_A_UNIT: Final = 4 * LOSS_UNIT
_NO_COMPLEMENT: Final = 1e14  # more than any complementary cells cost
# The part of its own range by which one more suppressed cell widens other intervals, roughly.
_WIDENED_BY_ONE: Final = 0.2
_LARGE: Final = 5  # times as large: 100 points in the one are 20 in the other


@dataclass(frozen=True, slots=True)
class CostLimit:
    """What a pattern must cost less than to be of any use.

    Attributes
    ----------
    cost : ndarray of float, shape (n_cells,)
        What suppressing each cell costs.
    below : float
    """

    cost: Floats
    below: float

    def reached(self, cells: Booleans) -> bool:
        """Say whether a pattern costs too much; with more cells it costs no less."""
        return bool(self.cost[cells].sum() >= self.below)


def complete(
    tables: Iterable[LinkedTable],
    cells: Booleans,
    forced: Booleans,
    limit: CostLimit | None = None,
) -> bool:
    """Suppress complementary cells until no linked table discloses anything.

    Parameters
    ----------
    tables : iterable of LinkedTable
    cells : ndarray of bool, shape (n_cells,)
        The suppression pattern; changed in place.
    forced : ndarray of bool, shape (n_cells,)
        Cells that must stay published.
    limit : CostLimit, optional
        A pattern that reaches it is left as it is, unfinished.

    Returns
    -------
    bool
        Whether the pattern is safe in every table, and within the limit.
    """
    while True:
        before, safe = int(cells.sum()), True
        for table in tables:
            safe &= _complete_table(table, cells, forced, limit)
            if limit is not None and limit.reached(cells):
                return False
        if int(cells.sum()) == before:
            return safe


def _complete_table(
    table: LinkedTable, cells: Booleans, forced: Booleans, limit: CostLimit | None
) -> bool:
    """Suppress cells in place until this table discloses nothing; say whether that is so."""
    while limit is None or not limit.reached(cells):
        hidden = table.hidden_edges(cells)
        costs = np.where(table.present & table.is_cell, table.cost, np.inf)
        costs[table.is_cell & forced[table.network.cell]] = np.inf
        costs[hidden] = 0.0
        # cells that are shown on trial, one after the other, lead to the same patterns again
        seen = np.packbits([hidden, np.isinf(costs)]).tobytes()
        if seen not in table.completed:
            table.completed[seen] = _next_cells(table, hidden, costs)
        complement = table.completed[seen]
        if complement is None:
            return True
        # edges that are suppressed already belong to no cell or to a suppressed one
        new = [edge for edge in complement.edges if not hidden[edge]]
        if not new or not np.isfinite(complement.cost):
            return False
        cells[table.network.cell[new]] = True
    return False


def restore_redundant(table: LinkedTable, cells: Booleans, start: Booleans) -> None:
    """Show cells in place that were added and that no other suppressed cell protects."""
    while True:
        hidden = table.hidden_edges(cells)
        added = table.is_cell & ~start[table.network.cell]
        disclosed = table.disclosed(spanning_forest(table.network, hidden))
        disclosed = disclosed[added[disclosed]]
        if not len(disclosed):
            return
        cells[table.network.cell[disclosed]] = False


def _next_cells(table: LinkedTable, hidden: Booleans, costs: Floats) -> ComplementaryCells | None:
    """Find the next cells to suppress; None when nothing is disclosed."""
    if not hidden.any():
        return None
    impossible = None
    for complements in _candidates(table, hidden, costs):
        cheapest = min(complements, key=_cost_of)
        if np.isfinite(cheapest.cost):
            return cheapest
        impossible = cheapest
    return impossible


def _candidates(
    table: LinkedTable, hidden: Booleans, costs: Floats
) -> Iterator[list[ComplementaryCells]]:
    """List the complementary cells that would prevent each disclosure, one after the other."""
    forest = spanning_forest(table.network, hidden)
    disclosed = table.disclosed(forest).tolist()
    if disclosed:
        yield [_complement(table, costs, edge) for edge in disclosed]
    for relation, candidates in table.small_remainders(hidden):
        yield [_enlarging(table, costs, hidden, relation, edge) for edge in candidates.tolist()]
    for _, candidates in table.small_intersections(hidden, forest):
        yield [_with_complement(table, costs, edge) for edge in candidates.tolist()]
    if table.in_bulk:
        yield from _widening_all(table, costs, hidden)
        return
    shortfalls = table.shortfalls(hidden)
    if shortfalls:
        # most dimensions, fewest respondents and the first code come first
        yield [
            _widening(table, costs, hidden, list(shortfalls), min(shortfalls, key=table.cost.item))
        ]


def _widening(
    table: LinkedTable, costs: Floats, hidden: Booleans, shortfalls: list[int], edge: int
) -> ComplementaryCells:
    """Find the cheapest cells that widen an edge's interval and leave few others narrow."""
    assert table.bounds is not None
    shown = table.shown(hidden)
    network = table.network
    nodes = connected_to(network, hidden, [int(network.tail[edge]), int(network.head[edge])])
    beside = shown & (nodes[network.tail] | nodes[network.head])
    total = table.bounds.total[shown]
    by_one_cell = _WIDENED_BY_ONE * float(total[total > 0].min(initial=np.inf))
    best = ComplementaryCells(float(costs[shown].sum()), tuple(np.flatnonzero(shown).tolist()))
    for complement in _cheapest_first(table, costs, np.flatnonzero(beside).tolist()):
        if complement.cost >= best.cost:
            break
        after = hidden.copy()
        after[list(complement.edges)] = True
        # suppressing more only widens intervals: no others than these can be too narrow
        among = after & ~hidden
        among[shortfalls] = True
        # an interval that stays too narrow costs about one cell more, or several
        affordable = (best.cost - complement.cost) / LOSS_OF_A_UNIT
        short = table.cells_short(after, among, by_one_cell, affordable)
        cost = complement.cost + short * LOSS_OF_A_UNIT
        if cost < best.cost:
            best = ComplementaryCells(cost, complement.edges)
    return best


def _widening_all(
    table: LinkedTable, costs: Floats, hidden: Booleans
) -> Iterator[list[ComplementaryCells]]:
    """Give each narrow interval the cell that widens it most for its cost, all in one.

    Near an end of the scale most intervals are narrow, and to try every cell for each takes hours.
    """
    shown, bounds, network = table.shown(hidden), table.bounds, table.network
    if bounds is None or not shown.any():
        return
    joined = coo_array(
        (np.ones(hidden.sum()), (network.tail[hidden], network.head[hidden])),
        shape=(network.nodes, network.nodes),
    )
    part = connected_components(joined, directed=False)[1]
    tail, head = part[network.tail], part[network.head]
    chosen = set[int]()
    for short in protection_shortfalls(network, hidden, bounds):
        beside = np.flatnonzero(shown & ((tail == tail[short.edge]) | (head == tail[short.edge])))
        lower, upper = bounds.lower[:, short.figure], bounds.upper[:, short.figure]
        gain = np.minimum(upper[beside], lower[short.edge])
        gain += np.minimum(lower[beside], upper[short.edge])
        worth = np.minimum(gain / short.shortfall, 1.0)
        price = np.divide(costs[beside], worth, out=np.full(len(beside), np.inf), where=worth > 0)
        if np.isfinite(price).any():
            chosen.add(int(beside[price.argmin()]))
        else:
            chosen.update(np.flatnonzero(shown).tolist())
    if chosen:
        edges = tuple(sorted(chosen))
        yield [ComplementaryCells(float(costs[list(edges)].sum()), edges)]


def _complement(table: LinkedTable, costs: Floats, edge: int) -> ComplementaryCells:
    """Find the cells that protect an edge; one that is large beside it costs a unit more.

    The small edge lets the large one move so little that a further cell must be suppressed
    with it (`feasibility_interval`).
    """
    large = table.respondents > _LARGE * table.respondents[edge]
    return cheapest_complementary_cells(
        table.network, np.where(large & (costs > 0), costs + LOSS_OF_A_UNIT, costs), edge
    )


def _with_complement(table: LinkedTable, costs: Floats, edge: int) -> ComplementaryCells:
    """Suppress an edge and what protects it; where figures do not add up, nothing may."""
    complement = _complement(table, costs, edge)
    return ComplementaryCells(
        float(costs[edge]) + min(complement.cost, _NO_COMPLEMENT), (edge, *complement.edges)
    )


def _cheapest_first(
    table: LinkedTable, costs: Floats, edges: list[int]
) -> Iterator[ComplementaryCells]:
    """Give edges with what protects them by cost, each worked out once its own cost is reached."""
    waiting = [(float(costs[edge]), False, edge) for edge in edges]
    heapify(waiting)
    found: dict[int, ComplementaryCells] = {}
    while waiting:
        _, known, edge = heappop(waiting)
        if known:
            yield found[edge]
            continue
        found[edge] = _with_complement(table, costs, edge)
        heappush(waiting, (found[edge].cost, True, edge))


def _enlarging(
    table: LinkedTable, costs: Floats, hidden: Booleans, relation: AdditiveRelation, edge: int
) -> ComplementaryCells:
    """Suppress an edge to enlarge a remainder; one that stays too small costs a unit more."""
    complement = _with_complement(table, costs, edge)
    after = hidden.copy()
    after[list(complement.edges)] = True
    remainder = relation.children[after[relation.children]]
    too_small = edge != relation.parent and not table.is_large_enough(remainder)
    return ComplementaryCells(complement.cost + too_small * LOSS_OF_A_UNIT, complement.edges)


def _cost_of(complement: ComplementaryCells) -> float:
    return complement.cost
