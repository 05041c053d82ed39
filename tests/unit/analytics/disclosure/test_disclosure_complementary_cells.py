"""The cheapest cells that close a cycle, beside scipy's shortest paths over the same edges."""

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from analytics.disclosure.suppression.complementary_cells import cheapest_complementary_cells
from analytics.disclosure.table import DomainTree
from tests.unit.analytics.disclosure.trees import units


def network(rng):
    rows = [(f"u{i}", str(rng.integers(3)), "abc"[rng.integers(3)], 60) for i in range(8)]
    return DomainTree.staff(units(*rows)).networks()[0]


def ends(network, edge):
    return {int(network.tail[edge]), int(network.head[edge])}


def test_complementary_cells_are_a_shortest_path_around_the_cell():
    rng = np.random.default_rng(11)
    for _ in range(40):
        drawn = network(rng)
        # one and more, so that scipy takes no edge for none
        costs = rng.integers(1, 20, len(drawn.cell)).astype(float)
        costs[rng.random(len(costs)) < 0.3] = np.inf
        for edge in range(len(costs)):
            found = cheapest_complementary_cells(drawn, costs, edge)
            cheapest = np.full((drawn.nodes, drawn.nodes), np.inf)
            others = np.flatnonzero(np.isfinite(costs) & (np.arange(len(costs)) != edge))
            np.minimum.at(cheapest, (drawn.tail[others], drawn.head[others]), costs[others])
            graph = csr_array(np.where(np.isfinite(cheapest), cheapest, 0.0))
            tail, head = int(drawn.tail[edge]), int(drawn.head[edge])
            assert found.cost == dijkstra(graph, directed=False, indices=tail)[head]
            if found.edges:
                assert edge not in found.edges
                assert found.cost == costs[list(found.edges)].sum()
                at = head  # the path is told from its end
                for step in found.edges:
                    (at,) = ends(drawn, step) - {at}
                assert at == tail


def test_of_edges_between_the_same_nodes_the_cheapest_is_taken_and_then_the_first():
    drawn = network(np.random.default_rng(11))
    beside = replace(drawn, tail=np.array([0, 1, 1, 1, 2]), head=np.array([2, 0, 0, 0, 1]))
    for costs, taken in (([9, 3, 1, 1, 1], 2), ([9, 1, 1, 3, 1], 1), ([9, np.inf, 2, 1, 1], 3)):
        found = cheapest_complementary_cells(beside, np.array(costs, dtype=float), 0)
        assert found.edges == (4, taken)
