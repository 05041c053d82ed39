"""Columns of a file: there or not, and rows that hold nothing."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics.arrays import Booleans, Integers

# Blanks of all kinds, what nobody sees, and signs that tell machines something: old programs end a
# file with the sign 1A.
UNSEEN: Final = "".join(
    chr(sign)
    for sign in (
        *range(0x21), *range(0x7F, 0xA1), 0xAD, 0x1680, *range(0x2000, 0x2010),
        *range(0x2028, 0x2030), *range(0x205F, 0x206A), 0x3000, 0xFEFF,
    )
)  # fmt: skip
COLUMNS: Final = "columns"  # in ``attrs`` of a file of which not all columns were read: their names


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
                + _instead(column, [str(name) for name in data.attrs.get(COLUMNS, data.columns)])
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
    """Leave out the rows in which no field has a sign that is seen, as programs put them last.

    Returns
    -------
    rows : DataFrame
        With the index of the file.
    warnings : list of str
    """
    blank = blank_rows(data)
    if not len(blank):
        return data, []
    told = f"{counted(len(blank), 'row is', 'rows are')} empty and left out"
    return data.drop(index=data.index[blank]), [told]


def blank_rows(data: pd.DataFrame) -> Integers:
    """Find the rows in which no field has a sign that is seen; none where there are no columns."""
    blank = np.arange(len(data) if data.shape[1] else 0)
    for at in range(data.shape[1]):
        values = data.iloc[:, at]
        blank = blank[_nothing(values if len(blank) == len(data) else values.iloc[blank])]
        if not len(blank):
            break
    return blank


def _nothing(values: pd.Series) -> Booleans:
    """Find what is missing, or signs alone that nobody sees."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        named = _nothing(pd.Series(values.dtype.categories))
        return np.append(named, True)[values.cat.codes.to_numpy()]
    found = values.isna().to_numpy(dtype=np.bool_)
    if pd.api.types.is_string_dtype(values) or values.dtype == np.object_:
        unseen = (isinstance(one, str) and not one.strip(UNSEEN) for one in values)
        found = found | np.fromiter(unseen, np.bool_, len(values))
    return found


def row_number(values: pd.Series | pd.DataFrame, places: Integers) -> str:
    """Name the first of some rows as a reader of the file counts them, without the header."""
    return f"row {int(values.index[int(places[0])]) + 1}"


def counted(number: int, one: str, many: str) -> str:
    """Write a number with its noun in the right form."""
    return f"{number} {one if number == 1 else many}"
