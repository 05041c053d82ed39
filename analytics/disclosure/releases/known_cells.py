"""Cells that earlier publications of the same responses showed, or only hid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.table.finest_cells import views_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.finest_cells import View
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.keys import Key
    from analytics.disclosure.table.prior_release import Told


def shown_and_hidden(
    grid: Grid, tree: DomainTree, told: Sequence[Told]
) -> tuple[Booleans, Booleans]:
    """Mark the cells that earlier publications of the same responses showed, and only hid.

    Parameters
    ----------
    grid : Grid
    tree : DomainTree
        As it is now.
    told : sequence of Told

    Returns
    -------
    shown, hidden : ndarray of bool, shape (n_cells, n_figures)
        A cell with other respondents is another cell of the same name: neither.
    """
    shown, hidden = np.zeros((2, *grid.n.shape), dtype=bool)
    now = _members(views_of(tree))
    for publication in told:
        before = _members(publication.views)
        same = [bool(now[key]) and before.get(key) == now[key] for key in tree.keys]
        for column, name in enumerate(grid.names):
            cells = publication.n.get(name, {})
            for place, key in enumerate(tree.keys):
                if same[place] and name in publication.n:
                    shown[place, column] |= cells.get(key) == grid.n[place, column]
                    hidden[place, column] |= key not in cells
    return shown, hidden & ~shown


def _members(views: Sequence[View]) -> dict[Key, frozenset[frozenset[Key]]]:
    """Name the atoms of every cell, in all views it stands in."""
    found: dict[Key, set[frozenset[Key]]] = {}
    for view in views:
        for key, atoms in view.members.items():
            found.setdefault(key, set()).add(atoms)
    return {key: frozenset(atoms) for key, atoms in found.items()}
