"""Known cells: those that prior releases of the same responses showed, or only suppressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.table.finest_cells import partitions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.finest_cells import CellPartition
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.keys import DomainKey
    from analytics.disclosure.table.prior_release import PriorRelease


def released_and_withheld(
    grid: Grid, tree: DomainTree, prior_releases: Sequence[PriorRelease]
) -> tuple[Booleans, Booleans]:
    """Mark the cells that prior releases showed, and those that they only suppressed.

    Parameters
    ----------
    grid : Grid
    tree : DomainTree
        As it is now.
    prior_releases : sequence of PriorRelease
        Of the same responses.

    Returns
    -------
    shown, hidden : ndarray of bool, shape (n_cells, n_figures)
        A cell with other respondents is another cell of the same name: neither.
    """
    shown, hidden = np.zeros((2, *grid.n.shape), dtype=bool)
    now = _members(partitions_of(tree))
    for prior in prior_releases:
        before = _members(prior.partitions)
        same = [bool(now[key]) and before.get(key) == now[key] for key in tree.keys]
        for column, figure in enumerate(grid.names):
            cells = prior.n.get(figure, {})
            for row, key in enumerate(tree.keys):
                if same[row] and figure in prior.n:
                    shown[row, column] |= cells.get(key) == grid.n[row, column]
                    hidden[row, column] |= key not in cells
    return shown, hidden & ~shown


def _members(
    partitions: Sequence[CellPartition],
) -> dict[DomainKey, frozenset[frozenset[DomainKey]]]:
    """Name the finest cells of every domain, in all partitions that have it."""
    members: dict[DomainKey, set[frozenset[DomainKey]]] = {}
    for partition in partitions:
        for key, finest in partition.members.items():
            members.setdefault(key, set()).add(finest)
    return {key: frozenset(sets) for key, sets in members.items()}
