"""A linked table: one network of cells with some figures, and what its suppressed cells disclose.

The tables of a wave are linked: they share cells. Each network of the hierarchy, with figures that
have the same respondents, is one of them. Four kinds of disclosure are looked for, in this order: a
cell that follows exactly, a remainder that is too small, a small intersection that follows, and a
feasibility interval narrower than the protection level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.suppression.feasibility_interval import (
    ExternalBounds,
    largest_shortfall_at_least,
    protection_shortfalls,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.arrays import Booleans, Integers
    from analytics.disclosure.suppression.complementary_cells import ComplementaryCells
    from analytics.disclosure.suppression.counts import CellCounts
    from analytics.disclosure.table.network import AdditiveRelation, CellNetwork, Forest

# The cost of suppressing a cell is one number, in which these decide one after the other: the
# information lost (in quarters of a unit), then the respondents, then the order of codes.
LOSS_UNIT: Final = 1e10
_RESPONDENT: Final = 1e4
_CLEARLY: Final = 1 + 1e-9  # more than what adding floats in another order makes


class LinkedTable:
    """A network of cells with the respondents of some figures.

    Parameters
    ----------
    network : CellNetwork
    counts : CellCounts
        Of figures that have respondents in the same cells.
    preferred : ndarray of bool, shape (n_cells,)
        Cells that an earlier publication suppressed: they cost less.
    minimum_remainder : int
        Respondents that the suppressed children of a shown parent must have together.
    in_bulk : bool
        Whether all narrow intervals are widened at once, and not each as cheaply as can be.

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
    in_bulk : bool
    completed : dict of bytes to ComplementaryCells or None
        What comes next for each pattern that was met (`completion`).
    """

    def __init__(
        self,
        network: CellNetwork,
        counts: CellCounts,
        preferred: Booleans,
        minimum_remainder: int,
        *,
        in_bulk: bool = False,
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
        self.in_bulk = in_bulk
        self.completed: dict[bytes, ComplementaryCells | None] = {}
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

    def hidden_edges(self, cells: Booleans) -> Booleans:
        """Translate a pattern of cells into suppressed edges, remainders included."""
        return self.present & (~self.is_cell | cells[self.network.cell])

    def shown(self, hidden: Booleans) -> Booleans:
        """Mark the edges that are cells, have respondents and are not suppressed."""
        return self.present & self.is_cell & ~hidden

    def disclosed(self, forest: Forest) -> Integers:
        """List the suppressed edges that follow exactly from what is shown."""
        return forest.bridges[self.protected[forest.bridges]]

    def shortfalls(self, hidden: Booleans) -> dict[int, float]:
        """Measure by how much feasibility intervals of suppressed edges are too narrow."""
        largest: dict[int, float] = {}
        if self.bounds is None or not self.shown(hidden).any():
            return largest
        for candidate in protection_shortfalls(self.network, hidden, self.bounds):
            largest[candidate.edge] = max(candidate.shortfall, largest.get(candidate.edge, 0.0))
        return largest

    def cells_short(
        self, hidden: Booleans, among: Booleans, by_one_cell: float, most: float
    ) -> float:
        """Say how many more cells the intervals of some edges lack, about.

        An interval that is too narrow lacks one cell, and one more for each ``by_one_cell`` of its
        shortfall, of the figure that lacks most. Where that makes more than ``most``, it is left
        at that: any number above is as good.
        """
        if self.bounds is None or not self.shown(hidden).any():
            return 0.0
        certain = largest_shortfall_at_least(self.network, hidden, self.bounds, among)
        lacking = float((1 + certain / by_one_cell)[certain > 0].sum())
        if lacking > most * _CLEARLY:
            return lacking
        largest: dict[int, float] = {}
        lacking = 0.0
        for candidate in protection_shortfalls(self.network, hidden, self.bounds, among):
            lacks = 1 + candidate.shortfall / by_one_cell
            lacking += max(lacks - largest.get(candidate.edge, 0.0), 0.0)
            largest[candidate.edge] = max(lacks, largest.get(candidate.edge, 0.0))
            if lacking > most * _CLEARLY:
                return lacking
        return sum(largest.values())

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
            if not len(remainder) or self.is_large_enough(remainder):
                continue
            # where no child is shown, nothing can be subtracted from the parent
            siblings = relation.children[shown[relation.children]]
            candidates = siblings if self.known[relation.parent] else [*siblings, relation.parent]
            if len(siblings) or (self.known[relation.children].any() and len(candidates)):
                yield relation, np.array(candidates, dtype=np.int64)

    def is_large_enough(self, edges: Integers) -> bool:
        """Say whether edges can be a remainder: enough respondents in enough units."""
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
