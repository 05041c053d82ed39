"""Complementary cells: the cheapest cycle through the edge of a suppressed cell.

A suppressed cell does not follow as soon as its edge lies on a cycle of suppressed edges, and one
cycle serves the regions and the unit types at once. So its complementary cells are a shortest path
between the two ends of its edge: over suppressed edges for nothing, over shown ones at their cost.

References
----------
Cox, L. H. (1995). Network models for complementary cell suppression. Journal of the American
Statistical Association 90, 1453-1462.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.disclosure.table.network import CellNetwork


@dataclass(frozen=True, slots=True)
class ComplementaryCells:
    """Cells that close a cycle through an edge.

    Attributes
    ----------
    cost : float
        Of the path, without the edge itself; infinite where nothing closes it.
    edges : tuple of int
        The path's edges, those included that are suppressed already.
    """

    cost: float
    edges: tuple[int, ...]


def cheapest_complementary_cells(
    network: CellNetwork, costs: Floats, edge: int
) -> ComplementaryCells:
    """Close the cycle through an edge as cheaply as can be.

    Parameters
    ----------
    network : CellNetwork
    costs : ndarray of float, shape (n_edges,)
        0 where an edge is suppressed, infinite where it cannot be.
    edge : int
        Position of the edge; it is no complement of its own.

    Returns
    -------
    ComplementaryCells
        Of several that cost the same always the same ones.
    """
    cost, edge_between = _between_nodes(network, costs, edge)
    start, end = int(network.tail[edge]), int(network.head[edge])
    distance, parent = _shortest_paths(cost, start, end)
    if not np.isfinite(distance[end]):
        return ComplementaryCells(np.inf, ())
    path = []
    node = end
    while node != start:
        path.append(int(edge_between[parent[node], node]))
        node = int(parent[node])
    return ComplementaryCells(float(distance[end]), tuple(path))


def _between_nodes(network: CellNetwork, costs: Floats, excluded: int) -> tuple[Floats, Integers]:
    """Find the cheapest edge between each two nodes."""
    size = network.nodes
    cost = np.full((size, size), np.inf)
    edge_between = np.full((size, size), -1, dtype=np.int64)
    usable = np.isfinite(costs)
    usable[excluded] = False
    edges = np.flatnonzero(usable)
    # of several edges between two nodes the last one written stays: the cheapest, then the first
    edges = edges[np.argsort(costs[edges], kind="stable")[::-1]]
    # an edge is walked either way: the whole runs against its parts between the same two nodes
    tail, head = network.tail[edges], network.head[edges]
    ends = np.ravel([tail, head], order="F"), np.ravel([head, tail], order="F")
    cost[ends] = np.repeat(costs[edges], 2)
    edge_between[ends] = np.repeat(edges, 2)
    return cost, edge_between


def _shortest_paths(cost: Floats, start: int, end: int) -> tuple[Floats, Integers]:
    """Dijkstra's shortest paths from a node: distances, and each node's parent on its path.

    The search ends where another node is reached: nodes that are farther away are left as they are.
    scipy's does not say which of several paths of the same cost it gives, and that one decides what
    is published (docs/adr/0048).
    """
    size = len(cost)
    distance = np.full(size, np.inf)
    distance[start] = 0.0
    parent = np.full(size, start, dtype=np.int64)
    unvisited = np.ones(size, dtype=bool)
    for _ in range(size):
        node = int(np.where(unvisited, distance, np.inf).argmin())
        if node == end or not unvisited[node] or not np.isfinite(distance[node]):
            break
        unvisited[node] = False
        further = distance[node] + cost[node]
        nearer = unvisited & (further < distance)
        distance[nearer] = further[nearer]
        parent[nearer] = node
    return distance, parent
