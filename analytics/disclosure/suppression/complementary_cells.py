"""Find what must be hidden along with a cell: the cheapest cycle through its edge.

A hidden cell is kept as soon as its edge lies on a cycle of hidden edges, and one cycle serves the
regions and the unit types at once. So the cover of a cell is a shortest path between the two ends
of its edge, over hidden edges for nothing and over shown ones at their price.

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
    from analytics.disclosure.table.network import Network


@dataclass(frozen=True, slots=True)
class Cover:
    """What closes a cycle through an edge.

    Attributes
    ----------
    price : float
        What the path costs, without the edge itself; infinite where nothing closes it.
    edges : tuple of int
        The path's edges, those included that are hidden already.
    """

    price: float
    edges: tuple[int, ...]


def cheapest_cover(network: Network, prices: Floats, edge: int) -> Cover:
    """Close the cycle through an edge as cheaply as can be.

    Parameters
    ----------
    network : Network
    prices : ndarray of float, shape (n_edges,)
        0 where an edge is hidden, infinite where it cannot be.
    edge : int
        Position of the edge; it is no part of its own cover.

    Returns
    -------
    Cover
        Of several at the same price the first in code order.
    """
    price, through = _between_nodes(network, prices, edge)
    start, goal = int(network.tail[edge]), int(network.head[edge])
    distance, before = _walk(price, start)
    if not np.isfinite(distance[goal]):
        return Cover(np.inf, ())
    path = []
    node = goal
    while node != start:
        path.append(int(through[before[node], node]))
        node = int(before[node])
    return Cover(float(distance[goal]), tuple(path))


def _between_nodes(network: Network, prices: Floats, left_out: int) -> tuple[Floats, Integers]:
    """Find the cheapest edge between each two nodes."""
    size = network.nodes
    price = np.full((size, size), np.inf)
    through = np.full((size, size), -1, dtype=np.int64)
    usable = np.isfinite(prices)
    usable[left_out] = False
    edges = np.flatnonzero(usable)
    # of several edges between two nodes the last one written stays: the cheapest, then the first
    edges = edges[np.argsort(prices[edges], kind="stable")[::-1]]
    # an edge is walked either way: the whole runs against its parts between the same two nodes
    tail, head = network.tail[edges], network.head[edges]
    one, other = np.ravel([tail, head], order="F"), np.ravel([head, tail], order="F")
    price[one, other] = np.repeat(prices[edges], 2)
    through[one, other] = np.repeat(edges, 2)
    return price, through


def _walk(price: Floats, start: int) -> tuple[Floats, Integers]:
    """Dijkstra's shortest paths from a node: distances, and the node before on the way."""
    size = len(price)
    distance = np.full(size, np.inf)
    distance[start] = 0.0
    before = np.full(size, start, dtype=np.int64)
    left = np.ones(size, dtype=bool)
    for _ in range(size):
        node = int(np.where(left, distance, np.inf).argmin())
        if not left[node] or not np.isfinite(distance[node]):
            break
        left[node] = False
        further = distance[node] + price[node]
        nearer = left & (further < distance)
        distance[nearer] = further[nearer]
        before[nearer] = node
    return distance, before
