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

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.network import spanning_forest

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.network import Network

_DUST: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Room:
    """How far the sums of some figures can move, each edge by itself.

    Attributes
    ----------
    down, up : ndarray of float, shape (n_edges, n_figures)
        Room below and above the true sum.
    """

    down: Floats
    up: Floats

    @classmethod
    def of(cls, network: Network, weight: Floats, mean: Floats, top: Floats) -> Room:
        """Measure the room from weights and means of the cells.

        Parameters
        ----------
        network : Network
        weight, mean : ndarray of float, shape (n_cells, n_figures)
            0 where there is nobody.
        top : ndarray of float, shape (n_figures,)
            The largest mean; the smallest is 0.
        """
        most = np.maximum(network.counts @ weight, 0.0) * top
        # sums of floats may miss an end by their last bit
        down = np.clip(network.counts @ (weight * mean), 0.0, most)
        return cls(down, most - down)

    @property
    def total(self) -> Floats:
        """The whole range of each edge's sum, shape (n_edges, n_figures)."""
        return self.down + self.up


def bound(network: Network, hidden: Booleans, down: Floats, up: Floats, edge: int) -> Floats:
    """Find how far a hidden edge's sum can move while all shown sums stand still.

    Parameters
    ----------
    network : Network
    hidden : ndarray of bool, shape (n_edges,)
        Edges that are not shown, rests included.
    down, up : ndarray of float, shape (n_edges,)
        Room of each edge by itself, from its true sum.
    edge : int
        One of the hidden edges.

    Returns
    -------
    ndarray of float, shape (2,)
        How far it can fall and rise.
    """
    tail, head = int(network.tail[edge]), int(network.head[edge])
    others = [int(one) for one in np.flatnonzero(hidden) if one != edge]
    return np.array(
        [
            _flow(network, others, down, up, (tail, head), float(down[edge])),
            _flow(network, others, down, up, (head, tail), float(up[edge])),
        ]
    )


def _flow(
    network: Network,
    edges: list[int],
    down: Floats,
    up: Floats,
    ends: tuple[int, int],
    wanted: float,
) -> float:
    """Push a flow from one node to another along shortest paths, no more than is wanted."""
    start, goal = ends
    room: dict[int, dict[int, float]] = {}
    for edge in edges:
        tail, head = int(network.tail[edge]), int(network.head[edge])
        there, back = room.setdefault(tail, {}), room.setdefault(head, {})
        there[head] = there.get(head, 0.0) + float(up[edge])
        back[tail] = back.get(tail, 0.0) + float(down[edge])
    least = _DUST * max(wanted, 1.0)
    pushed = 0.0
    while wanted - pushed > least:
        path = _shortest(room, start, goal, least)
        if not path:
            break
        amount = min(wanted - pushed, *(room[one][other] for one, other in path))
        for one, other in path:
            room[one][other] -= amount
            room[other][one] = room[other].get(one, 0.0) + amount
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
    down, up = room.down[forest.edges], room.up[forest.edges]
    for cycle in forest.kernel:
        on = np.flatnonzero(cycle)
        along = (cycle[on] > 0)[:, np.newaxis]
        one = np.where(along, up[on], down[on]).min(axis=0)
        other = np.where(along, down[on], up[on]).min(axis=0)
        edges: Integers = forest.edges[on]
        found[edges] = np.maximum(found[edges], one + other)
    return found
