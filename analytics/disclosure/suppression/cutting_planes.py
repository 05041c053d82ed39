"""What every safe pattern must satisfy and a given one does not, as rows of an integer programme.

A row reads: so much of these cells is hidden, as soon as those are. Each is written from a set of
nodes that a hidden cell cannot leave far enough, or from a family whose remainder is too small.

References
----------
Fischetti, M., Salazar, J. J. (2001). Solving the cell suppression problem on tabular data with
linear constraints. Management Science 47, 1008-1027.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.suppression.feasibility_interval import shortages
from analytics.disclosure.table.network import reached_from, spanning_forest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.suppression.feasibility_interval import Shortage
    from analytics.disclosure.suppression.linked_table import Round
    from analytics.disclosure.table.network import Forest

_DIGITS: Final = 1e6  # a weight is rounded up: it asks for no more than is needed


@dataclass(frozen=True, slots=True)
class Cut:
    """``weight @ hidden >= least`` for every safe pattern.

    Attributes
    ----------
    weight : ndarray of float, shape (n_cells,)
    least : float
    """

    weight: Floats
    least: float


def cuts(one: Round, cells: Booleans) -> Iterator[Cut]:
    """List what a pattern falls short of in one network.

    Parameters
    ----------
    one : Round
    cells : ndarray of bool, shape (n_cells,)
        The pattern.

    Yields
    ------
    Cut
        None when nothing is given away.
    """
    hidden = one.edges(cells)
    if not hidden.any():
        return
    forest = spanning_forest(one.network, hidden)
    for edge in one.bare(forest).tolist():
        yield from _bridge(one, hidden, edge)
    for family, _ in one.thin_remainders(hidden):
        yield from _remainder(one, hidden, family.parent, family.children)
    for row, _ in one.thin_crossings(hidden, forest):
        yield _crossing(one, hidden, forest, one.network.crossings[row])
    if one.room is not None and one.shown(hidden).any():
        for shortage in shortages(one.network, hidden, one.room):
            yield _narrow(one, shortage)


def _cut(one: Round, weight: Floats, on: Sequence[int]) -> Cut:
    """Ask for a weight of 1 over edges, as soon as all edges of a list are hidden."""
    network = one.network
    rests = one.present & ~one.open
    movable = one.present & one.open
    row = np.zeros(network.counts.shape[1])
    np.add.at(row, network.cell[movable], np.ceil(weight[movable] * _DIGITS) / _DIGITS)
    conditions = [edge for edge in on if one.open[edge]]
    row[network.cell[conditions]] -= 1
    return Cut(row, 1 - float(weight[rests].sum()) - len(conditions))


def _bridge(one: Round, hidden: Booleans, edge: int) -> Iterator[Cut]:
    """Ask for another edge out of either side of a hidden one that lies on no cycle."""
    others = hidden.copy()
    others[edge] = False
    for end in (one.network.tail[edge], one.network.head[edge]):
        inside = reached_from(one.network, others, [int(end)])
        weight = _leaving(one, inside).astype(np.float64)
        weight[edge] = 0
        yield _cut(one, weight, [edge])


def _leaving(one: Round, inside: Booleans) -> Booleans:
    across: Booleans = inside[one.network.tail] != inside[one.network.head]
    return one.present & across


def _remainder(one: Round, hidden: Booleans, parent: int, children: Integers) -> Iterator[Cut]:
    """Ask for more beside each hidden child, unless the parent or all its children are hidden."""
    there = children[one.present[children]]
    left, shown = there[hidden[there]], there[~hidden[there]]
    # a known child is shown, whatever becomes of the others
    others = [-1] if one.known[children].any() else shown.tolist()
    for size, need in (
        (one.smallest, one.remainder),
        (one.network.breadth.astype(np.float64), one.network.parts),
    ):
        if size[left].sum() >= need:
            continue
        weight = np.zeros(len(hidden))
        weight[there] = np.minimum(size[there] / need, 1)
        weight[parent] = 1
        for other in others:
            unless = weight.copy()
            if other >= 0:
                unless[other] = 1
            for child in left.tolist():
                yield _cut(one, unless, [child])


def _crossing(one: Round, hidden: Booleans, forest: Forest, inside: Integers) -> Cut:
    """Ask for an edge that frees a small intersection or difference which follows.

    It follows because every hidden edge leads from one value of a potential to another: by 1 inside
    the set, by 0 outside. Only an edge that breaks the potential frees it.
    """
    network = one.network
    potential = _potential(one, forest, inside)
    step = potential[network.head] - potential[network.tail]
    breaks = one.present & ~hidden & ((step != 0) | (inside > 0))
    return _cut(one, breaks.astype(np.float64), np.flatnonzero(hidden & (inside > 0)).tolist())


def _potential(one: Round, forest: Forest, inside: Integers) -> Integers:
    network = one.network
    beside: dict[int, list[tuple[int, int]]] = {}
    for edge in forest.edges.tolist():
        tail, head, step = int(network.tail[edge]), int(network.head[edge]), int(inside[edge])
        beside.setdefault(tail, []).append((head, step))
        beside.setdefault(head, []).append((tail, -step))
    found: dict[int, int] = {}
    for root in range(network.nodes):
        found.setdefault(root, 0)
        queue = [root]
        for node in queue:
            for other, step in beside.pop(node, []):
                if other not in found:
                    found[other] = found[node] + step
                    queue.append(other)
    return np.array([found[node] for node in range(network.nodes)])


def _narrow(one: Round, shortage: Shortage) -> Cut:
    """Ask for more room across the full cuts that stop a hidden edge from moving."""
    assert one.room is not None
    edge, network = shortage.edge, one.network
    down, up = one.room.down[:, shortage.figure], one.room.up[:, shortage.figure]
    need, room = shortage.need, np.zeros(len(down))
    for flow in shortage.flows:
        if not flow.before:
            need -= flow.amount  # it reaches the end of its range
            continue
        inside = np.zeros(network.nodes, dtype=bool)
        inside[list(flow.before)] = True
        room += _leaving(one, inside) * np.where(inside[network.tail], up, down)
    room[edge] = 0
    return _cut(one, np.minimum(room / need, 1), [edge])
