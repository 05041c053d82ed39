"""How closely a hidden mean can be bounded from what is shown.

A hidden cell that does not follow from the shown ones may still be known within a point: beside a
large hidden sibling a small one moves it little, and where a remainder is all but 100 each of its
parts is. Draw the sums of all answers (mean times weight) as flows over the network of `network`:
shown cells stand still, a hidden cell of weight W carries from 0 to 100 W, and at each node what
flows in flows out. The bounds of a hidden cell are then a linear programme whose optimum is a
maximal flow through the other hidden cells, from one end of its edge to the other.

The reader is granted more than is published: the shown figures before rounding, every count and
every weight. Figures that repeat a shown one in other digits (its interval, a change, the parts of
an index) can therefore add nothing.

References
----------
Fischetti, M., Salazar, J. J. (2001). Solving the cell suppression problem on tabular data with
linear constraints. Management Science 47, 1008-1027.
Ford, L. R., Fulkerson, D. R. (1956). Maximal flow through a network. Canadian Journal of
Mathematics 8, 399-404.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.display_limits import NARROWEST, SURE_SHARE
from analytics.disclosure.network import spanning_forest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.grid import Grid
    from analytics.disclosure.network import Network

_DUST: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of answers of every cell, on a scale where everybody at the top adds a whole weight.

    Attributes
    ----------
    weight : ndarray of float, shape (n_cells, n_figures)
        Sum of weights; 0 where there is nobody.
    mean : ndarray of float, shape (n_cells, n_figures)
        From 0, the bottom of the scale, to 1, its top.
    share : ndarray of bool, shape (n_figures,)
        Whether the figure is a share and judged from above only.
    adds_up : ndarray of bool, shape (n_figures,)
        Whether the sums of a cell's parts make its own.
    must : ndarray of bool, shape (n_cells, n_figures)
        Whether the cell must be free when it is hidden.
    known : ndarray of bool, shape (n_cells, n_figures)
        Cells that an earlier publication of the same responses showed: hidden or not, they stand
        still.
    """

    weight: Floats
    mean: Floats
    share: Booleans
    adds_up: Booleans
    must: Booleans
    known: Booleans

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        grid: Grid,
        *,
        indices: Iterable[str],
        must: Booleans,
        known: Booleans,
    ) -> Sums:
        """Lay out the means and shares of an `EstimateTable`; composed indices add up to nothing.

        Parameters
        ----------
        frame : DataFrame
        grid : Grid
            The same rows laid out.
        indices : iterable of str
            Indices that are made of scales.
        must, known : ndarray of bool, shape (n_cells, n_figures)
        """
        statistic = grid.figures["statistic"].to_numpy(dtype=object)
        share = statistic == "share"
        # a band tells no number, and a balance has no row where it is hidden
        adds_up = share | (statistic == "mean")
        adds_up &= ~grid.figures["measure"].isin(set(indices)).to_numpy(dtype=bool)
        weight, mean = (_laid_out(grid, frame[name]) for name in ("weight", "mean"))
        return cls(weight, np.where(share, mean, mean / 100), share, adds_up, must, known)

    def only(self, figures: Sequence[int] | Integers) -> Sums:
        """Take some of the figures."""
        return Sums(
            self.weight[:, figures], self.mean[:, figures], self.share[figures],
            self.adds_up[figures], self.must[:, figures], self.known[:, figures],
        )  # fmt: skip

    def centred(self) -> Sums:
        """Put every mean in the middle, as far from both ends as can be."""
        return replace(self, mean=np.full_like(self.mean, 0.5))


def _laid_out(grid: Grid, values: pd.Series[float]) -> Floats:
    found = np.zeros(grid.n.shape)
    known = grid.cell >= 0
    exact = np.nan_to_num(values.to_numpy(dtype=np.float64))
    found[grid.cell[known], grid.figure[known]] = exact[known]
    return found


@dataclass(frozen=True, slots=True)
class Room:
    """How far the sums of some figures can move, each edge by itself.

    Attributes
    ----------
    down, up : ndarray of float, shape (n_edges, n_figures)
        Room below and above the true sum.
    share : ndarray of bool, shape (n_figures,)
        As in `Sums`.
    must : ndarray of bool, shape (n_edges, n_figures)
        Edges that must be free when they are hidden; a rest never must.
    """

    down: Floats
    up: Floats
    share: Booleans
    must: Booleans

    @classmethod
    def of(cls, network: Network, sums: Sums) -> Room:
        """Measure the room of a network's edges."""
        most = np.maximum(network.counts @ sums.weight, 0.0)
        # sums of floats may miss an end by their last bit
        down = np.clip(network.counts @ (sums.weight * sums.mean), 0.0, most)
        cells = (network.cell >= 0)[:, np.newaxis]
        moves = ~(cells & sums.known[network.cell])
        must = cells & moves & sums.must[network.cell]
        return cls(down * moves, (most - down) * moves, sums.share, must)

    @property
    def total(self) -> Floats:
        """The whole range of each edge's sum, shape (n_edges, n_figures)."""
        return self.down + self.up


