r"""The cells of a table as edges of a network, and what follows exactly from those that are shown.

Respondents are counted twice over: agency, region, unit; and agency, unit type, unit. Every cell
is an edge (agency to region, region to the unit's type, type back to the agency), and at each node
as many respondents flow in as out: these are the additive relations of the table. A suppressed
cell then follows from the shown ones exactly when its edge is a bridge of the graph of suppressed
edges, and a sum of suppressed cells exactly when it is orthogonal to every cycle of that graph.
All of it is whole-number arithmetic.

References
----------
Gusfield, D. (1988). A graph theoretic approach to statistical data security. SIAM Journal on
Computing 17, 552-571.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.arrays import Booleans, Floats, Integers


@dataclass(frozen=True, slots=True)
class AdditiveRelation:
    """A parent and the edges that add up to it.

    Attributes
    ----------
    parent : int
        Edge of the parent.
    children : ndarray of int
        Edges of the children, remainders included.
    """

    parent: int
    children: Integers


@dataclass(frozen=True)
class CellNetwork:
    """One set of respondents, divided in up to two ways.

    Attributes
    ----------
    cell : ndarray of int, shape (n_edges,)
        Position of the edge's cell among all cells; -1 for a remainder, which is never shown.
    tail, head : ndarray of int, shape (n_edges,)
        Nodes.
    counts : ndarray of float, shape (n_edges, n_cells)
        ``counts @ n`` gives the respondents of each edge from those of the cells.
    loss : ndarray of int, shape (n_edges,)
        Information that readers lose with the cell, in quarters of a unit.
    units : ndarray of int, shape (n_edges,)
        How many units the edge counts for in a remainder.
    protected : ndarray of bool, shape (n_edges,)
        Whether the edge must not follow from others when it is suppressed.
    in_register : ndarray of bool, shape (n_edges,)
        Remainders whose people the register lists: those of small units, counted with their region.
    relations : tuple of AdditiveRelation
        Parents with their children.
    intersections : ndarray of int, shape (n_sets, n_edges)
        0/1 rows: intersections and differences of two cells that may overlap, a region and a
        unit type.
    minimum_units : int
        Units that a remainder must span.
    """

    cell: Integers
    tail: Integers
    head: Integers
    counts: Floats
    loss: Integers
    units: Integers
    protected: Booleans
    in_register: Booleans
    relations: tuple[AdditiveRelation, ...]
    intersections: Integers
    minimum_units: int

    @cached_property
    def nodes(self) -> int:
        """Number of nodes."""
        return int(max(self.tail.max(initial=0), self.head.max(initial=0))) + 1

    @cached_property
    def neighbours(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Of each node the nodes beside it, each with the edge that leads there."""
        beside: list[list[tuple[int, int]]] = [[] for _ in range(self.nodes)]
        for edge, (tail, head) in enumerate(
            zip(self.tail.tolist(), self.head.tolist(), strict=True)
        ):
            beside[tail].append((head, edge))
            beside[head].append((tail, edge))
        return tuple(map(tuple, beside))


@dataclass(frozen=True, slots=True)
class Forest:
    """A spanning forest of the suppressed edges.

    Attributes
    ----------
    edges : ndarray of int, shape (n_suppressed,)
        The suppressed edges, as positions in the network.
    paths : ndarray of int, shape (n_nodes, n_suppressed)
        How the forest leads from the first node of a component to each of its nodes: 1 for an edge
        walked from tail to head, -1 for one walked against it.
    cycle_basis : ndarray of int, shape (n_cycles, n_suppressed)
        One row per independent cycle: the ways in which the suppressed cells can change while
        every shown cell stays as it is.
    """

    edges: Integers
    paths: Integers
    cycle_basis: Integers

    @property
    def bridges(self) -> Integers:
        """Suppressed edges on no cycle: their cells follow from the shown ones."""
        return self.edges[~self.cycle_basis.any(axis=0)]

    def determined(self, sums: Integers) -> Booleans:
        """Say of each row of 0/1 over the suppressed edges whether its sum follows."""
        return ~(sums @ self.cycle_basis.T).any(axis=1)


def spanning_forest(network: CellNetwork, hidden: Booleans) -> Forest:
    """Span the suppressed edges by a forest, and collect a basis of their cycles.

    Parameters
    ----------
    network : CellNetwork
    hidden : ndarray of bool, shape (n_edges,)

    Returns
    -------
    Forest
    """
    edges = np.flatnonzero(hidden)
    tail, head = network.tail[edges], network.head[edges]
    paths = np.zeros((network.nodes, len(edges)), dtype=np.int64)
    chord = np.ones(len(edges), dtype=bool)
    for parent, node, edge, direction in _forest_edges(network.nodes, tail, head):
        paths[node] = paths[parent]
        paths[node, edge] = direction
        chord[edge] = False
    cycles = np.eye(len(edges), dtype=np.int64) + paths[tail] - paths[head]
    return Forest(edges, paths, cycles[chord])


def connected_to(network: CellNetwork, hidden: Booleans, start: list[int]) -> Booleans:
    """Find the nodes that suppressed edges connect with some nodes, those included.

    Returns
    -------
    ndarray of bool, shape (n_nodes,)
    """
    suppressed = hidden.tolist()
    reached = set(start)
    queue = list(reached)
    for node in queue:
        for other, edge in network.neighbours[node]:
            if suppressed[edge] and other not in reached:
                reached.add(other)
                queue.append(other)
    nodes = np.zeros(network.nodes, dtype=bool)
    nodes[queue] = True
    return nodes


def _forest_edges(
    nodes: int, tail: Integers, head: Integers
) -> Iterator[tuple[int, int, int, int]]:
    """Search breadth first: each node below a root with its parent, its edge and the direction.

    scipy's breadth_first_order gives the same and takes several times as long on so few nodes,
    between which edges may run in parallel (docs/adr/0048).
    """
    neighbours: list[list[tuple[int, int, int]]] = [[] for _ in range(nodes)]
    for edge, (start, end) in enumerate(zip(tail.tolist(), head.tolist(), strict=True)):
        neighbours[start].append((end, edge, 1))
        neighbours[end].append((start, edge, -1))
    reached = [False] * nodes
    for root in range(nodes):
        if reached[root]:
            continue
        reached[root] = True
        queue = [root]
        for parent in queue:
            for node, edge, direction in neighbours[parent]:
                if not reached[node]:
                    reached[node] = True
                    queue.append(node)
                    yield parent, node, edge, direction
