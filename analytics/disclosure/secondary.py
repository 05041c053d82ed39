"""Hide more cells until no hidden one follows from those that are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.bounds import Room, lacking
from analytics.disclosure.covers import Cover, cheapest_cover
from analytics.disclosure.network import reached_from, spanning_forest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.bounds import Sums
    from analytics.disclosure.network import Family, Forest, Network

# A price in one number, compared from the left: what readers lose, respondents, code order.
_LOSS: Final = 1e10
_RESPONDENT: Final = 1e4
_NO_COVER: Final = 1e14  # dearer than any cover
_SOME: Final = 0.2  # of its range that a cell hidden in addition lets others move, or so
_LARGE: Final = 5  # times as large: 100 points in the one are 20 in the other
A_UNIT: Final = 4 * _LOSS  # the price of a unit, whose worth in `tree` is four quarters


@dataclass(frozen=True, slots=True)
class Counts:
    """Respondents of every cell, once per figure that shares the decision.

    Attributes
    ----------
    n : ndarray of float, shape (n_cells, n_figures)
        Zero where a figure has no such cell.
    keep_empty : bool
        Whether a cell without respondents is a secret too (participation), or nothing at all.
    sums : Sums, optional
        Sums of the same figures, in the same order: with them no hidden cell may be bounded too
        closely; without, none may follow.
    known : ndarray of bool, shape (n_cells, n_figures), optional
        Cells that readers know already. They are as good as shown: none is hidden for another.
    """

    n: Floats
    keep_empty: bool = False
    sums: Sums | None = None
    known: Booleans | None = None

    def only(self, figures: Integers) -> Counts:
        """Take some of the figures."""
        return Counts(
            self.n[:, figures],
            self.keep_empty,
            self.sums and self.sums.only(figures),
            None if self.known is None else self.known[:, figures],
        )


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
        Cells that an earlier publication hid: they are cheaper than others.
    remainder : int
        Respondents that the unpublished children of a published parent must have, if any.

    Returns
    -------
    ndarray of bool, shape (n_cells,)
        At least as much hidden.

    Notes
    -----
    anonymity-design.md 7.3 and 7.4. First every cell that is given away, and every remainder that
    is too small, gets its cheapest cover, which serves regions and unit types together. Then each
    cell that was added is shown on trial, the rest is completed without it, and what costs less is
    kept: covers that were found one by one often make one another needless.
    """
    rounds = [
        Round(network, part, preferred, remainder)
        for network in networks
        for part in _alike(network, counts)
    ]
    price = np.zeros(len(hidden))
    for one in rounds:
        np.maximum.at(price, one.network.cell[one.open], one.price[one.open])
    start = hidden
    nothing = np.zeros(len(hidden), dtype=bool)
    found = start.copy()
    if not _complete(rounds, found, nothing):
        return found
    # once more with nothing dearer than a unit type, and with nothing dearer than a unit
    for most in (2 * A_UNIT, 1.1 * A_UNIT):
        trial, kept = start.copy(), (price > most) & ~start
        if (
            (found & kept).any()
            and _complete(rounds, trial, kept)
            and price[trial].sum() < price[found].sum()
        ):
            found = trial
    return _spare(rounds, start, found, price)


def bounded_closely(
    networks: Sequence[Network], counts: Counts, hidden: Booleans, *, preferred: Booleans
) -> bool:
    """Say whether a hidden cell is bounded too closely, by the sums of the counts."""
    if counts.sums is None:
        return False
    rounds = (
        Round(network, part, preferred, 0)
        for network in networks
        for part in _alike(network, counts)
    )
    return any(one.narrow(one.edges(hidden)) for one in rounds)


def _complete(rounds: Iterable[Round], cells: Booleans, kept: Booleans) -> bool:
    """Hide cells in place, none of those kept; say whether nothing is left to mend."""
    while True:
        before = int(cells.sum())
        done = [one.complete(cells, kept) for one in rounds]
        if int(cells.sum()) == before:
            return all(done)