def lacking(
    network: Network, hidden: Booleans, room: Room, among: Booleans | None = None
) -> dict[int, float]:
    """Find hidden edges that are bounded too closely.

    Parameters
    ----------
    network : Network
    hidden : ndarray of bool, shape (n_edges,)
        Edges that are not shown, rests included.
    room : Room
    among : ndarray of bool, shape (n_edges,), optional
        The edges to look at; all of them when left out.

    Returns
    -------
    dict of int to float
        How much further the sum of each such edge would have to move, in the figure that lacks
        most. A mean must be free by 20 points on 0-100 (anonymity-design.md 7.4). A share is judged
        from above only: that all but a few of a hidden cell gave one answer must not follow. That
        hardly anybody gave it is what every rare answer says, in hidden and shown cells alike.
    """
    own = (hidden if among is None else hidden & among)[:, np.newaxis] & room.must
    if not own.any():
        return {}
    total = room.total
    clear = np.where(
        room.share,
        room.down <= SURE_SHARE * total,
        sure_to_move(network, hidden, room) >= NARROWEST * total * (1 - _DUST),
    )
    found: dict[int, float] = {}
    doubtful = own & ~clear
    for figure in np.flatnonzero(doubtful.any(axis=0)).tolist():
        arcs = Arcs.of(network, hidden, room.down[:, figure], room.up[:, figure])
        for edge in np.flatnonzero(doubtful[:, figure]).tolist():
            whole = float(total[edge, figure])
            fall, rise = arcs.bound(edge)
            if room.share[figure]:
                lacks = float(room.down[edge, figure]) - fall - SURE_SHARE * whole
            else:
                lacks = NARROWEST * whole - fall - rise
            if lacks > _DUST * whole:
                found[edge] = max(lacks, found.get(edge, 0.0))
    return found


@dataclass(frozen=True, slots=True)
class Arcs:
    """The hidden edges of one figure, with the room that they leave in either direction.

    Attributes
    ----------
    ends : Mapping of int to (int, int)
        Tail and head of each hidden edge.
    down, up : Mapping of int to float
        Room of each hidden edge by itself, from its true sum.
    room : Mapping of int to Mapping of int to float
        From node to node, over all edges between them.
    """

    ends: Mapping[int, tuple[int, int]]
    down: Mapping[int, float]
    up: Mapping[int, float]
    room: Mapping[int, Mapping[int, float]]

    @classmethod
    def of(cls, network: Network, hidden: Booleans, down: Floats, up: Floats) -> Arcs:
        """Lay the hidden edges out.

        Parameters
        ----------
        network : Network
        hidden : ndarray of bool, shape (n_edges,)
            Edges that are not shown, rests included.
        down, up : ndarray of float, shape (n_edges,)
        """
        edges = np.flatnonzero(hidden)
        ends, room = {}, dict[int, dict[int, float]]()
        fall, rise = {}, {}
        columns = (edges, network.tail[edges], network.head[edges], down[edges], up[edges])
        for edge, tail, head, below, above in zip(*(c.tolist() for c in columns), strict=True):
            ends[edge], fall[edge], rise[edge] = (tail, head), below, above
            there, back = room.setdefault(tail, {}), room.setdefault(head, {})
            there[head] = there.get(head, 0.0) + above
            back[tail] = back.get(tail, 0.0) + below
        return cls(ends, fall, rise, room)

    def bound(self, edge: int) -> tuple[float, float]:
        """Find how far a hidden edge's sum can fall and rise while all shown sums stand still."""
        tail, head = self.ends[edge]
        return (
            self._flow(edge, (tail, head), self.down[edge]),
            self._flow(edge, (head, tail), self.up[edge]),
        )

    def _flow(self, left_out: int, ends: tuple[int, int], wanted: float) -> float:
        """Push a flow from one node to another along shortest paths, no more than is wanted."""
        start, goal = ends
        room = {node: dict(beside) for node, beside in self.room.items()}
        tail, head = self.ends[left_out]
        room[tail][head] -= self.up[left_out]
        room[head][tail] -= self.down[left_out]
        # what is left of a difference of floats is no room
        least = _DUST * max(wanted, 1.0)
        pushed = 0.0
        while wanted - pushed > least:
            path = _shortest(room, start, goal, least)
            if not path:
                break
            amount = min(wanted - pushed, *(room[one][other] for one, other in path))
            for one, other in path:
                room[one][other] -= amount
                room[other][one] += amount
            pushed += amount
        return pushed


def _shortest(
    room: dict[int, dict[int, float]], start: int, goal: int, least: float
) -> list[tuple[int, int]]:
    """Walk breadth first where there is room; an empty list when the goal is out of reach."""
    before = {start: start}
    queue = [start]
    for node in queue:
        for other, left in room.get(node, {}).items():
            if left > least and other not in before:
                before[other] = node
                queue.append(other)
        if goal in before:
            break
    else:
        return []
    path = []
    while goal != start:
        path.append((before[goal], goal))
        goal = before[goal]
    return path


def sure_to_move(network: Network, hidden: Booleans, room: Room) -> Floats:
    """Find a distance that each edge can surely move, without solving anything.

    Parameters
    ----------
    network : Network
    hidden : ndarray of bool, shape (n_edges,)
    room : Room

    Returns
    -------
    ndarray of float, shape (n_edges, n_figures)
        The longest move along one of a basis of cycles; a lower bound of what `bound` finds.
    """
    forest = spanning_forest(network, hidden)
    found = np.zeros(room.down.shape)
    if not len(forest.kernel):
        return found
    way = forest.kernel[:, :, np.newaxis]
    down, up = room.down[forest.edges], room.up[forest.edges]
    one = np.where(way > 0, up, np.where(way < 0, down, np.inf)).min(axis=1)
    other = np.where(way > 0, down, np.where(way < 0, up, np.inf)).min(axis=1)
    moves = np.where(way != 0, (one + other)[:, np.newaxis], 0.0)
    found[forest.edges] = moves.max(axis=0)
    return found
