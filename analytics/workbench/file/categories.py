"""Columns read as categories: written as in the file, in their natural order, and crossed."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

import numpy as np
import pandas as pd

from analytics.errors import FrameError
from analytics.estimation.grouping import positions
from analytics.workbench.file.columns import need
from analytics.workbench.file.numbers import MISSING, TRUTH, without_invisible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from analytics.arrays import Integers

_DIGITS: Final = re.compile(r"([0-9]+)")
_DECIMALS: Final = re.compile(r"-?[0-9]+\.([0-9]+)")
_PLAIN: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def written(value: object) -> str:
    """Write a category as in the file, without blanks around it: 1.0 is "1", a day has no hour.

    What looks alike is the same: some programs write an å as two signs, or signs without width.
    """
    if isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return value.date().isoformat()
    return normalize("NFC", without_invisible(str(value)).strip())


def categories(data: pd.DataFrame, column: str, where: str) -> pd.Series:
    """Read a column as categories; missing stays missing.

    Returns
    -------
    Series of str, shape (n_respondents,)

    Raises
    ------
    FrameError
        If the column is missing, or holds lists, tables or bytes, as a Parquet file may.
    """
    need(data, [column], where)
    values = data[column]
    try:
        codes, unique = pd.factorize(values)
    except TypeError:
        raise FrameError(
            f"{where}: the column {column!r} holds lists or tables: give it one value in each row"
        ) from None
    if any(isinstance(value, bytes) for value in unique):
        raise FrameError(f"{where}: the column {column!r} holds bytes that are no UTF-8 text")
    # Written once per category and then taken by position: a file may have a million rows.
    # as Arrow lays them out, unlike our tables: they are numbered again and again
    with pd.option_context("mode.string_storage", "auto"):
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
    numbers = are_numbers(found) and not have_numbered_parts(found)
    return sorted(found, key=float if numbers else by_parts)


def are_numbers(names: Iterable[str]) -> bool:
    """Tell whether all categories are numbers."""
    try:
        return all(math.isfinite(float(name)) for name in names)
    except ValueError:
        return False


def have_numbered_parts(names: Iterable[str]) -> bool:
    """Tell codes such as 1.9 and 1.10, or 2026.9 and 2026.10, from numbers with decimals.

    What stands after the points has not always as many digits, and one ends in a zero: of numbers a
    program writes either all with as many decimals or none with such a zero.
    """
    decimals = [found[1] for name in names if (found := _DECIMALS.fullmatch(name))]
    ends = any(len(digits) > 1 and digits.endswith("0") for digits in decimals)
    return ends and len({len(digits) for digits in decimals}) > 1


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
