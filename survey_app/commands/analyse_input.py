"""The files that ``barometer analyse`` reads: respondents, and counts of the population.

A spreadsheet in Norwegian separates columns by semicolons and writes 1,5; that is read as well as
commas and 1.5. Codes that numbers would not keep (municipality 0301, unit 1.10, house 1E5) stay as
they are written.
"""

from __future__ import annotations

import csv
import re
import warnings
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

import numpy as np
import pandas as pd

from analytics.workbench.file.categories import have_numbered_parts, written
from analytics.workbench.file.columns import COLUMNS, blank_rows
from analytics.workbench.file.last_lines import without_lines_below
from analytics.workbench.file.numbers import DECIMAL_COMMA, MISSING, without_invisible
from survey_app.asking.csv_file import sign_of, split_table
from survey_app.commands.files import UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

INDEX: Final = "__index_level_"  # what pandas calls an index without a name
LABELS: Final = "labels"
LAST_LINES: Final = "last lines"
NOT_TEXT: Final = "not UTF-8 text: save the file as «CSV UTF-8», a workbook of Excel (.xlsx), too"
SHORT: Final = 200  # signs of what a library says of a file
SEPARATORS: Final = ",;\t"
HEADER: Final = 100_000  # signs in which the separator is sought
LEADING_ZERO: Final = r"\s*0[0-9]+\s*"
WHOLE: Final = r"\s*-?[0-9]+\s*"
# 1.10 is no 1.1 where it is a code, nor 1E5 the number that programs write as 1e+05 or 100000.
HUNDREDTHS: Final = r"[0-9]+\.[0-9]0"
WITHOUT_PARTS: Final = r"-?[0-9]+(?:\.0+)?"  # 1.00 is 1, as SPSS writes it
POWER: Final = r"[0-9]+[eE][0-9]+"
EXACT: Final = 2.0**53  # from here on a float does not hold every whole number
ROWS: Final = 65_536  # read at a time: answers 1 to 5 then never lie there as eight bytes each
TAIL: Final = 1 << 16  # bytes in which lines below the table are sought
BYTES: Final = 1 << 18  # looked through at a time: as many as stay near the processor


def read_respondents(path: Path, mentioned: Collection[str] | None = None) -> pd.DataFrame:
    """Read a CSV, Parquet or SPSS file, one row per respondent, in file order.

    Parameters
    ----------
    path : Path
    mentioned : collection of str, optional
        The columns that are asked for; of a Parquet file no others are kept.

    Raises
    ------
    UnreadableFileError
        If the file is missing, empty, of another kind, or its rows do not fit its header.
    """
    if path.is_dir():
        raise UnreadableFileError(f"{path}: is a folder: give a .csv, .parquet or .sav file")
    if not path.is_file():
        raise UnreadableFileError(f"{path}: there is no such file")
    try:
        match path.suffix.lower():
            case ".csv" | ".txt" | ".tsv":
                frame = _read_csv(path)
            case ".parquet":
                frame = _read_parquet(path, mentioned)
            case ".sav" | ".zsav":
                frame = _read_spss(path)
            case other:
                sentence = f"{path}: «{other}» is not read: give a .csv, .parquet or .sav file"
                raise UnreadableFileError(sentence)
    except (pd.errors.ParserError, OSError, ValueError, csv.Error) as error:
        raise UnreadableFileError(f"{path}: cannot be read: {_first_line(error)}") from None
    names = [_plain(str(name)) for name in frame.columns]
    _refuse_twice(path, names)
    return frame.set_axis(names, axis=1)


def _plain(name: str) -> str:
    """Write a name without blanks around it; what looks alike is the same, as in categories."""
    return normalize("NFC", without_invisible(name).strip())


def _refuse_twice(path: Path, names: Iterable[str]) -> None:
    counts = Counter(name for name in names if name)
    twice = next((name for name, count in counts.items() if count > 1), None)
    if twice is not None:
        raise UnreadableFileError(
            f"{path}: the header names the column {twice!r} more than once: rename one"
        )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:SHORT]


def _read_parquet(path: Path, mentioned: Collection[str] | None) -> pd.DataFrame:
    """Read columns, also one that pandas wrote as an index; ``attrs`` names those left out."""
    import pyarrow as pa  # noqa: PLC0415 - as with SPSS files

    from survey_app.commands.analyse_parquet import parquet_columns, read_columns  # noqa: PLC0415

    try:
        names = [name for name in parquet_columns(path) if not name.startswith(INDEX)]
        _refuse_twice(path, map(_plain, names))
        wanted = [name for name in names if mentioned is None or _plain(name) in mentioned]
        frame = read_columns(path, wanted or names)
        if len(wanted) < len(names) and len(blank_rows(frame)):
            frame = read_columns(path, names)  # a row may hold something elsewhere
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFileError(
            f"{path}: cannot be read as a Parquet file ({_first_line(error)}): it is cut off or "
            "damaged, or another kind of file; save it anew"
        ) from None
    frame.attrs[COLUMNS] = tuple(map(_plain, names))
    return frame


