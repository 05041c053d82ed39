"""The attacker's subproblems: the least and the most that a suppressed total can be.

An attacker knows every shown total and that each suppressed one lies between its external bounds.
On a network the two linear programmes for one suppressed edge, minimise it and maximise it, are
maximum flows through the other suppressed edges between its two ends; where the flow is stopped by
a minimum cut, that cut is what the edge lacks.

References
----------
Fischetti, M., Salazar, J. J. (2001). Solving the cell suppression problem on tabular data with
linear constraints. Management Science 47, 1008-1027.
Ford, L. R., Fulkerson, D. R. (1956). Maximal flow through a network. Canadian Journal of
Mathematics 8, 399-404.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.table.network import CellNetwork

DUST: Final = 1e-9  # what is left of a difference of floats, in parts of what it is taken from


@dataclass(frozen=True, slots=True)
class MaximumFlow:
    """The maximum flow between two nodes.

    Attributes
    ----------
    amount : float
    source_side : frozenset of int
        Nodes on the source's side of a minimum cut; none when the flow reaches the external bound.
    """

    amount: float
    source_side: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class AttackerSubproblem:
    """The suppressed edges of one figure, with their capacities in either direction.

    Attributes
    ----------
    ends : Mapping of int to (int, int)
        Tail and head of each suppressed edge.
    lower, upper : Mapping of int to float
        Distance of each suppressed total to its external bounds.
    capacity : Mapping of int to Mapping of int to float
        From node to node, over all suppressed edges between them.
    """

    ends: Mapping[int, tuple[int, int]]
    lower: Mapping[int, float]
    upper: Mapping[int, float]
    capacity: Mapping[int, Mapping[int, float]]

    @classmethod
    def of(
        cls, network: CellNetwork, hidden: Booleans, lower: Floats, upper: Floats
    ) -> AttackerSubproblem:
        """Collect the capacities of the suppressed edges.

        Parameters
        ----------
        network : CellNetwork
        hidden : ndarray of bool, shape (n_edges,)
            Suppressed edges, remainders included.
        lower, upper : ndarray of float, shape (n_edges,)
            Distances to the external bounds.
        """
        edges = np.flatnonzero(hidden)
        ends, capacity = {}, dict[int, dict[int, float]]()
        below, above = {}, {}
        columns = (edges, network.tail[edges], network.head[edges], lower[edges], upper[edges])
        for edge, tail, head, down, up in zip(*(c.tolist() for c in columns), strict=True):
            ends[edge], below[edge], above[edge] = (tail, head), down, up
            forwards, backwards = capacity.setdefault(tail, {}), capacity.setdefault(head, {})
            forwards[head] = forwards.get(head, 0.0) + up
            backwards[tail] = backwards.get(tail, 0.0) + down
        return cls(ends, below, above, capacity)

    def interval(self, edge: int) -> tuple[float, float]:
        """Find how far below and above its true value a suppressed total may lie."""
        return self.decrease(edge).amount, self.increase(edge).amount

    def decrease(self, edge: int, enough: float = math.inf) -> MaximumFlow:
        """Minimise a suppressed total: how far below its true value it may lie.

        The flow is followed until it is larger than ``enough``, and no further.
        """
        return self._flow(edge, self.ends[edge], self.lower[edge], enough)

    def increase(self, edge: int, enough: float = math.inf) -> MaximumFlow:
        """Maximise a suppressed total: how far above its true value it may lie; see `decrease`."""
        tail, head = self.ends[edge]
        return self._flow(edge, (head, tail), self.upper[edge], enough)

    def _flow(
        self, excluded: int, ends: tuple[int, int], bound: float, enough: float
    ) -> MaximumFlow:
        """Augment a flow along shortest paths up to a limit, without the edge itself.

        scipy's maximum flow takes whole-number capacities alone; those here are sums of weights.
        """
        source, sink = ends
        capacity = {node: dict(heads) for node, heads in self.capacity.items()}
        tail, head = self.ends[excluded]
        capacity[tail][head] -= self.upper[excluded]
        capacity[head][tail] -= self.lower[excluded]
        # what is left of a difference of floats is no capacity
        least = DUST * max(bound, 1.0)
        limit = min(bound, enough + 2 * least)
        flow = 0.0
        while limit - flow > least:
            parent = _search(capacity, source, sink, least)
            if sink not in parent:
                return MaximumFlow(flow, frozenset(parent))
            path = _path(parent, sink)
            amount = min(limit - flow, *(capacity[tail][head] for tail, head in path))
            for tail, head in path:
                capacity[tail][head] -= amount
                capacity[head][tail] += amount
            flow += amount
        return MaximumFlow(flow)


def _search(
    capacity: dict[int, dict[int, float]], source: int, sink: int, least: float
) -> dict[int, int]:
    """Search breadth first where capacity is left, until the sink: each node with its parent."""
    parent = {source: source}
    queue = [source]
    for node in queue:
        for head, residual in capacity.get(node, {}).items():
            if residual > least and head not in parent:
                parent[head] = node
                queue.append(head)
        if sink in parent:
            break
    return parent


def _path(parent: Mapping[int, int], node: int) -> list[tuple[int, int]]:
    path = []
    while parent[node] != node:
        path.append((parent[node], node))
        node = parent[node]
    return path
