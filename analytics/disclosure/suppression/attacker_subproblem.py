"""Flows through hidden edges: how far one sum can move, and what stops it.

References
----------
Ford, L. R., Fulkerson, D. R. (1956). Maximal flow through a network. Canadian Journal of
Mathematics 8, 399-404.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.table.network import Network

DUST: Final = 1e-9  # what is left of a difference of floats, in parts of what it is taken from


@dataclass(frozen=True, slots=True)
class Flow:
    """The largest flow between two nodes.

    Attributes
    ----------
    amount : float
    before : frozenset of int
        Nodes on the near side of the full cut that stops it; none when all that was wanted came
        through.
    """

    amount: float
    before: frozenset[int] = frozenset()


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
        return self.fall(edge).amount, self.rise(edge).amount

    def fall(self, edge: int) -> Flow:
        """Let a hidden edge's sum fall as far as it can, no further than to the bottom."""
        return self._flow(edge, self.ends[edge], self.down[edge])

    def rise(self, edge: int) -> Flow:
        """Let a hidden edge's sum rise as far as it can, no further than to the top."""
        tail, head = self.ends[edge]
        return self._flow(edge, (head, tail), self.up[edge])

    def _flow(self, left_out: int, ends: tuple[int, int], wanted: float) -> Flow:
        """Push a flow from one node to another along shortest paths, no more than is wanted."""
        start, goal = ends
        room = {node: dict(beside) for node, beside in self.room.items()}
        tail, head = self.ends[left_out]
        room[tail][head] -= self.up[left_out]
        room[head][tail] -= self.down[left_out]
        # what is left of a difference of floats is no room
        least = DUST * max(wanted, 1.0)
        pushed = 0.0
        while wanted - pushed > least:
            before = _reached(room, start, goal, least)
            if goal not in before:
                return Flow(pushed, frozenset(before))
            path = _way(before, goal)
            amount = min(wanted - pushed, *(room[one][other] for one, other in path))
            for one, other in path:
                room[one][other] -= amount
                room[other][one] += amount
            pushed += amount
        return Flow(pushed)


def _reached(
    room: dict[int, dict[int, float]], start: int, goal: int, least: float
) -> dict[int, int]:
    """Walk breadth first where there is room, up to the goal: nodes, each with the one before."""
    before = {start: start}
    queue = [start]
    for node in queue:
        for other, left in room.get(node, {}).items():
            if left > least and other not in before:
                before[other] = node
                queue.append(other)
        if goal in before:
            break
    return before


def _way(before: Mapping[int, int], goal: int) -> list[tuple[int, int]]:
    path = []
    while before[goal] != goal:
        path.append((before[goal], goal))
        goal = before[goal]
    return path