def _read_spss(path: Path) -> pd.DataFrame:
    """Read codes as they stand; ``attrs`` holds the labels of their values, by column and code."""
    import pyreadstat  # noqa: PLC0415 - takes as long to load as a pulse to analyse

    try:
        frame, told = pyreadstat.read_sav(str(path), user_missing=False)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise UnreadableFileError(
            f"{path}: cannot be read as an SPSS file ({_first_line(error)}): it is cut off or "
            "damaged, or another kind of file; save it anew"
        ) from None
    frame.attrs[LABELS] = {
        _plain(str(column)): {written(code): str(label) for code, label in labels.items()}
        for column, labels in told.variable_value_labels.items()
    }
    return frame


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        separator, above = _separator(path)
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = _read_rows(path, separator, above)
    except UnicodeDecodeError:
        raise UnreadableFileError(f"{path}: {NOT_TEXT}") from None
    except pd.errors.EmptyDataError:
        raise UnreadableFileError(f"{path}: the file is empty") from None
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise UnreadableFileError(_uneven(path, str(error))) from None
    found, told = without_lines_below(
        _as_written(path, frame, separator, above), _end(path), separator
    )
    found.attrs[DECIMAL_COMMA] = separator == ";"
    found.attrs[LAST_LINES] = told
    return found


def _end(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - TAIL, 0))
        return file.read().decode("utf-8", "replace")


def _read_rows(path: Path, separator: str, above: int) -> pd.DataFrame:
    """Read a large file piece by piece, which takes a third of the memory."""
    decimal = "," if separator == ";" else "."
    with pd.read_csv(
        path,
        sep=separator,
        decimal=decimal,
        skiprows=above,
        index_col=False,
        low_memory=False,
        keep_default_na=False,
        na_values=list(MISSING),
        chunksize=ROWS,
    ) as pieces:
        parts = [_smaller(piece) for piece in pieces]
    if len(parts) == 1:
        return parts[0]
    if all(_alike(part[name].dtype for part in parts) for name in parts[0].columns):
        return pd.concat(parts, ignore_index=True)
    # In one piece, so that a column of numbers and text is one of text throughout.
    return pd.read_csv(
        path, sep=separator, decimal=decimal, skiprows=above, index_col=False, low_memory=False,
        keep_default_na=False, na_values=list(MISSING),
    )  # fmt: skip


def _smaller(piece: pd.DataFrame) -> pd.DataFrame:
    """Keep whole numbers up to 127 in one byte each."""
    small = np.iinfo(np.int8)
    whole = piece.select_dtypes("int64")
    values = whole.to_numpy().T  # a column lies in one piece
    fits = (values.min(axis=1, initial=0) >= small.min) & (
        values.max(axis=1, initial=0) <= small.max
    )
    if fits.all() and whole.shape == piece.shape:
        return piece.astype(np.int8)  # all at once takes a third of the time
    return piece.astype(dict.fromkeys(whole.columns[fits], np.int8))


def _alike(kinds: Iterable[object]) -> bool:
    """Tell whether the pieces of a column are all signed numbers, or all of one other kind."""
    found = set(kinds)
    numbers = {np.dtype(np.int8), np.dtype(np.int64), np.dtype(np.float64)}
    return found <= numbers or (len(found) == 1 and np.dtype(object) not in found)


def _uneven(path: Path, told: str) -> str:
    """Say which line has more fields than the header names, or where a quotation stays open."""
    if "EOF inside string" in told:
        return f"{path}: a quotation mark is opened and never closed: close it, or write it twice"
    line = re.search(r"line ([0-9]+)", told)
    place = f"line {line[1]} has" if line else "the lines have"
    return (
        f"{path}: {place} more fields than the header names columns: put quotation marks around "
        "text that holds the separator"
    )


def _separator(path: Path) -> tuple[str, int]:
    """Find what separates the columns, and refuse a header that names one twice.

    Returns
    -------
    separator : str
    above : int
        Lines before the header: one where ``sep=;`` stands first, as spreadsheets write it.

    Raises
    ------
    UnreadableFileError
        If the file is empty, no text, or a name stands there twice: pandas would rename the second.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        text = lines.read(HEADER)
    if text and _has_nothing(path):
        # two bytes for a letter without a mark that says so, or no text at all
        raise UnreadableFileError(f"{path}: {NOT_TEXT}")
    table, above = split_table(text)
    separator = sign_of(table.lstrip(" \r\n"), SEPARATORS)
    if len(header := _header(path, separator, above)) == 1:
        # a quotation mark within a name may have hidden the others
        separator = max(SEPARATORS, key=lambda one: len(_header(path, one, above)))
        header = _header(path, separator, above)
    if not header:
        raise UnreadableFileError(f"{path}: the file is empty")
    _refuse_twice(path, map(_plain, header))
    return separator, above


def _header(path: Path, separator: str, above: int) -> list[str]:
    """Read the first row that is not blank; what is quoted may hold separators and line ends."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(islice(lines, above, None), delimiter=separator)
        return next((row for row in rows if len(row) > 1 or "".join(row).strip()), [])


