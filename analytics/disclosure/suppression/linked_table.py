"""One linked table: what discloses its suppressed cells, and the cheapest complementary cells.

The tables of a wave are linked: they share cells. Each network of the hierarchy, with figures that
have the same respondents, is one of them. It looks for four kinds of disclosure, in this order:
a cell that follows exactly, a remainder that is too small, a small intersection that follows, and
a feasibility interval narrower than the protection level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.suppression.complementary_cells import (
    ComplementaryCells,
    cheapest_complementary_cells,
)
from analytics.disclosure.suppression.feasibility_interval import ExternalBounds, shortfall_by_edge
from analytics.disclosure.table.network import connected_to, spanning_forest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.suppression.counts import Counts
    from analytics.disclosure.table.network import AdditiveRelation, Forest, Network

# The cost of suppressing a cell is one number, in which these decide one after the other: the
# information lost (in quarters of a unit), then the respondents, then the order of codes.
LOSS_UNIT: Final = 1e10
_RESPONDENT: Final = 1e4
LOSS_OF_A_UNIT: Final = 4 * LOSS_UNIT
_NO_COMPLEMENT: Final = 1e14  # more than any complementary cells cost
# The part of its own range by which one more suppressed cell widens other intervals, roughly.
_WIDENED_BY_ONE: Final = 0.2
_LARGE: Final = 5  # times as large: 100 points in the one are 20 in the other


def complete(tables: Iterable[LinkedTable], cells: Booleans, forced: Booleans) -> bool:
    """Suppress complementary cells until no linked table discloses anything.

    Parameters
    ----------
    tables : iterable of LinkedTable
    cells : ndarray of bool, shape (n_cells,)
        The suppression pattern; changed in place.
    forced : ndarray of bool, shape (n_cells,)
        Cells that must stay published.

    Returns
    -------
    bool
        Whether the pattern is safe in every table.
    """
    while True:
        before = int(cells.sum())
        safe = [table.complete(cells, forced) for table in tables]
        if int(cells.sum()) == before:
            return all(safe)


class LinkedTable:
    """A network of cells with the respondents of some figures.

    Parameters
    ----------
    network : Network
    counts : Counts
        Of figures that have respondents in the same cells.
    preferred : ndarray of bool, shape (n_cells,)
        Cells that an earlier publication suppressed: they cost less.
    minimum_remainder : int
        Respondents that the suppressed children of a shown parent must have together.

    Attributes
    ----------
    respondents : ndarray of float, shape (n_edges,)
        Respondents of each edge, the fewest of any figure.
    present : ndarray of bool, shape (n_edges,)
        Edges with anything to suppress.
    is_cell : ndarray of bool, shape (n_edges,)
        Edges that are cells and can be shown; the others are remainders.
    known : ndarray of bool, shape (n_edges,)
        Cells that readers know from an earlier release; suppressing them protects nothing.
    cost : ndarray of float, shape (n_edges,)
        What suppressing an edge costs.
    bounds : ExternalBounds or None
        None where nothing but exact disclosure is looked for.
    """

    def __init__(
        self, network: Network, counts: Counts, preferred: Booleans, minimum_remainder: int
    ) -> None:
        counted = network.counts @ counts.n
        self.network = network
        self.respondents = counted.min(axis=1).clip(min=0)
        self.present = counted.max(axis=1) > 0
        self.is_cell = network.cell >= 0
        if counts.keep_empty:
            self.present |= self.is_cell
        self.protected = self._protected_edges()
        self.known = np.zeros(len(self.is_cell), dtype=bool)
        if counts.known is not None:
            self.known = self.is_cell & self.present & counts.known.all(axis=1)[network.cell]
        self.present &= ~self.known
        self.minimum_remainder = minimum_remainder
        self.bounds = (
            ExternalBounds.of(network, counts.totals, self.protected) if counts.totals else None
        )
        # a quarter less for a cell that was suppressed before
        loss = network.loss - (self.is_cell & preferred[network.cell])
        code_order = np.argsort(np.argsort(network.cell, kind="stable"))
        self.cost = loss * LOSS_UNIT + self.respondents * _RESPONDENT + code_order

    def _protected_edges(self) -> Booleans:
        """Protect every edge but a remainder that has no siblings: that one is its parent."""
        protected = self.network.protected.copy()
        for relation in self.network.relations:
            present = relation.children[self.present[relation.children]]
            if len(present) == 1 and not self.is_cell[present[0]]:
                protected[present] = False
        return protected

    def complete(self, cells: Booleans, forced: Booleans) -> bool:
        """Suppress cells in place until this table discloses nothing; say whether that is so."""
        while True:
            hidden = self.hidden_edges(cells)
            costs = np.where(self.present & self.is_cell, self.cost, np.inf)
            costs[self.is_cell & forced[self.network.cell]] = np.inf
            costs[hidden] = 0.0
            complement = self._next_cells(hidden, costs)
            if complement is None:
                return True
            # edges that are suppressed already belong to no cell or to a suppressed one
            new = [edge for edge in complement.edges if not hidden[edge]]
            if not new or not np.isfinite(complement.cost):
                return False
            cells[self.network.cell[new]] = True

    def restore_redundant(self, cells: Booleans, start: Booleans) -> None:
        """Show cells in place that were added and that no other suppressed cell protects."""
        while True:
            hidden = self.hidden_edges(cells)
            added = self.is_cell & ~start[self.network.cell]
            disclosed = self.disclosed(spanning_forest(self.network, hidden))
            disclosed = disclosed[added[disclosed]]
            if not len(disclosed):
                return
            cells[self.network.cell[disclosed]] = False

    def hidden_edges(self, cells: Booleans) -> Booleans:
        """Translate a pattern of cells into suppressed edges, remainders included."""
        return self.present & (~self.is_cell | cells[self.network.cell])

    def shown(self, hidden: Booleans) -> Booleans:
        """Mark the edges that are cells, have respondents and are not suppressed."""
        return self.present & self.is_cell & ~hidden

    def disclosed(self, forest: Forest) -> Integers:
        """List the suppressed edges that follow exactly from what is shown."""
        return forest.bridges[self.protected[forest.bridges]]

    def _next_cells(self, hidden: Booleans, costs: Floats) -> ComplementaryCells | None:
        """Find the next cells to suppress; None when nothing is disclosed."""
        if not hidden.any():
            return None
        impossible = None
        for complements in self._candidates(hidden, costs):
            cheapest = min(complements, key=_cost_of)
            if np.isfinite(cheapest.cost):
                return cheapest
            impossible = cheapest
        return impossible

    def _candidates(self, hidden: Booleans, costs: Floats) -> Iterator[list[ComplementaryCells]]:
        """List the complementary cells that would prevent each disclosure, one after the other."""
        forest = spanning_forest(self.network, hidden)
        disclosed = self.disclosed(forest).tolist()
        if disclosed:
            yield [self._complement(costs, edge) for edge in disclosed]
        for relation, candidates in self.small_remainders(hidden):
            yield [self._enlarging(costs, hidden, relation, edge) for edge in candidates.tolist()]
        for _, candidates in self.small_intersections(hidden, forest):
            yield [self._with_complement(costs, edge) for edge in candidates.tolist()]
        shortfalls = self.shortfalls(hidden)
        if shortfalls:
            # most dimensions, fewest respondents and the first code come first
            yield [
                self._widening(costs, hidden, list(shortfalls), min(shortfalls, key=self.cost.item))
            ]

    def shortfalls(self, hidden: Booleans, among: Booleans | None = None) -> dict[int, float]:
        """Measure by how much feasibility intervals of suppressed edges are too narrow."""
        if self.bounds is None or not (self.shown(hidden)).any():
            return {}
        return shortfall_by_edge(self.network, hidden, self.bounds, among)

    def _widening(
        self, costs: Floats, hidden: Booleans, shortfalls: list[int], edge: int
    ) -> ComplementaryCells:
        """Find the cheapest cells that widen an edge's interval and leave few others narrow."""
        assert self.bounds is not None
        shown = self.shown(hidden)
        network = self.network
        nodes = connected_to(network, hidden, [int(network.tail[edge]), int(network.head[edge])])
        beside = shown & (nodes[network.tail] | nodes[network.head])
        candidates = [
            self._with_complement(costs, cell) for cell in np.flatnonzero(beside).tolist()
        ]
        total = self.bounds.total[shown]
        by_one_cell = _WIDENED_BY_ONE * float(total[total > 0].min(initial=np.inf))
        best = ComplementaryCells(float(costs[shown].sum()), tuple(np.flatnonzero(shown).tolist()))
        for complement in sorted(candidates, key=_cost_of):
            if complement.cost >= best.cost:
                break
            after = hidden.copy()
            after[list(complement.edges)] = True
            # suppressing more only widens intervals: no others than these can be too narrow
            among = after & ~hidden
            among[shortfalls] = True
            # an interval that stays too narrow costs about one cell more, or several
            cells_short = sum(
                1 + shortfall / by_one_cell for shortfall in self.shortfalls(after, among).values()
            )
            cost = complement.cost + cells_short * LOSS_OF_A_UNIT
            if cost < best.cost:
                best = ComplementaryCells(cost, complement.edges)
        return best

    def _complement(self, costs: Floats, edge: int) -> ComplementaryCells:
        """Find the cells that protect an edge; one that is large beside it costs a unit more.

        The small edge lets the large one move so little that a further cell must be suppressed
        with it (`feasibility_interval`).
        """
        large = self.respondents > _LARGE * self.respondents[edge]
        return cheapest_complementary_cells(
            self.network, np.where(large & (costs > 0), costs + LOSS_OF_A_UNIT, costs), edge
        )

    def _with_complement(self, costs: Floats, edge: int) -> ComplementaryCells:
        """Suppress an edge and what protects it; where figures do not add up, nothing may."""
        complement = self._complement(costs, edge)
        return ComplementaryCells(
            float(costs[edge]) + min(complement.cost, _NO_COMPLEMENT), (edge, *complement.edges)
        )

    def _enlarging(
        self, costs: Floats, hidden: Booleans, relation: AdditiveRelation, edge: int
    ) -> ComplementaryCells:
        """Suppress an edge to enlarge a remainder; one that stays too small costs a unit more."""
        complement = self._with_complement(costs, edge)
        after = hidden.copy()
        after[list(complement.edges)] = True
        remainder = relation.children[after[relation.children]]
        too_small = edge != relation.parent and not self._is_large_enough(remainder)
        return ComplementaryCells(complement.cost + too_small * LOSS_OF_A_UNIT, complement.edges)

    def small_remainders(self, hidden: Booleans) -> Iterator[tuple[AdditiveRelation, Integers]]:
        """Find shown parents whose suppressed children are too few, and which cells would help.

        Yields
        ------
        relation : AdditiveRelation
        candidates : ndarray of int
            Edges that would enlarge the remainder, or leave none: shown siblings and the parent.
        """
        shown = self.shown(hidden)
        for relation in self.network.relations:
            if not (shown | self.known)[relation.parent]:
                continue
            remainder = relation.children[hidden[relation.children]]
            if not len(remainder) or self._is_large_enough(remainder):
                continue
            # where no child is shown, nothing can be subtracted from the parent
            siblings = relation.children[shown[relation.children]]
            candidates = siblings if self.known[relation.parent] else [*siblings, relation.parent]
            if len(siblings) or (self.known[relation.children].any() and len(candidates)):
                yield relation, np.array(candidates, dtype=np.int64)

    def _is_large_enough(self, edges: Integers) -> bool:
        enough = self.respondents[edges].sum() >= self.minimum_remainder
        return bool(enough and self.network.units[edges].sum() >= self.network.minimum_units)

    def small_intersections(
        self, hidden: Booleans, forest: Forest
    ) -> Iterator[tuple[int, Integers]]:
        """Find intersections and differences of two cells that are small and follow.

        Yields
        ------
        row : int
            Of ``network.intersections``.
        candidates : ndarray of int
            Shown edges at the same nodes.
        """
        sums = self.network.intersections[:, forest.edges]
        n = sums @ self.respondents[forest.edges]
        small = np.flatnonzero((n > 0) & (n < self.minimum_remainder))
        small = small[~self._undivided_parents(hidden, forest, sums[small])]
        shown = self.shown(hidden)
        for row in small[forest.determined(sums[small])].tolist():
            ends = forest.edges[sums[row] > 0]
            nodes = np.union1d(self.network.tail[ends], self.network.head[ends])
            beside = np.isin(self.network.tail, nodes) | np.isin(self.network.head, nodes)
            if (shown & beside).any():
                yield row, np.flatnonzero(shown & beside)

    def _undivided_parents(self, hidden: Booleans, forest: Forest, sums: Integers) -> Booleans:
        """Say of each sum whether it is a published parent of which no child is published.

        Such a sum is one cell and no remainder: large enough by its own limit, or known already.
        """
        published = self.shown(hidden) | self.known
        undivided = np.zeros(len(sums), dtype=bool)
        for relation in self.network.relations:
            if published[relation.parent] and not published[relation.children].any():
                undivided |= (sums == np.isin(forest.edges, relation.children)).all(axis=1)
        return undivided


def _cost_of(complement: ComplementaryCells) -> float:
    return complement.cost
