"""Columns of a file: there or not, numbers or categories, written as in the file."""

from __future__ import annotations

import math
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import FrameError
from analytics.estimation.grouping import positions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from analytics.arrays import Floats, Integers

NO_NUMBERS: Final = "cmM"  # numpy's letters for complex numbers, spans of time and dates
# What a CSV file may hold where nothing is known. "None" is no such: it is a category of many
# files (no airbag, no exercise), and in a column of numbers it is read as missing all the same.
MISSING: Final = (
    "", "NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NaN", "nan", "-NaN", "-nan", "NULL",
    "null", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
)  # fmt: skip
TRUTH: Final = ("false", "true")
_DIGITS: Final = re.compile(r"([0-9]+)")
_PLAIN: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


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


def numbers(data: pd.DataFrame, column: str, where: str) -> Floats:
    """Read a column as numbers; missing stays missing.

    Raises
    ------
    FrameError
        If the column is missing, or holds text, dates, or a number beyond any measure.
    """
    need(data, [column], where)
    values = data[column]
    if values.dtype.kind in NO_NUMBERS:
        raise FrameError(f"{where}: the column {column!r} holds dates, times or complex numbers")
    try:
        values = pd.to_numeric(values)
    except (TypeError, ValueError):
        values = _from_text(values, where)
    except OverflowError:
        raise FrameError(
            f"{where}: the column {column!r} holds a number of more than 300 digits: leave it "
            "empty if unknown"
        ) from None
    return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def _from_text(values: pd.Series, where: str) -> pd.Series:
    """Read numbers that stand as text; blanks are a missing value, and true is 1."""
    told = values.astype("str").str.strip().mask(values.isna())
    told = told.mask(told.isin((*MISSING, "None")))
    truth = told.str.lower().map({word: float(number) for number, word in enumerate(TRUTH)})
    read = truth if truth.notna().eq(told.notna()).all() else pd.to_numeric(told, errors="coerce")
    strange = np.flatnonzero((read.isna() & told.notna()).to_numpy(dtype=bool))
    if len(strange):
        raise FrameError(
            f"{where}: the column {values.name!r} holds something that is no number in "
            f"{counted(len(strange), 'row', 'rows')}, the first is {row_number(values, strange)}: "
            "leave it empty where unknown, and write decimals with a point"
        )
    return read


def row_number(values: pd.Series | pd.DataFrame, places: Integers) -> str:
    """Name the first of some rows as a reader of the file counts them, without the header."""
    return f"row {int(values.index[int(places[0])]) + 1}"


def counted(number: int, one: str, many: str) -> str:
    """Write a number with its noun in the right form."""
    return f"{number} {one if number == 1 else many}"


def written(value: object) -> str:
    """Write a category as in the file, without blanks around it: 1.0 is "1", a day has no hour."""
    if isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return value.date().isoformat()
    return str(value).strip()


def categories(data: pd.DataFrame, column: str, where: str) -> pd.Series:
    """Read a column as categories; missing stays missing.

    Returns
    -------
    Series of str, shape (n_respondents,)

    Raises
    ------
    FrameError
        If the column is missing.
    """
    need(data, [column], where)
    values = data[column]
    codes, unique = pd.factorize(values)
    # Written once per category and then taken by position: a file may have a million rows.
    names = pd.array([_category(value) for value in unique], dtype="str")
    return pd.Series(names.take(codes, allow_fill=True), index=data.index, name=column)


def _category(value: object) -> str | None:
    """Write a category; blanks, or blanks around what stands for a missing value, are none."""
    name = written(value)
    return None if not name or (name != value and name in MISSING) else name


def same_category(name: str, occurring: Collection[str]) -> str:
    """Find the category of a column that somebody means who writes 1.0 for 1, or true for TRUE.

    Parameters
    ----------
    name : str
        As written in a specification or a file of counts.
    occurring : collection of str
        The categories of the column, as `categories` gives them.

    Returns
    -------
    str
        The category, or the name itself where none is the same.
    """
    if name in occurring:
        return name
    return next((other for other in occurring if _means_same(name, other)), name)


def _means_same(one: str, other: str) -> bool:
    if one.lower() in TRUTH:
        return one.lower() == other.lower()
    # Codes that begin with a zero are names, not numbers.
    plain = _PLAIN.fullmatch(one) and _PLAIN.fullmatch(other)
    return bool(plain) and float(one) == float(other)


def natural_order(names: Iterable[str]) -> list[str]:
    """Sort as numbers where all are numbers, else as text whose digits count: V2 before V10."""
    found = list(names)
    return sorted(found, key=float if are_numbers(found) else by_parts)


def are_numbers(names: Iterable[str]) -> bool:
    """Tell whether all categories are numbers."""
    try:
        return all(math.isfinite(float(name)) for name in names)
    except ValueError:
        return False


def by_parts(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Split a name into text and whole numbers; the name itself parts 1 from 01."""
    parts = [part for part in _DIGITS.split(name) if part]
    return tuple((0, int(p), "") if _DIGITS.fullmatch(p) else (1, 0, p) for p in parts), name


def cross(columns: Sequence[pd.Series]) -> tuple[Integers, list[tuple[str, ...]]]:
    """Give each combination of categories that occurs a number.

    Returns
    -------
    code : ndarray of int64, shape (n_respondents,)
        Position of each respondent's combination; -1 where a category is missing.
    combinations : list of tuple of str
        In natural order, the first column slowest.
    """
    key = np.zeros(len(columns[0]), dtype=np.int64)
    known = np.ones(len(key), dtype=bool)
    orders = []
    for column in columns:
        codes, unique = pd.factorize(column)
        order = natural_order(str(value) for value in unique)
        place = pd.Index(order).get_indexer(pd.Index(unique))
        known &= codes >= 0
        key = key * len(order) + np.append(place, 0)[codes]
        orders.append(order)
    code = np.full(len(key), -1, dtype=np.int64)
    occurring, code[known] = positions(key[known])
    combos = np.unravel_index(occurring, [len(order) for order in orders]) if len(occurring) else ()
    names = [[order[k] for k in part] for order, part in zip(orders, combos, strict=False)]
    return code, list(zip(*names, strict=True))
