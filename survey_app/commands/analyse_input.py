"""The files that ``barometer analyse`` reads: respondents, and counts of the population.

A spreadsheet in Norwegian separates columns by semicolons and writes 1,5; that is read as well as
commas and 1.5. Codes that begin with a zero (municipality 0301) stay as they are written.
"""

from __future__ import annotations

import csv
import mmap
import re
import warnings
from typing import TYPE_CHECKING, Final

import pandas as pd

from survey_app.commands.files import UnreadableFileError

if TYPE_CHECKING:
    from pathlib import Path

SEPARATORS: Final = (",", ";", "\t")
LEADING_ZERO: Final = r"\s*0[0-9]+\s*"


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV, Parquet or SPSS file, one row per respondent, in file order.

    Raises
    ------
    UnreadableFileError
        If the file is missing, empty, of another kind, or its rows do not fit its header.
    """
    if not path.is_file():
        raise UnreadableFileError(f"{path}: there is no such file")
    try:
        match path.suffix.lower():
            case ".csv" | ".txt" | ".tsv":
                return _read_csv(path)
            case ".parquet":
                frame = pd.read_parquet(path)
            case ".sav" | ".zsav":
                import pyreadstat  # noqa: PLC0415 - takes as long to load as a pulse to analyse

                frame = pyreadstat.read_sav(str(path), user_missing=False)[0]
            case other:
                sentence = f"{path}: «{other}» is not read: give a .csv, .parquet or .sav file"
                raise UnreadableFileError(sentence)
    except (pd.errors.ParserError, OSError, ValueError) as error:
        raise UnreadableFileError(f"{path}: cannot be read: {str(error).splitlines()[0]}") from None
    return frame


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        separator = _separator(path)
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            # In one piece, so that a column of numbers and text is one of text throughout.
            frame = pd.read_csv(
                path,
                sep=separator,
                decimal="," if separator == ";" else ".",
                index_col=False,
                low_memory=False,
            )
    except UnicodeDecodeError:
        raise UnreadableFileError(f"{path}: not UTF-8 text: save the file as «CSV UTF-8»") from None
    except pd.errors.EmptyDataError:
        raise UnreadableFileError(f"{path}: the file is empty") from None
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise UnreadableFileError(_uneven(path, str(error))) from None
    frame = _with_zeros(path, frame, separator)
    return frame.set_axis(frame.columns.str.strip(), axis=1)


def _uneven(path: Path, told: str) -> str:
    """Say which line has more fields than the header names."""
    line = re.search(r"line ([0-9]+)", told)
    place = f"line {line[1]} has" if line else "the lines have"
    return (
        f"{path}: {place} more fields than the header names columns: put quotation marks around "
        "text that holds the separator"
    )


def _separator(path: Path) -> str:
    """Find what separates the columns, and refuse a header that names one twice.

    Raises
    ------
    UnreadableFileError
        If the file is empty or a name stands there twice: pandas would rename the second.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        first = next((line for line in lines if line.strip()), "")
    if not first:
        raise UnreadableFileError(f"{path}: the file is empty")
    separator = max(SEPARATORS, key=first.count)
    names = [name.strip() for name in next(csv.reader([first], delimiter=separator))]
    twice = [name for number, name in enumerate(names) if name and name in names[:number]]
    if twice:
        raise UnreadableFileError(
            f"{path}: the header names the column {twice[0]!r} more than once: rename one"
        )
    return separator


def _with_zeros(path: Path, frame: pd.DataFrame, separator: str) -> pd.DataFrame:
    """Take columns of codes such as 0301 as text: read as numbers they would lose the zero."""
    if not _has_zeros(path, separator):
        return frame
    written = pd.read_csv(path, sep=separator, index_col=False, dtype="str", low_memory=False)
    codes = [
        name
        for name in frame.select_dtypes("number").columns
        if written[name].str.fullmatch(LEADING_ZERO).any()
    ]
    return frame.assign(**{name: written[name].str.strip() for name in codes})


def _has_zeros(path: Path, separator: str) -> bool:
    """Look through the bytes of the file, which takes a tenth of the time of reading it."""
    between = re.escape(separator.encode())
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return any(
            re.search(start + rb'"?\s*0[0-9]', content) is not None for start in (between, rb"\n")
        )
