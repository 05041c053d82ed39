"""Hide more cells until no hidden one follows from those that are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.network import Forest, side_of, spanning_forest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.network import Network


@dataclass(frozen=True, slots=True)
class Counts:
    """Respondents of every cell, once per figure that shares the decision.

    Attributes
    ----------
    n : ndarray of float, shape (n_cells, n_figures)
        Zero where a figure has no such cell.
    keep_empty : bool
        Whether a cell without respondents is a secret too (participation), or nothing at all.
    """

    n: Floats
    keep_empty: bool = False


def hide_secondary(
    networks: Sequence[Network],
    counts: Counts,
    hidden: Booleans,
    *,
    preferred: Booleans,
    remainder: int,
) -> Booleans:
    """Complete a suppression pattern.

    Parameters
    ----------
    networks : sequence of Network
        All ways in which the cells nest.
    counts : Counts
    hidden : ndarray of bool, shape (n_cells,)
        What is hidden already.
    preferred : ndarray of bool, shape (n_cells,)
        Cells that an earlier publication hid: they go first.
    remainder : int
        Respondents that the unpublished children of a published parent must have, if any.

    Returns
    -------
    ndarray of bool, shape (n_cells,)
        At least as much hidden.

    Notes
    -----
    anonymity-design.md 7.3 and 7.4. Each round hides one cell: the smallest shown sibling where a
    remainder is too small, else, in the combination that gives a hidden cell away, the one with
    most dimensions, fewest respondents, first in code order. It ends when nothing is left to mend.
    """
    hidden = hidden.copy()
    rounds = [
        _Round(network, part, preferred, remainder)
        for network in networks
        for part in _alike(network, counts)
    ]
    while True:
        before = int(hidden.sum())
        for one in rounds:
            one.complete(hidden)
        if int(hidden.sum()) == before:
            return hidden


def _alike(network: Network, counts: Counts) -> list[Counts]:
    """Part the figures by where they have respondents.

    An empty cell hides nothing: what covers a cell in one figure may leave it bare in another.
    """
    there = network.counts @ counts.n > 0
    _, part = np.unique(there, axis=1, return_inverse=True)
    return [
        Counts(counts.n[:, part == number], counts.keep_empty) for number in range(part.max() + 1)
    ]


class _Round:
    """One network with the respondents of its edges."""

    def __init__(
        self, network: Network, counts: Counts, preferred: Booleans, remainder: int
    ) -> None:
        respondents = network.counts @ counts.n
        self.network = network
        self.smallest = respondents.min(axis=1).clip(min=0)
        self.present = respondents.max(axis=1) > 0
        self.open = network.cell >= 0
        if counts.keep_empty:
            self.present |= self.open
        self.guarded = self._guarded()
        self.preferred = self.open & preferred[network.cell]
        self.remainder = remainder
        # most dimensions, hidden before, fewest respondents, code order: the first goes first
        order = np.lexsort((network.cell, self.smallest, ~self.preferred, -network.depth))
        self.turn = np.empty(len(order), dtype=np.int64)
        self.turn[order] = np.arange(len(order))

    def _guarded(self) -> Booleans:
        """Guard every edge but a rest that is all there is of its parent: it is the parent."""
        guarded = self.network.guarded.copy()
        for family in self.network.families:
            there = family.children[self.present[family.children]]
            if len(there) == 1 and not self.open[there[0]]:
                guarded[there] = False
        return guarded

    def complete(self, cells: Booleans) -> None:
        """Hide cells in place until this network gives nothing away."""
        hidden = self._edges(cells)
        while True:
            edge = self._next(hidden)
            if edge is None:
                return
            cells[self.network.cell[edge]] = True
            hidden = self._edges(cells)

    def _edges(self, cells: Booleans) -> Booleans:
        return self.present & (~self.open | cells[self.network.cell])

    def _next(self, hidden: Booleans) -> int | None:
        edge = self._thin_remainder(hidden)
        if edge is not None or not hidden.any():
            return edge
        forest = spanning_forest(self.network, hidden)
        edge = self._given_away(hidden, forest)
        return self._thin_crossing(hidden, forest) if edge is None else edge

    def _first(self, candidates: Integers) -> int | None:
        return int(candidates[self.turn[candidates].argmin()]) if len(candidates) else None

    def _shown(self, hidden: Booleans) -> Booleans:
        return self.present & self.open & ~hidden

    def _thin_remainder(self, hidden: Booleans) -> int | None:
        shown = self._shown(hidden)
        for family in self.network.families:
            if not shown[family.parent]:
                continue
            left = family.children[hidden[family.children]]
            if not len(left) or self._is_broad(left):
                continue
            # where no child is shown, nothing can be taken away from the parent
            siblings = family.children[shown[family.children]]
            if len(siblings):
                return self._first(siblings)
        return None

    def _is_broad(self, edges: Integers) -> bool:
        enough = self.smallest[edges].sum() >= self.remainder
        return bool(enough and self.network.breadth[edges].sum() >= self.network.parts)

    def _given_away(self, hidden: Booleans, forest: Forest) -> int | None:
        shown = self._shown(hidden)
        bridges = forest.bridges[self.guarded[forest.bridges]]
        for bridge in bridges[np.argsort(self.turn[bridges])].tolist():
            side = side_of(self.network, hidden, bridge)
            across = side[self.network.tail] != side[self.network.head]
            edge = self._first(np.flatnonzero(shown & across))
            if edge is not None:
                return edge
        return None

    def _thin_crossing(self, hidden: Booleans, forest: Forest) -> int | None:
        """Mend intersections and differences of two cells that are small and follow."""
        sums = self.network.crossings[:, forest.edges]
        n = sums @ self.smallest[forest.edges]
        thin = np.flatnonzero((n > 0) & (n < self.remainder))
        shown = self._shown(hidden)
        for row in thin[forest.determined(sums[thin])]:
            ends = forest.edges[sums[row] > 0]
            nodes = np.union1d(self.network.tail[ends], self.network.head[ends])
            beside = np.isin(self.network.tail, nodes) | np.isin(self.network.head, nodes)
            edge = self._first(np.flatnonzero(shown & beside))
            if edge is not None:
                return edge
        return None
