"""Find what gives a hidden cell away in one network, and the cheapest cells to hide against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.suppression.complementary_cells import Cover, cheapest_cover
from analytics.disclosure.suppression.feasibility_interval import Room, lacking
from analytics.disclosure.table.network import reached_from, spanning_forest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.suppression.counts import Counts
    from analytics.disclosure.table.network import Family, Forest, Network

# A price in one number, compared from the left: what readers lose, respondents, code order.
LOSS: Final = 1e10
_RESPONDENT: Final = 1e4
_NO_COVER: Final = 1e14  # dearer than any cover
_SOME: Final = 0.2  # of its range that a cell hidden in addition lets others move, or so
_LARGE: Final = 5  # times as large: 100 points in the one are 20 in the other
A_UNIT: Final = 4 * LOSS  # the price of a unit, whose worth in `tree` is four quarters


def complete(rounds: Iterable[Round], cells: Booleans, kept: Booleans) -> bool:
    """Hide cells in place, none of those kept; say whether nothing is left to mend."""
    while True:
        before = int(cells.sum())
        done = [one.complete(cells, kept) for one in rounds]
        if int(cells.sum()) == before:
            return all(done)


class Round:
    """One network with the respondents of its edges.

    Attributes
    ----------
    smallest : ndarray of float, shape (n_edges,)
        Respondents of each edge, the fewest of any figure.
    present : ndarray of bool, shape (n_edges,)
        Edges with anything to hide.
    open : ndarray of bool, shape (n_edges,)
        Edges that are cells and can be shown.
    known : ndarray of bool, shape (n_edges,)
        Cells that readers know already; there is nothing to hide.
    price : ndarray of float, shape (n_edges,)
        What hiding an edge costs.
    """

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
        self.known = np.zeros(len(self.open), dtype=bool)
        if counts.known is not None:
            self.known = self.open & self.present & counts.known.all(axis=1)[network.cell]
        self.present &= ~self.known
        self.remainder = remainder
        self.room = Room.of(network, counts.sums, self.guarded) if counts.sums else None
        # a quarter less for a cell that was hidden before
        loss = network.worth - (self.open & preferred[network.cell])
        place = np.argsort(np.argsort(network.cell, kind="stable"))
        self.price = loss * LOSS + self.smallest * _RESPONDENT + place

    def _guarded(self) -> Booleans:
        """Guard every edge but a rest that is all there is of its parent: it is the parent."""
        guarded = self.network.guarded.copy()
        for family in self.network.families:
            there = family.children[self.present[family.children]]
            if len(there) == 1 and not self.open[there[0]]:
                guarded[there] = False
        return guarded

    def complete(self, cells: Booleans, kept: Booleans) -> bool:
        """Hide cells in place until this network gives nothing away, if that can be."""
        while True:
            hidden = self.edges(cells)
            prices = np.where(self.present & self.open, self.price, np.inf)
            prices[self.open & kept[self.network.cell]] = np.inf
            prices[hidden] = 0.0
            found = self._mend(hidden, prices)
            if found is None:
                return True
            # edges that are hidden already belong to no cell or to a hidden one
            new = [edge for edge in found.edges if not hidden[edge]]
            if not new or not np.isfinite(found.price):
                return False
            cells[self.network.cell[new]] = True

    def release(self, cells: Booleans, start: Booleans) -> None:
        """Show cells in place that were added and that nothing covers."""
        while True:
            hidden = self.edges(cells)
            added = self.open & ~start[self.network.cell]
            bare = self.bare(spanning_forest(self.network, hidden))
            bare = bare[added[bare]]
            if not len(bare):
                return
            cells[self.network.cell[bare]] = False

    def edges(self, cells: Booleans) -> Booleans:
        """Read hidden cells as hidden edges, rests included."""
        return self.present & (~self.open | cells[self.network.cell])

    def shown(self, hidden: Booleans) -> Booleans:
        """Mark the edges that are cells, have respondents and are not hidden."""
        return self.present & self.open & ~hidden

    def bare(self, forest: Forest) -> Integers:
        """List the hidden edges that follow."""
        return forest.bridges[self.guarded[forest.bridges]]

    def _mend(self, hidden: Booleans, prices: Floats) -> Cover | None:
        """Find the next cells to hide; None when nothing is given away."""
        if not hidden.any():
            return None
        stuck = None
        for covers in self._choices(hidden, prices):
            best = min(covers, key=_price_of)
            if np.isfinite(best.price):
                return best
            stuck = best
        return stuck

    def _choices(self, hidden: Booleans, prices: Floats) -> Iterator[list[Cover]]:
        """List what would mend each thing that is given away, bare cells first."""
        forest = spanning_forest(self.network, hidden)
        bare = self.bare(forest).tolist()
        if bare:
            yield [self._cover(prices, edge) for edge in bare]
        for family, candidates in self.thin_remainders(hidden):
            yield [self._broader(prices, hidden, family, edge) for edge in candidates.tolist()]
        for _, candidates in self.thin_crossings(hidden, forest):
            yield [self._closed(prices, edge) for edge in candidates.tolist()]
        narrow = self.narrow(hidden)
        if narrow:
            # most dimensions, fewest respondents and the first code come first
            yield [self._freeing(prices, hidden, list(narrow), min(narrow, key=self.price.item))]

    def narrow(self, hidden: Booleans, among: Booleans | None = None) -> dict[int, float]:
        """Find hidden cells that are bounded too closely, and how much their sums lack."""
        if self.room is None or not (self.shown(hidden)).any():
            return {}
        return lacking(self.network, hidden, self.room, among)

    def _freeing(self, prices: Floats, hidden: Booleans, narrow: list[int], edge: int) -> Cover:
        """Find the cheapest cells beside an edge that free it, and leave little else narrow."""
        assert self.room is not None
        shown = self.shown(hidden)
        near = reached_from(
            self.network, hidden, [int(self.network.tail[edge]), int(self.network.head[edge])]
        )
        beside = shown & (near[self.network.tail] | near[self.network.head])
        choices = [self._closed(prices, one) for one in np.flatnonzero(beside).tolist()]
        total = self.room.total[shown]
        some = _SOME * float(total[total > 0].min(initial=np.inf))
        best = Cover(float(prices[shown].sum()), tuple(np.flatnonzero(shown).tolist()))
        for cover in sorted(choices, key=_price_of):
            if cover.price >= best.price:
                break
            after = hidden.copy()
            after[list(cover.edges)] = True
            # the more is hidden, the more room each cell has: only these can be narrow
            among = after & ~hidden
            among[narrow] = True
            # what is still narrow costs about one more, and more where it lacks much
            short = sum(1 + lacks / some for lacks in self.narrow(after, among).values())
            if cover.price + short * A_UNIT < best.price:
                best = Cover(cover.price + short * A_UNIT, cover.edges)
        return best

    def _cover(self, prices: Floats, edge: int) -> Cover:
        """Find a cover; a cell that is large beside the one it covers costs a unit more.

        The small one lets it move so little that something else must be hidden with it (`bounds`).
        """
        large = self.smallest > _LARGE * self.smallest[edge]
        return cheapest_cover(
            self.network, np.where(large & (prices > 0), prices + A_UNIT, prices), edge
        )

    def _closed(self, prices: Floats, edge: int) -> Cover:
        """Hide an edge with its cover, or without where figures that do not add up leave none."""
        cover = self._cover(prices, edge)
        return Cover(float(prices[edge]) + min(cover.price, _NO_COVER), (edge, *cover.edges))

    def _broader(self, prices: Floats, hidden: Booleans, family: Family, edge: int) -> Cover:
        """Hide an edge so that a remainder grows; one that is still too small costs a unit more."""
        cover = self._closed(prices, edge)
        after = hidden.copy()
        after[list(cover.edges)] = True
        left = family.children[after[family.children]]
        still = edge != family.parent and not self._is_broad(left)
        return Cover(cover.price + still * A_UNIT, cover.edges)

    def thin_remainders(self, hidden: Booleans) -> Iterator[tuple[Family, Integers]]:
        """Find shown parents whose hidden children are too few, and which cells would help."""
        shown = self.shown(hidden)
        for family in self.network.families:
            if not (shown | self.known)[family.parent]:
                continue
            left = family.children[hidden[family.children]]
            if not len(left) or self._is_broad(left):
                continue
            # where no child is shown, nothing can be taken away from the parent
            siblings = family.children[shown[family.children]]
            candidates = siblings if self.known[family.parent] else [*siblings, family.parent]
            if len(siblings) or (self.known[family.children].any() and len(candidates)):
                yield family, np.array(candidates, dtype=np.int64)

    def _is_broad(self, edges: Integers) -> bool:
        enough = self.smallest[edges].sum() >= self.remainder
        return bool(enough and self.network.breadth[edges].sum() >= self.network.parts)

    def thin_crossings(self, hidden: Booleans, forest: Forest) -> Iterator[tuple[int, Integers]]:
        """Find intersections and differences of two cells that are small and follow."""
        sums = self.network.crossings[:, forest.edges]
        n = sums @ self.smallest[forest.edges]
        thin = np.flatnonzero((n > 0) & (n < self.remainder))
        thin = thin[~self._wholes(hidden, forest, sums[thin])]
        shown = self.shown(hidden)
        for row in thin[forest.determined(sums[thin])].tolist():
            ends = forest.edges[sums[row] > 0]
            nodes = np.union1d(self.network.tail[ends], self.network.head[ends])
            beside = np.isin(self.network.tail, nodes) | np.isin(self.network.head, nodes)
            if (shown & beside).any():
                yield row, np.flatnonzero(shown & beside)

    def _wholes(self, hidden: Booleans, forest: Forest, sums: Integers) -> Booleans:
        """Say of each sum whether it is a parent of which no child is told: one cell, not a rest.

        That one is large enough by its own limit, or is known already.
        """
        told = self.shown(hidden) | self.known
        whole = np.zeros(len(sums), dtype=bool)
        for family in self.network.families:
            if told[family.parent] and not told[family.children].any():
                whole |= (sums == np.isin(forest.edges, family.children)).all(axis=1)
        return whole


def _price_of(cover: Cover) -> float:
    return cover.price
