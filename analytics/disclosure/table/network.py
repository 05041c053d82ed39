r"""Domains as a network, so that what follows from what is seen exactly.

Respondents are counted twice over: agency, region, unit, and agency, unit type, unit. Draw every
cell as an edge (agency to region, region to unit's type, type back to the agency): at each node
what flows in flows out. A hidden cell then follows from the published ones exactly when its edge is
a bridge of the graph of hidden edges, and a sum of hidden cells exactly when it is orthogonal to
every cycle of that graph. All of it is whole-number arithmetic.

References
----------
Gusfield, D. (1988). A graph theoretic approach to statistical data security. SIAM Journal on
Computing 17, 552-571.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats, Integers


@dataclass(frozen=True, slots=True)
class Family:
    """A parent and the edges that make it up.

    Attributes
    ----------
    parent : int
        Edge of the parent.
    children : ndarray of int
        Edges of the children, rests included.
    """

    parent: int
    children: Integers


@dataclass(frozen=True, slots=True)
class Network:
    """One set of respondents, cut in up to two ways.

    Attributes
    ----------
    cell : ndarray of int, shape (n_edges,)
        Position of the edge's cell among all cells; -1 for a rest, which is never shown.
    tail, head : ndarray of int, shape (n_edges,)
        Nodes.
    counts : ndarray of float, shape (n_edges, n_cells)
        ``counts @ n`` gives the respondents of each edge from those of the cells.
    depth : ndarray of int, shape (n_edges,)
        How many ways the cell is cut: 0 the whole, larger below.
    worth : ndarray of int, shape (n_edges,)
        What readers lose with the cell, in quarters of a unit.
    breadth : ndarray of int, shape (n_edges,)
        How many units the edge counts for in a remainder.
    guarded : ndarray of bool, shape (n_edges,)
        Whether the edge must not follow from others when it is hidden.
    listed : ndarray of bool, shape (n_edges,)
        Rests whose people the register lists: those of small units, counted with their region.
    families : tuple of Family
        Parents with their children.
    crossings : ndarray of int, shape (n_sets, n_edges)
        0/1 rows: intersections and differences of two cells that may overlap, a region and a
        unit type.
    parts : int
        Units that a remainder must span.
    """

    cell: Integers
    tail: Integers
    head: Integers
    counts: Floats
    depth: Integers
    worth: Integers
    breadth: Integers
    guarded: Booleans
    listed: Booleans
    families: tuple[Family, ...]
    crossings: Integers
    parts: int

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return int(max(self.tail.max(initial=0), self.head.max(initial=0))) + 1


@dataclass(frozen=True, slots=True)
class Forest:
    """A spanning forest of the hidden edges.

    Attributes
    ----------
    edges : ndarray of int
        The hidden edges, as positions in the network.
    kernel : ndarray of int8, shape (n_cycles, n_hidden)
        One row per independent cycle: the ways the hidden cells can move unseen.
    """

    edges: Integers
    kernel: Integers

    @property
    def bridges(self) -> Integers:
        """Hidden edges on no cycle: their cells follow from the published ones."""
        still = ~self.kernel.any(axis=0) if len(self.kernel) else np.ones(len(self.edges), bool)
        return self.edges[still]

    def determined(self, sums: Integers) -> Booleans:
        """Say of each row of 0/1 over the hidden edges whether its sum follows."""
        if not len(self.kernel):
            return np.ones(len(sums), dtype=bool)
        return ~(sums @ self.kernel.T).any(axis=1)


def spanning_forest(network: Network, hidden: Booleans) -> Forest:
    """Walk the hidden edges and collect a basis of their cycles.

    Parameters
    ----------
    network : Network
    hidden : ndarray of bool, shape (n_edges,)

    Returns
    -------
    Forest
    """
    edges = np.flatnonzero(hidden)
    tails, heads = network.tail[edges].tolist(), network.head[edges].tolist()
    up, level, used = _walk(network.nodes, tails, heads)
    rows = []
    for position, (tail, head) in enumerate(zip(tails, heads, strict=True)):
        if position not in used:
            row = np.zeros(len(edges), dtype=np.int64)
            row[position] = 1
            _close(row, up, level, head, tail)
            rows.append(row)
    kernel = np.array(rows, dtype=np.int64).reshape(len(rows), len(edges))
    return Forest(edges, kernel)


def reached_from(network: Network, hidden: Booleans, start: list[int]) -> Booleans:
    """Find the nodes that hang together with some over hidden edges, those included.

    Returns
    -------
    ndarray of bool, shape (n_nodes,)
    """
    near = np.zeros(network.nodes, dtype=bool)
    near[start] = True
    while True:
        before = int(near.sum())
        touched = hidden & (near[network.tail] | near[network.head])
        near[network.tail[touched]] = True
        near[network.head[touched]] = True
        if int(near.sum()) == before:
            return near


def _walk(
    nodes: int, tails: list[int], heads: list[int]
) -> tuple[dict[int, tuple[int, int, int]], list[int], set[int]]:
    """Breadth first over the hidden edges: each node's way up, its level, the tree's edges."""
    neighbours: list[list[tuple[int, int, int]]] = [[] for _ in range(nodes)]
    for position, (tail, head) in enumerate(zip(tails, heads, strict=True)):
        # walking up from the head to the tail goes against the edge: -1
        neighbours[tail].append((head, position, -1))
        neighbours[head].append((tail, position, 1))
    up: dict[int, tuple[int, int, int]] = {}
    level = [-1] * nodes
    used: set[int] = set()
    for root in range(nodes):
        if level[root] >= 0:
            continue
        level[root] = 0
        queue = [root]
        for node in queue:
            for other, position, sign in neighbours[node]:
                if level[other] < 0:
                    level[other] = level[node] + 1
                    up[other] = (node, position, sign)
                    used.add(position)
                    queue.append(other)
    return up, level, used


def _close(
    row: Integers,
    up: dict[int, tuple[int, int, int]],
    level: list[int],
    start: int,
    goal: int,
) -> None:
    """Add the tree path from start to goal, so that the cycle closes."""
    while start != goal:
        if level[start] >= level[goal]:
            start, position, sign = up[start]
            row[position] += sign
        else:
            goal, position, sign = up[goal]
            row[position] -= sign
