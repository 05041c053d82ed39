"""Derived cells: cells of a corrected publication that follow from its prior releases.

A unit that stood in the wrong region gives both regions another base. Where the version before
showed the unit and both regions, the corrected regions follow from it, too: one less the unit, the
other and the unit. To mark them as suppressed would be to say what is not so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.audit.row_space import RowSpace
from analytics.disclosure.table.finest_cells import partitions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.arrays import Booleans
    from analytics.disclosure.audit.row_space import SparseRow
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.finest_cells import CellPartition
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.keys import DomainKey, FigureKey
    from analytics.disclosure.table.prior_release import PriorRelease

type _Row = tuple[int, int, DomainKey]
"""A cell of a prior release: number of the release, of its partition, and the cell."""


def derived_cells(
    grid: Grid,
    tree: DomainTree,
    prior_releases: Sequence[PriorRelease],
    *,
    indices: Mapping[str, tuple[str, ...]],
) -> Booleans:
    """Mark the cells whose figures are sums and differences of what was released before.

    Parameters
    ----------
    grid : Grid
    tree : DomainTree
        As it is now.
    prior_releases : sequence of PriorRelease
        Of the same responses.
    indices : Mapping of str to tuple of str
        Parts of each index that is made of scales: it follows where all its parts do.

    Returns
    -------
    ndarray of bool, shape (n_cells, n_figures)
        Only where the respondents that follow are those there are now. Bands of exposure add up to
        nothing.
    """
    follows = np.zeros(grid.n.shape, dtype=bool)
    if not prior_releases:
        return follows
    prior, partitions = _PriorCells(prior_releases), partitions_of(tree)
    row = {key: number for number, key in enumerate(tree.keys)}
    for column, figure in enumerate(grid.names):
        if figure[0] in indices or figure[1] == "prevalence":
            continue
        n = {key: int(count) for key, count in zip(tree.keys, grid.n[:, column], strict=True)}
        for partition in partitions:
            derived = [row[key] for key in prior.derived(partition, n, figure)]
            follows[derived, column] = True
    column_of = {figure: column for column, figure in enumerate(grid.names)}
    for index, parts in indices.items():
        columns = [column_of.get((measure, "mean", "")) for measure in (index, *parts)]
        present = [column for column in columns if column is not None]
        if len(present) == len(columns):
            follows[:, present[0]] = follows[:, present[1:]].all(axis=1)
    return follows


@dataclass(slots=True)
class _PriorCells:
    """All released cells; figures that were shown in the same cells are solved once."""

    prior_releases: Sequence[PriorRelease]
    partitions: tuple[tuple[CellPartition, ...], ...] = field(init=False)
    solved: dict[object, dict[DomainKey, SparseRow]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.partitions = tuple(prior.partitions for prior in self.prior_releases)

    def derived(
        self, partition: CellPartition, n: Mapping[DomainKey, int], figure: FigureKey
    ) -> Iterator[DomainKey]:
        """List the cells of a partition that follow, with the respondents they have now."""
        rows = tuple(self._rows(figure))
        present = frozenset(partition.sizes(n))
        key = (id(partition), rows, present)
        if key not in self.solved:
            self.solved[key] = self._solve(partition, present, rows)
        for cell, combination in self.solved[key].items():
            respondents = sum(
                factor * self.prior_releases[release].n[figure][released]
                for (release, _, released), factor in combination.items()
            )
            if respondents == n[cell]:
                yield cell

    def _rows(self, figure: FigureKey) -> Iterator[_Row]:
        for release, prior in enumerate(self.prior_releases):
            shown = prior.n.get(figure, {})
            for number, partition in enumerate(self.partitions[release]):
                for key in sorted(shown.keys() & partition.members.keys()):
                    yield release, number, key

    def _solve(
        self, partition: CellPartition, present: frozenset[DomainKey], rows: Sequence[_Row]
    ) -> dict[DomainKey, SparseRow]:
        """Write each cell that follows as a combination of rows."""
        empty = partition.all_cells - present
        space = RowSpace()
        for row in rows:
            release, number, key = row
            finest = self.partitions[release][number].members[key] - empty
            if finest:
                space.add(dict.fromkeys(finest, 1), row)
        combinations = {
            key: space.combination(dict.fromkeys(finest & present, 1))
            for key, finest in partition.members.items()
        }
        return {key: combination for key, combination in combinations.items() if combination}
