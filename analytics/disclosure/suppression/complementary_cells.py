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
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats
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
    prices = costs.tolist()
    prices[edge] = np.inf
    start, end = int(network.tail[edge]), int(network.head[edge])
    distance, reached_by = _shortest_paths(network, prices, start, end)
    if end not in distance:
        return ComplementaryCells(np.inf, ())
    path = []
    node = end
    while node != start:
        node, last = reached_by[node]
        path.append(last)
    return ComplementaryCells(distance[end], tuple(path))


def _shortest_paths(
    network: CellNetwork, costs: list[float], start: int, end: int
) -> tuple[dict[int, float], dict[int, tuple[int, int]]]:
    """Dijkstra's shortest paths from a node: distances, and how each node is reached.

    The search ends where another node is reached. scipy's does not say which of several paths of
    the same cost it gives, and that one decides what is published (docs/adr/0048): here the node of
    the lower number comes first, and of several edges between two nodes the cheapest, then the
    first.
    """
    distance = {start: 0.0}
    reached_by: dict[int, tuple[int, int]] = {}
    waiting = [(0.0, start)]
    visited = set[int]()
    while waiting:
        so_far, node = heappop(waiting)
        if node == end:
            break
        if node in visited:
            continue
        visited.add(node)
        for other, edge in network.neighbours[node]:
            further = so_far + costs[edge]
            if other not in visited and further < distance.get(other, np.inf):
                distance[other] = further
                reached_by[other] = (node, edge)
                heappush(waiting, (further, other))
    return distance, reached_by
