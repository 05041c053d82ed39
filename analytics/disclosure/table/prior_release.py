"""What an earlier publication of the same responses told, and can never take back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from analytics.disclosure.table.finest_cells import views_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analytics.arrays import Booleans
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.finest_cells import Key, View
    from analytics.disclosure.table.grid import Grid

type Name = tuple[str, str, str]
"""Measure, statistic and category of a figure."""

_COLUMNS = ("measure", "statistic", "category", "level", "domain", "n")


@dataclass(frozen=True, slots=True)
class Told:
    """The published cells of one publication.

    Attributes
    ----------
    label : str
        Names the publication, among all of the same responses.
    tree : DomainTree
        The domains as they were then.
    n : Mapping of figure to Mapping of cell to int
        Respondents of every published cell; a figure that was hidden everywhere has none.
    """

    label: str
    tree: DomainTree
    n: Mapping[Name, Mapping[Key, int]]

    @classmethod
    def of(cls, label: str, tree: DomainTree, frame: pd.DataFrame) -> Self:
        """Read it from a publication's estimates: the columns of a cell, ``n`` and ``status``."""
        figures = frame[list(_COLUMNS[:3])].drop_duplicates().itertuples(index=False, name=None)
        found: dict[Name, dict[Key, int]] = {figure: {} for figure in figures}
        shown = frame[frame["status"] == "published"]
        columns = [shown[name].tolist() for name in _COLUMNS]
        for measure, statistic, category, level, domain, n in zip(*columns, strict=True):
            found[measure, statistic, category][level, domain] = int(n)
        return cls(label, tree, found)

    @property
    def views(self) -> tuple[View, ...]:
        """The divisions of the respondents as they were then."""
        return views_of(self.tree)


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