def _as_written(path: Path, frame: pd.DataFrame, separator: str, above: int) -> pd.DataFrame:
    """Take columns as text whose names would not be those of the file when read as values.

    Codes such as 0301 and 1.10 lose their zero as numbers, codes of 16 figures and more their last
    ones where a row has none; 1E5 is 10E4 as a number; TRUE is a category by that name.
    """
    fractions = _fractions(path, frame, separator)
    names = list(dict.fromkeys([*_truth(frame), *_long(frame), *fractions]))
    if zeros := _has_zeros(path, separator):
        names += [name for name in frame.select_dtypes("number").columns if name not in names]
    if not names:
        return frame
    written = pd.read_csv(
        path, sep=separator, skiprows=above, index_col=False, dtype="str", low_memory=False,
        usecols=names, keep_default_na=False, na_values=list(MISSING),
    )  # fmt: skip
    kept = {name: written[name].str.strip() for name in _truth(frame)}
    kept |= {
        name: written[name].str.strip()
        for name in _long(frame)
        if written[name].dropna().str.fullmatch(WHOLE).all()
    }
    kept |= {
        name: written[name].str.strip()
        for name in fractions
        if name not in kept and _are_codes(written[name], separator)
    }
    if zeros:
        kept |= {
            name: written[name].str.strip()
            for name in names
            if name not in kept and written[name].str.fullmatch(LEADING_ZERO).any()
        }
    return frame.assign(**kept)


def _truth(frame: pd.DataFrame) -> list[str]:
    """Name the columns of true and false, with or without missing values."""
    kinds = frame.dtypes
    mixed = kinds.index[kinds == np.object_]
    return [
        *kinds.index[kinds == np.bool_],
        *(name for name in mixed if pd.api.types.infer_dtype(frame[name]) == "boolean"),
    ]


def _long(frame: pd.DataFrame) -> list[str]:
    """Name the columns with numbers that a float cannot tell apart."""
    largest = frame.select_dtypes("float64").max()
    return [str(name) for name in largest.index[largest >= EXACT]]


def _fractions(path: Path, frame: pd.DataFrame, separator: str) -> list[str]:
    """Name the columns with decimals, or powers of ten, that may be parts of codes."""
    names = [str(name) for name in frame.select_dtypes("float64").columns]
    if not names:
        return []
    content = np.memmap(path, dtype=np.uint8, mode="r")
    starts = range(0, len(content), BYTES)
    if any(_may_have_powers(content[start : start + BYTES + 2]) for start in starts):
        return names
    points = separator != ";" and re.search(rb"\.[0-9]+0(?![0-9])", content)
    return names if points else []


def _may_have_powers(bytes_: np.ndarray) -> bool:
    """Find an E between two digits."""
    digit = (bytes_ - ord("0")) < 10  # noqa: PLR2004 - unsigned: what comes before "0" is large
    return bool((((bytes_[1:-1] | 32) == ord("e")) & digit[:-2] & digit[2:]).any())


def _are_codes(values: pd.Series, separator: str) -> bool:
    """Tell codes from numbers by what numbers lose; with semicolons 1,10 is an ordinary number."""
    names = pd.Series(values.dropna().str.strip().unique(), dtype="str")
    if names.str.fullmatch(POWER).any():
        return True
    return (
        separator != ";"
        and not names.str.fullmatch(WITHOUT_PARTS).all()
        and (bool(names.str.fullmatch(HUNDREDTHS).any()) or have_numbered_parts(names))
    )


def _has_nothing(path: Path) -> bool:
    """Find a byte 0 anywhere: to a program it may end a name, and nobody sees it."""
    content = np.memmap(path, dtype=np.uint8, mode="r")
    starts = range(0, len(content), BYTES)
    return any(not content[start : start + BYTES].all() for start in starts)


def _has_zeros(path: Path, separator: str) -> bool:
    """Look through the bytes of the file, which takes a tenth of the time of reading it."""
    content = np.memmap(path, dtype=np.uint8, mode="r")
    starts = range(0, len(content), BYTES)
    if not any(_may_have_zeros(content[start : start + BYTES + 2]) for start in starts):
        return False
    between = re.escape(separator.encode())
    return any(re.search(start + rb'"?\s*0[0-9]', content) for start in (between, rb"\n"))


def _may_have_zeros(bytes_: np.ndarray) -> bool:
    """Find a 0 before a digit that stands neither after a digit nor after a decimal point."""
    digit = (bytes_ - ord("0")) < 10  # noqa: PLR2004 - unsigned: what comes before "0" is large
    after = digit[:-2] | (bytes_[:-2] == ord("."))
    return bool(((bytes_[1:-1] == ord("0")) & digit[2:] & ~after).any())
