"""The waves of a file, each a sample of its own with its design and estimates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.errors import FrameError
from analytics.estimation.grouping import runs
from analytics.workbench.file.categories import categories
from analytics.workbench.file.columns import counted
from analytics.workbench.file.wave_order import in_time, same_wave

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.arrays import Floats
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.estimation.means import DomainMeans, Errors
    from analytics.estimation.pooled import Cells
    from analytics.workbench.file.items import Label


@dataclass(frozen=True, slots=True)
class DivisionEstimates:
    """Estimates of one division into domains; arrays of shape (n_domains, n_columns)."""

    by: tuple[str, ...]
    domains: list[tuple[str, ...]]
    partition: Partition
    labels: list[Label]
    means: DomainMeans
    errors: Errors
    df: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of a file: its name, rows, design, estimates, and scales that must not show.

    With ``cells`` the design and the partitions have a row for each cell, and not for each row.
    """

    name: str | None
    data: pd.DataFrame
    design: Design
    levels: list[DivisionEstimates]
    left_out: frozenset[str] = frozenset()
    cells: Cells | None = None

    @property
    def weight(self) -> Floats:
        """The final weight of each row."""
        own = self.design.weight
        return own if self.cells is None else own[self.cells.code]

    def without_residuals(self) -> Wave:
        """Leave out what each row adds to errors, which are made: it takes more than the rows."""
        none = np.zeros((0, len(self.levels[0].labels)))
        levels = [
            replace(
                level,
                means=replace(
                    level.means, influence=none, scored=none > 0, squares=None, counts=None
                ),
            )
            for level in self.levels
        ]
        return replace(self, levels=levels, design=replace(self.design, calibration=None))


def split_waves(
    data: pd.DataFrame, column: str | None
) -> Iterator[tuple[str | None, pd.DataFrame]]:
    """Give the rows of each wave, in the order of the waves.

    Parameters
    ----------
    data : DataFrame
        One row per respondent.
    column : str or None
        Names the wave of each row; without it the file is one wave.

    Yields
    ------
    name : str or None
    rows : DataFrame
        With the index of the file, in its order.

    Raises
    ------
    FrameError
        If the column is missing, a row has no wave, or two names mean one wave.
    """
    if column is None:
        yield None, data
        return
    codes, unique = pd.factorize(categories(data, column, "[domains] wave"))
    if (codes < 0).any():
        silent = counted(int((codes < 0).sum()), "row has", "rows have")
        raise FrameError(f"[domains] wave: {silent} no {column!r}")
    names = in_time(str(name) for name in unique)
    twice = same_wave(names)
    if twice is not None:
        raise FrameError(
            f"[domains] wave: {twice[0]!r} and {twice[1]!r} in {column!r} are one wave, and would "
            "be compared as two: write it the same way in all rows"
        )
    place = pd.Index(names).get_indexer(pd.Index(unique)).astype(np.int64)
    order, bounds = runs(place[codes], len(names))
    # Taken once, so that a wave is a slice: a mask per wave would read the file once for each.
    rows = data.take(order)
    for number, name in enumerate(names):
        yield name, rows.iloc[bounds[number] : bounds[number + 1]]
