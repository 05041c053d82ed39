"""Columns of a file: there or not, and rows that hold nothing."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics.arrays import Integers


def need(data: pd.DataFrame, columns: Iterable[str], where: str) -> None:
    """Check that the file has the columns that a section names.

    Raises
    ------
    FrameError
        Names the first that is missing.
    """
    for column in columns:
        if column not in data.columns:
            raise FrameError(
                f"{where} names the column {column!r}, which the data does not have"
                + _instead(column, [str(name) for name in data.columns])
            )


def _instead(column: str, names: list[str]) -> str:
    """Name a column that may have been meant, or what keeps a file from having more than one."""
    lower = {name.lower(): name for name in names}
    near = get_close_matches(column.lower(), lower, n=1)
    if near:
        return f": did you mean {lower[near[0]]!r}?"
    if len(names) == 1:
        return f": it has one alone, {names[0]!r}; separate columns by commas, semicolons or tabs"
    return ""


def without_blank_rows(data: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Leave out the rows in which every field is empty, as spreadsheets put them last.

    Returns
    -------
    rows : DataFrame
        With the index of the file.
    warnings : list of str
    """
    if not data.shape[1]:
        return data, []
    first = np.flatnonzero(data.iloc[:, 0].isna())
    blank = first[data.iloc[first].isna().all(axis=1).to_numpy(dtype=bool)]
    if not len(blank):
        return data, []
    told = f"{counted(len(blank), 'row is', 'rows are')} empty and left out"
    return data.drop(index=data.index[blank]), [told]


def row_number(values: pd.Series | pd.DataFrame, places: Integers) -> str:
    """Name the first of some rows as a reader of the file counts them, without the header."""
    return f"row {int(values.index[int(places[0])]) + 1}"


def counted(number: int, one: str, many: str) -> str:
    """Write a number with its noun in the right form."""
    return f"{number} {one if number == 1 else many}"
