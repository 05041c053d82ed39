"""The [association] section: whether two columns of the newest wave go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError, UnsupportedError
from analytics.workbench.file.categories import categories, cross
from analytics.workbench.methods.comparison.two_way import two_way
from analytics.workbench.protection.error_rounding import DISTRIBUTION
from analytics.workbench.protection.over_hidden import parted_by_design
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.comparison.wald_rows import adjusted, unadjusted
from analytics.workbench.sections.plain_values import plain
from analytics.workbench.specification.association import SECTION, WHERE, AssociationSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Integers
    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.methods.comparison.two_way import RaoScott, TwoWay
    from analytics.workbench.specification.model import Specification

FEWEST_CATEGORIES: Final = 2
MOST_CELLS: Final = 400
FEWEST: Final = 5.0  # answers that independence would put in a cell
ROUGH: Final = (
    "{table}: independence would put {least:.1f} answers in one of the cells, and below five the "
    "tests are rough: join categories"
)
NO_ERROR: Final = "{table}: the design tells no error of this table, so there is no test of it"
LEFT_OUT: Final = (
    "{table}: tested without {groups}, which are hidden or have fewer than {least} answers, or "
    "hold hidden groups that the design takes apart"
)


def association(
    wave: Wave,
    spec: Specification,
    asked: AssociationSpec,
    hidden: Mapping[tuple[str, ...], np.ndarray] | None = None,
) -> tuple[list[dict[str, object]], list[str]]:
    """Test each table.

    Parameters
    ----------
    wave : Wave
        Usually the newest.
    spec : Specification
    asked : AssociationSpec
    hidden : mapping of level to ndarray of str, optional
        Statuses of disclosure control: a table is then made of shown groups alone.

    Returns
    -------
    rows : list of dict
        A row for each table.
    warnings : list of str

    Raises
    ------
    FrameError
        If a column is missing, has fewer than two categories, or a table too many cells.
    UnsupportedError
        If figures are protected, and it is not decided which cells of a table may show.
    """
    rows: list[dict[str, object]] = []
    warnings: list[str] = []
    for names in asked.tables:
        row, told = _row(wave, spec, names, hidden)
        rows.append(row)
        warnings += told
    return rows, warnings


@dataclass(frozen=True, slots=True)
class _Categories:
    """A column: the category of each respondent, -1 for none, and their names."""

    code: Integers
    names: list[str]

    @classmethod
    def of(cls, wave: Wave, column: str) -> _Categories:
        code, combos = cross([categories(wave.data, column, WHERE)])
        return cls(code, [name for (name,) in combos])

    def among(self, keep: np.ndarray) -> _Categories:
        """Keep some categories, shape (n_categories,), and number them anew."""
        place = np.append(np.where(keep, np.cumsum(keep) - 1, -1), -1)
        return _Categories(
            place[self.code].astype(np.int64),
            [name for name, kept in zip(self.names, keep.tolist(), strict=True) if kept],
        )

    def occurring(self, inside: np.ndarray) -> _Categories:
        """Keep the categories of some respondents."""
        return self.among(np.isin(np.arange(len(self.names)), self.code[inside]))


def _row(
    wave: Wave,
    spec: Specification,
    names: tuple[str, str],
    hidden: Mapping[tuple[str, ...], np.ndarray] | None,
) -> tuple[dict[str, object], list[str]]:
    row, column, told = _table(wave, spec, names, hidden)
    found = two_way(wave.design, row.code, column.code, (len(row.names), len(column.names)))
    least = float((found.expected / found.count.sum() * found.n.sum()).min())
    table = " x ".join(names)
    if least < FEWEST:
        told.append(ROUGH.format(table=table, least=least))
    if np.isnan(found.model.p):
        told.append(NO_ERROR.format(table=table))
    entry = {
        "rows": names[0], "columns": names[1], "wave": wave.name,
        "row_categories": row.names, "column_categories": column.names,
        "n": int(found.n.sum()), "cramers_v": plain(found.cramers_v), **_f(found.model),
    }  # fmt: skip
    if hidden is None:
        entry |= _variants(found.model) | {
            "current_staff": _f(found.corrected) | _variants(found.corrected),
            "cells": _cells(found, row.names, column.names),
        }
    return entry, [f"{SECTION} {text}" for text in told]


def _table(
    wave: Wave,
    spec: Specification,
    names: tuple[str, str],
    hidden: Mapping[tuple[str, ...], np.ndarray] | None,
) -> tuple[_Categories, _Categories, list[str]]:
    """Read both columns of those who have both, and say what is left out."""
    row, column = (_Categories.of(wave, name) for name in names)
    told = []
    if hidden is not None:
        shown = _shown(wave, spec, names, row, hidden)
        if not shown.all():
            gone = ", ".join(f"{names[0]}={row.names[k]}" for k in np.flatnonzero(~shown))
            table = " x ".join(names)
            told.append(LEFT_OUT.format(table=table, groups=gone, least=DISTRIBUTION))
        row = row.among(shown)
    both = (row.code >= 0) & (column.code >= 0)
    row, column = row.occurring(both), column.occurring(both)
    _check(names, len(row.names), len(column.names))
    return row, column, told


def _check(names: tuple[str, str], rows: int, columns: int) -> None:
    """Refuse a table that has nothing to test, or that nobody could read.

    Raises
    ------
    FrameError
    """
    if min(rows, columns) < FEWEST_CATEGORIES:
        raise FrameError(
            f"{WHERE}: {names[0 if rows < FEWEST_CATEGORIES else 1]!r} has fewer than two "
            f"categories among those who have both {names[0]!r} and {names[1]!r}: there is "
            "nothing to test"
        )
    if rows * columns > MOST_CELLS:
        raise FrameError(
            f"{WHERE}: {' x '.join(names)} has {rows * columns} cells, and a test of more than "
            f"{MOST_CELLS} says nothing: join categories, or is one of the columns a number?"
        )


def _shown(
    wave: Wave,
    spec: Specification,
    names: tuple[str, str],
    row: _Categories,
    hidden: Mapping[tuple[str, ...], np.ndarray],
) -> np.ndarray:
    """Find the rows of a table whose shares are published, of enough answers, and their errors.

    Raises
    ------
    UnsupportedError
        If the shares of the column within the rows are not among the estimates.
    """
    level = next((level for level in wave.levels if level.by == names[:1]), None)
    columns = [] if level is None else _shares(level, names[1])
    if level is None or not columns:
        raise UnsupportedError(
            f"{WHERE}: with [disclosure] a table is tested where its shares are decided on: name "
            f"{names[0]!r} in [domains] by and {names[1]!r} in [variables] shares"
        )
    published = (hidden[level.by][:, columns] == PUBLISHED).all(axis=1)
    enough = (level.means.n[:, columns] >= DISTRIBUTION).all(axis=1)
    enough &= ~parted_by_design(wave, hidden, spec)[level.by][:, columns].any(axis=1)
    by_name = dict(zip(level.domains, (published & enough).tolist(), strict=True))
    return np.array([by_name[(name,)] for name in row.names], dtype=bool)


def _shares(level: DivisionEstimates, column: str) -> list[int]:
    return [
        place
        for place, label in enumerate(level.labels)
        if (label.index, label.statistic) == (column, "share")
    ]


def _f(test: RaoScott) -> dict[str, object]:
    return {
        "f": plain(test.f), "df1": plain(test.df1), "df2": plain(test.df2), "p": plain(test.p)
    }  # fmt: skip


def _variants(test: RaoScott) -> dict[str, object]:
    return {
        "first_order": {
            "chisq": plain(test.chisq), "df": plain(test.chisq_df), "p": plain(test.chisq_p)
        },
        "adjusted_wald": adjusted(test.wald),
        "wald": unadjusted(test.wald),
    }  # fmt: skip


def _cells(found: TwoWay, rows: list[str], columns: list[str]) -> list[dict[str, object]]:
    return [
        {
            "row": row, "column": column, "n": int(found.n[i, j]),
            "count": plain(float(found.count[i, j])),
            "expected": plain(float(found.expected[i, j])),
            "residual": plain(float(found.residual[i, j])),
        }
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    ]  # fmt: skip
