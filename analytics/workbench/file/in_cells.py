"""A wave of a large file, estimated in cells of rows that its design does not tell apart.

Where rows were drawn by themselves, weight, stratum, margins and domains follow from a few columns.
Rows that are alike in all of these make a cell, and of its answers an estimate and its error need
how many, their mean, and their squares around it (`analytics.estimation.pooled`). These are added
up some thousand rows at a time: memory grows with the cells, and no row has a residual of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import UnsupportedError
from analytics.estimation.pooled import Cells, CellSums, Crossed, Pooled, add_up
from analytics.in_cells import anchor_of, composing_weights
from analytics.rows import row_blocks
from analytics.workbench.file.inputs import inputs
from analytics.workbench.file.items import Label
from analytics.workbench.file.numbers import NUMBERS
from analytics.workbench.file.told_scales import scores_of_scales
from analytics.workbench.specification.calibration import CalibrationSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics.arrays import Floats
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.workbench.specification.model import Specification

LARGE: Final = 200_000  # rows of a file; smaller ones are estimated row by row
RESIDUAL: Final = 9  # bytes that a row takes for each measure in each division
ROWS: Final = 4  # of a cell on the average: with fewer, sums take more room than rows
# With these alone, nothing but the estimates asks what a row adds to an error.
SECTIONS: Final = frozenset({
    "design", "poststratify", "rake", "scales", "variables", "indices", "domains", "change", "trend"
})  # fmt: skip


def without_residuals(spec: Specification, sections: Iterable[str]) -> bool:
    """Tell whether nothing beside the estimates asks for the residuals of rows.

    Parameters
    ----------
    spec : Specification
    sections : iterable of str
        All that the file's specification has.
    """
    codes = any(scale.dont_know for scale in spec.scales.values())
    return (
        SECTIONS.issuperset(sections) and spec.disclosure is None and spec.person is None
    ) and not codes


def are_plain(spec: Specification, sections: Iterable[str], rows: int, memory: float) -> bool:
    """Tell whether rows are many, and nothing beside the estimates asks for their residuals.

    Raises
    ------
    UnsupportedError
        If something does, and residuals alone take more than ``memory``, in bytes.
    """
    if without_residuals(spec, sections):
        return rows >= LARGE
    asked = spec.variables
    columns = len(spec.scales) + len(spec.indices) + len(asked.means) + len(asked.totals)
    columns += sum(map(len, asked.categories.values())) + len(asked.balances) + len(asked.ratios)
    needed = rows * columns * (len(spec.by) + 1) * RESIDUAL
    if needed > memory:
        raise UnsupportedError(
            f"with what the specification asks for, {rows} rows are estimated one by one, which "
            f"takes more than {needed / 1e9:.0f} GB, and this machine has {memory / 1e9:.0f}: "
            "ask for fewer measures or divisions, or leave out what needs each row "
            "(docs/formats/analyse.md, large files)"
        )
    return False


def cells_of_rows(
    data: pd.DataFrame, spec: Specification, calibration: CalibrationSpec
) -> Cells | None:
    """Put rows in cells that have the same weight, stratum, margins and domains.

    Parameters
    ----------
    data : DataFrame
        The rows of a wave.
    spec : Specification
    calibration : CalibrationSpec

    Returns
    -------
    Cells or None
        None where figures need each row by itself (clusters, totals, ratios, more than raking), a
        column is not as it should be, which is told of rows, or the cells are too many to gain.
    """
    design, asked = spec.design, spec.variables
    if design.cluster or design.leverage or asked.totals or asked.ratios:
        return None
    if calibration != CalibrationSpec() or not _are_numbers(data, spec):
        return None
    named = [design.strata, design.weight, *design.fpc, *spec.rake]
    named += [] if spec.poststratify is None else spec.poststratify.by
    named += [column for by in spec.by for column in by]
    code = np.zeros(len(data), dtype=np.int64)
    for column in dict.fromkeys(name for name in named if name is not None):
        if column not in data.columns or data[column].dtype == np.object_:
            return None
        own = pd.factorize(data[column])[0] + 1  # missing is a kind of its own
        code = pd.factorize(code * (int(own.max()) + 1) + own)[0]
    size = int(code.max()) + 1
    if size * ROWS > len(data):
        return None
    first = np.empty(size, dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    return Cells(code.astype(np.int32), np.bincount(code).astype(np.float64), first)


def _are_numbers(data: pd.DataFrame, spec: Specification) -> bool:
    """Tell whether all that is added up stands as numbers: text is read as a whole."""
    named = {item for scale in spec.scales.values() for item in scale.items}
    named |= {*spec.variables.means, *spec.variables.balances}
    return all(
        name in data.columns
        and isinstance(kind := data[name].dtype, np.dtype)
        and kind.kind in NUMBERS
        for name in named
    )


@dataclass(frozen=True, slots=True, eq=False)
class CellInputs:
    """The columns to estimate, added up in cells.

    Parameters
    ----------
    labels : list of Label
        Scales first.
    pooled : Pooled
        A column for each.
    scored : ndarray of float, shape (n_cells, n_indices)
        Rows with a score on any part of an index.
    """

    data: pd.DataFrame
    cells: Cells
    spec: Specification
    labels: list[Label]
    pooled: Pooled
    scored: Floats

    def crossed(self, design: Design, partition: Partition) -> Crossed | None:
        """Go over the rows once more, for the errors of indices: their parts go together."""
        if not self.spec.indices:
            return None
        anchor = anchor_of(design, self.pooled[slice(0, len(self.spec.scales))], partition)
        shares = composing_weights(self.spec.indices, list(self.spec.scales))
        squares = np.zeros_like(self.scored)
        for where, some in row_blocks(self.data):
            code = self.cells.code[where]
            u = anchor.u(_scores(some, self.spec), design.weight, code)
            squares += add_up(code, (u @ shares) ** 2, len(squares))
        return Crossed(self.scored, squares)


def cell_inputs(data: pd.DataFrame, cells: Cells, spec: Specification) -> CellInputs:
    """Read and score the columns that a specification names, some rows at a time.

    Raises
    ------
    FrameError
        As `analytics.workbench.file.inputs.inputs`, of some rows.
    """
    size, labels = len(cells.count), list[Label]()
    inside = composing_weights(spec.indices, list(spec.scales)) != 0
    scored = np.zeros((size, len(spec.indices)))
    sums: CellSums | None = None
    for where, some in row_blocks(data):
        given = inputs(some, spec)
        own = {**given.scales.scores, **given.means}
        labels = [*(Label(name, "mean") for name in own), *(label for label, _ in given.shares)]
        columns = [*own.values(), *(values for _, values in given.shares)]
        table = np.column_stack(columns) if columns else np.zeros((len(some), 0))
        sums = CellSums(size, len(columns)) if sums is None else sums
        code = cells.code[where]
        sums.add(code, table)
        known = np.isfinite(table[:, : len(spec.scales)])
        scored += add_up(code, (known @ inside).astype(np.float64), size)
    assert sums is not None
    return CellInputs(data, cells, spec, labels, sums.pooled(), scored)


def _scores(some: pd.DataFrame, spec: Specification) -> Floats:
    return np.column_stack(list(scores_of_scales(some, spec).scores.values()))
