"""A prior release: what an earlier version published of the same responses and cannot take back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from analytics.disclosure.table.finest_cells import partitions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.finest_cells import CellPartition
    from analytics.disclosure.table.keys import DomainKey, FigureKey

_COLUMNS = ("measure", "statistic", "category", "level", "domain", "n")


@dataclass(frozen=True, slots=True)
class PriorRelease:
    """The published cells of an earlier version.

    Attributes
    ----------
    label : str
        Names the publication, among all of the same responses.
    tree : DomainTree
        The domains as they were then.
    n : Mapping of figure to Mapping of cell to int
        Respondents of every published cell; a figure that was suppressed everywhere has none.
    """

    label: str
    tree: DomainTree
    n: Mapping[FigureKey, Mapping[DomainKey, int]]

    @classmethod
    def of(cls, label: str, tree: DomainTree, frame: pd.DataFrame) -> Self:
        """Read it from a publication's estimates: the columns of a cell, ``n`` and ``status``."""
        figures = frame[list(_COLUMNS[:3])].drop_duplicates().itertuples(index=False, name=None)
        cells: dict[FigureKey, dict[DomainKey, int]] = {figure: {} for figure in figures}
        shown = frame[frame["status"] == "published"]
        columns = [shown[name].tolist() for name in _COLUMNS]
        for measure, statistic, category, level, domain, n in zip(*columns, strict=True):
            cells[measure, statistic, category][level, domain] = int(n)
        return cls(label, tree, cells)

    @property
    def partitions(self) -> tuple[CellPartition, ...]:
        """The divisions of the respondents as they were then."""
        return partitions_of(self.tree)
