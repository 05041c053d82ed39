"""The estimates laid out as cells by figures, so that decisions are arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats, Integers
    from analytics.disclosure.table.keys import FigureKey
    from analytics.disclosure.table.plan import Plan

FIGURE: Final = ["measure", "kind", "statistic", "category"]


@dataclass(frozen=True, slots=True)
class Grid:
    """Where each row of the estimates stands.

    Attributes
    ----------
    figures : DataFrame
        One row per figure: measure, kind, statistic, category; sorted.
    cell, figure : ndarray of int, shape (n_rows,)
        Position of each row; cell is -1 where its domain is not in the plan.
    n : ndarray of float, shape (n_cells, n_figures)
        Respondents; zero where there is no such row.
    """

    figures: pd.DataFrame
    cell: Integers
    figure: Integers
    n: Floats

    @property
    def names(self) -> list[FigureKey]:
        """Measure, statistic and category of each figure."""
        rows = self.figures[["measure", "statistic", "category"]]
        return list(rows.itertuples(index=False, name=None))

    def from_rows(self, rows: Booleans, *, absent: bool) -> Booleans:
        """Lay a flag per row out as cells by figures."""
        flags = np.full(self.n.shape, absent)
        known = self.cell >= 0
        flags[self.cell[known], self.figure[known]] = rows[known]
        return flags

    def to_rows(self, flags: Booleans) -> Booleans:
        """Read a flag per cell and figure back as one per row; True outside the plan."""
        return np.where(self.cell >= 0, flags[self.cell, self.figure], True)


def lay_out_grid(frame: pd.DataFrame, plan: Plan) -> Grid:
    """Find the cell and the figure of every row, whatever the order of the rows."""
    cells = pd.MultiIndex.from_tuples(plan.tree.keys)
    cell = cells.get_indexer(pd.MultiIndex.from_frame(frame[["level", "domain"]]))
    keys = pd.MultiIndex.from_frame(frame[FIGURE])
    figures = keys.unique().sort_values()
    figure = figures.get_indexer(keys)
    n = np.zeros((len(cells), len(figures)))
    known = cell >= 0
    n[cell[known], figure[known]] = frame["n"].to_numpy(dtype=np.float64)[known]
    named = figures.to_frame(index=False, name=FIGURE)
    return Grid(
        figures=named,
        cell=cell.astype(np.int64),
        figure=figure.astype(np.int64),
        n=_of_balances(n, named),
    )


def _of_balances(n: Floats, figures: pd.DataFrame) -> Floats:
    """Give a balance the respondents of its measure's mean: rows of small ones may be absent."""
    measure = figures["measure"].to_numpy(dtype=object)
    statistic = figures["statistic"].to_numpy(dtype=object)
    for column in np.flatnonzero(statistic == "balance"):
        means = np.flatnonzero((measure == measure[column]) & (statistic == "mean"))
        if len(means):
            n[:, column] = n[:, means[0]]
    return n
