"""Cells of a corrected publication that earlier versions of it gave, under whatever name.

A unit that stood in the wrong region gives both regions another base. Where the version before
showed the unit and both regions, it told the corrected regions too: one less the unit, the other
and the unit. To mark them as hidden would be to say what is not so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.audit.row_space import RowSpace
from analytics.disclosure.table.finest_cells import views_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.arrays import Booleans
    from analytics.disclosure.audit.row_space import Row
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.finest_cells import View
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.keys import Key, Name
    from analytics.disclosure.table.prior_release import Told

type _Row = tuple[int, int, Key]
"""A cell of an earlier version: number of the version, of its view, and the cell."""


def derived(
    grid: Grid,
    tree: DomainTree,
    told: Sequence[Told],
    *,
    indices: Mapping[str, tuple[str, ...]],
) -> Booleans:
    """Mark the cells whose figures are sums and differences of what was told before.

    Parameters
    ----------
    grid : Grid
    tree : DomainTree
        As it is now.
    told : sequence of Told
        Earlier publications of the same responses.
    indices : Mapping of str to tuple of str
        Parts of each index that is made of scales: it follows where all its parts do.

    Returns
    -------
    ndarray of bool, shape (n_cells, n_figures)
        Only where the respondents that follow are those there are now. Bands of exposure add up to
        nothing.
    """
    found = np.zeros(grid.n.shape, dtype=bool)
    if not told:
        return found
    past, views = _Past(told), views_of(tree)
    place = {key: number for number, key in enumerate(tree.keys)}
    for column, name in enumerate(grid.names):
        if name[0] in indices or name[1] == "prevalence":
            continue
        n = {key: int(count) for key, count in zip(tree.keys, grid.n[:, column], strict=True)}
        for view in views:
            found[[place[key] for key in past.gives(view, n, name)], column] = True
    columns = {name: column for column, name in enumerate(grid.names)}
    for index, parts in indices.items():
        own = [columns.get((measure, "mean", "")) for measure in (index, *parts)]
        made = [column for column in own if column is not None]
        if len(made) == len(own):
            found[:, made[0]] = found[:, made[1:]].all(axis=1)
    return found


@dataclass(slots=True)
class _Past:
    """All that earlier versions told; figures that were shown in the same cells are solved once."""

    told: Sequence[Told]
    views: tuple[tuple[View, ...], ...] = field(init=False)
    solved: dict[object, dict[Key, Row]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.views = tuple(one.views for one in self.told)

    def gives(self, view: View, n: Mapping[Key, int], name: Name) -> Iterator[Key]:
        """List the cells of a view that follow, with the respondents they have now."""
        rows = tuple(self._rows(name))
        present = frozenset(view.sizes(n))
        key = (id(view), rows, present)
        if key not in self.solved:
            self.solved[key] = self._solve(view, present, rows)
        for cell, made_of in self.solved[key].items():
            told = sum(
                factor * self.told[version].n[name][before]
                for (version, _, before), factor in made_of.items()
            )
            if told == n[cell]:
                yield cell

    def _rows(self, name: Name) -> Iterator[_Row]:
        for version, one in enumerate(self.told):
            shown = one.n.get(name, {})
            for number, view in enumerate(self.views[version]):
                for key in sorted(shown.keys() & view.members.keys()):
                    yield version, number, key

    def _solve(self, view: View, present: frozenset[Key], rows: Sequence[_Row]) -> dict[Key, Row]:
        """Write each cell that follows as a combination of rows."""
        empty = view.every - present
        space = RowSpace()
        for row in rows:
            version, number, key = row
            atoms = self.views[version][number].members[key] - empty
            if atoms:
                space.add(dict.fromkeys(atoms, 1), row)
        found = {}
        for key, atoms in view.members.items():
            made_of = space.combination(dict.fromkeys(atoms & present, 1))
            if made_of:
                found[key] = made_of
        return found
