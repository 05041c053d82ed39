"""Columns read as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import FrameError
from analytics.workbench.file.columns import counted, need, row_number

if TYPE_CHECKING:
    from analytics.arrays import Floats


NO_NUMBERS: Final = "cmM"  # numpy's letters for complex numbers, spans of time and dates
NUMBERS: Final = "biuf"  # and for truth values, whole numbers and fractions
# What a CSV file may hold where nothing is known. "None" is no such: it is a category of many
# files (no airbag, no exercise), and in a column of numbers it is read as missing all the same.
MISSING: Final = (
    "", "NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NaN", "nan", "-NaN", "-nan", "NULL",
    "null", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
)  # fmt: skip
# Thousands in many languages, and decimals in others: 1.234 may be either.
DECIMAL_COMMA: Final = "decimal_comma"  # in ``attrs`` of a file, where it tells
THOUSANDS: Final = r"-?[1-9][0-9]{0,2}(?:\.[0-9]{3})+"
TRUTH: Final = ("false", "true")
# Soft hyphen, blanks without width, marks of direction, and the mark with which a file begins,
# which stands inside where several were joined. Joiners are letters of some languages, and stay.
_INVISIBLE: Final = dict.fromkeys(
    [*map(ord, "\u00ad\u200b\u200e\u200f\ufeff"), *range(0x202A, 0x202F), *range(0x2060, 0x206A)]
)
LONGEST: Final = 20  # signs that a sentence quotes of a cell


def without_invisible(text: str) -> str:
    """Leave out the signs of a text that nobody sees: what looks alike is the same."""
    return text if text.isascii() else text.translate(_INVISIBLE)


def numeric_column(data: pd.DataFrame, column: str, where: str) -> Floats:
    """Read a column as numbers; missing stays missing.

    Raises
    ------
    FrameError
        If the column is missing, or holds text, dates, a number beyond any measure, or text whose
        points may part thousands.
    """
    need(data, [column], where)
    values = data[column]
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.dtype.categories.dtype)
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in NUMBERS:
        return values.to_numpy(dtype=np.float64)  # all that follows is for other columns
    if values.dtype.kind in NO_NUMBERS:
        raise FrameError(f"{where}: the column {column!r} holds dates, times or complex numbers")
    # in a file with commas a column may be text for a blank alone, and a point begins the decimals
    if not pd.api.types.is_numeric_dtype(values) and data.attrs.get(DECIMAL_COMMA, True):
        _refuse_thousands(values, where)
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


def _told(values: pd.Series, where: str) -> pd.Series:
    """Write each cell as text, without blanks around it."""
    try:
        told = values.astype("str").map(without_invisible, na_action="ignore")
    except UnicodeDecodeError:
        raise FrameError(
            f"{where}: the column {values.name!r} holds bytes that are no UTF-8 text"
        ) from None
    return told.astype("str").str.strip()


def _refuse_thousands(values: pd.Series, where: str) -> None:
    """Refuse 1.234 and 12.345 in a column that was not read as numbers.

    Such a column stands in a file with semicolons, where a comma begins the decimals, or in one
    that holds text and does not tell: these may be thousands.
    """
    told = _told(values, where)
    pointed = told[told.str.contains(".", regex=False, na=False)]
    if len(pointed) and pointed.str.fullmatch(THOUSANDS).all():
        places = np.flatnonzero(values.index == pointed.index[0])
        raise FrameError(
            f"{where}: the column {values.name!r} holds {pointed.iloc[0]} in "
            f"{row_number(values, places)}, which may have a thousand or three decimals: write "
            "thousands without a point, and decimals with a comma; or store numbers, not text"
        )


def _from_text(values: pd.Series, where: str) -> pd.Series:
    """Read numbers that stand as text; blanks are a missing value, and true is 1."""
    told = _told(values, where).mask(values.isna())
    told = told.mask(told.isin((*MISSING, "None")))
    truth = told.str.lower().map({word: float(number) for number, word in enumerate(TRUTH)})
    read = truth if truth.notna().eq(told.notna()).all() else pd.to_numeric(told, errors="coerce")
    strange = np.flatnonzero((read.isna() & told.notna()).to_numpy(dtype=bool))
    if len(strange):
        raise FrameError(
            f"{where}: the column {values.name!r} holds something that is no number in "
            f"{counted(len(strange), 'row', 'rows')}, the first is {row_number(values, strange)} "
            f"with {_shortened(told.iloc[strange[0]])!r}: leave it empty where unknown, and write "
            "decimals with a point"
        )
    return read


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