def _spare(rounds: Sequence[Round], start: Booleans, found: Booleans, price: Floats) -> Booleans:
    """Show cells on trial, the dearest first, and keep each pattern that costs less."""
    tried = np.zeros(len(found), dtype=bool)
    while True:
        added = np.flatnonzero(found & ~start & ~tried)
        if not len(added):
            return found
        cell = int(added[price[added].argmax()])
        tried[cell] = True
        kept = np.zeros(len(found), dtype=bool)
        kept[cell] = True
        trial = found & ~kept
        # a cell that nothing covers any longer was there for the one on trial
        for one in rounds:
            one.release(trial, start)
        if _complete(rounds, trial, kept) and price[trial].sum() < price[found].sum():
            found = trial


def _alike(network: Network, counts: Counts) -> list[Counts]:
    """Part the figures by where they have respondents, and by what readers know of them.

    An empty or known cell hides nothing: what covers a cell in one figure may leave it bare in
    another.
    """
    there = network.counts @ counts.n > 0
    if counts.known is not None:
        there = np.vstack([there, counts.known])
    _, part = np.unique(there, axis=1, return_inverse=True)
    numbers = range(part.max() + 1)
    return [counts.only(np.flatnonzero(part == number)) for number in numbers]


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
        self.room = Room.of(network, counts.sums) if counts.sums else None
        # a quarter less for a cell that was hidden before
        loss = network.worth - (self.open & preferred[network.cell])
        place = np.argsort(np.argsort(network.cell, kind="stable"))
        self.price = loss * _LOSS + self.smallest * _RESPONDENT + place

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
            bare = self._bare(spanning_forest(self.network, hidden))
            bare = bare[added[bare]]
            if not len(bare):
                return
            cells[self.network.cell[bare]] = False

    def edges(self, cells: Booleans) -> Booleans:
        """Read hidden cells as hidden edges, rests included."""
        return self.present & (~self.open | cells[self.network.cell])

    def _bare(self, forest: Forest) -> Integers:
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
        bare = self._bare(forest).tolist()
        if bare:
            yield [self._cover(prices, edge) for edge in bare]
        for family, candidates in self._thin_remainders(hidden):
            yield [self._broader(prices, hidden, family, edge) for edge in candidates.tolist()]
        for candidates in self._thin_crossings(hidden, forest):
            yield [self._closed(prices, edge) for edge in candidates.tolist()]
        narrow = self.narrow(hidden)
        if narrow:
            # most dimensions, fewest respondents and the first code come first
            yield [self._freeing(prices, hidden, list(narrow), min(narrow, key=self.price.item))]

    def narrow(self, hidden: Booleans, among: Booleans | None = None) -> dict[int, float]:
        """Find hidden cells that are bounded too closely, and how much their sums lack."""
        if self.room is None or not (self.present & self.open & ~hidden).any():
            return {}
        return lacking(self.network, hidden, self.room, among)

    def _freeing(self, prices: Floats, hidden: Booleans, narrow: list[int], edge: int) -> Cover:
        """Find the cheapest cells beside an edge that free it, and leave little else narrow."""
        assert self.room is not None
        shown = self.present & self.open & ~hidden
        near = reached_from(self.network, hidden, edge)
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

    def _thin_remainders(self, hidden: Booleans) -> Iterator[tuple[Family, Integers]]:
        """Find shown parents whose hidden children are too few, and which cells would help."""
        shown = self.present & self.open & ~hidden
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

    def _thin_crossings(self, hidden: Booleans, forest: Forest) -> Iterator[Integers]:
        """Find intersections and differences of two cells that are small and follow."""
        sums = self.network.crossings[:, forest.edges]
        n = sums @ self.smallest[forest.edges]
        thin = np.flatnonzero((n > 0) & (n < self.remainder))
        shown = self.present & self.open & ~hidden
        for row in thin[forest.determined(sums[thin])]:
            ends = forest.edges[sums[row] > 0]
            nodes = np.union1d(self.network.tail[ends], self.network.head[ends])
            beside = np.isin(self.network.tail, nodes) | np.isin(self.network.head, nodes)
            if (shown & beside).any():
                yield np.flatnonzero(shown & beside)


def _price_of(cover: Cover) -> float:
    return cover.price
