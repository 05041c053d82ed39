"""Read a CSV that somebody made in a spreadsheet, or say all that is wrong with its shape."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Final

from survey_app.asking.errors import Problem, problem
from survey_app.asking.mistakes import Mistake
from survey_app.shared.unseen import without_unseen

if TYPE_CHECKING:
    from _csv import Reader

type Row = dict[str, str]

MOST_COLUMNS: Final = 300  # each is asked about, and compared with all others
LONGEST_LINE: Final = 1_000_000  # signs: so many cells take little memory still

# a first line by which spreadsheets tell each other what separates the cells
_SIGN_LINE: Final = re.compile(r'"?sep=.?"?[;,\t]*\r?\n', re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"]*"?')


class LongLineError(csv.Error):
    """A line is longer than any is; the reader has not counted it yet."""


def split_table(text: str) -> tuple[str, int]:
    """Return the text from the header on, and how many lines stand before it."""
    text = text.removeprefix("\ufeff")
    if before := _SIGN_LINE.match(text):
        return text[before.end() :], 1
    return text, 0


def sign_of(table: str, signs: str) -> str:
    """Return which of the signs separates the cells of a header; the first where none does.

    Signs and line breaks inside quotation marks belong to a name.
    """
    bare = _QUOTED.sub("", table[:100_000]).split("\n", 1)[0]
    return max(signs, key=lambda sign: (bare.count(sign), sign == signs[0]))


def bounded_rows(table: str, sign: str) -> Reader:
    """Read the rows of a table, as `csv.reader` does, but none that is longer than any is.

    Raises
    ------
    csv.Error
        While rows are read, where one cannot be.
    """
    return csv.reader(_lines(table), delimiter=sign, strict=True)


def line_of(error: csv.Error, reader: Reader) -> int:
    """Give the line of the table, from 1, on which `bounded_rows` stopped."""
    return reader.line_num + isinstance(error, LongLineError)


def _lines(table: str) -> Iterator[str]:
    for line in StringIO(table):
        if len(line) > LONGEST_LINE:
            raise LongLineError(f"more than {LONGEST_LINE:,} signs on one line")
        yield line


def as_wide(cells: Sequence[str], columns: int) -> Sequence[str]:
    """Leave out empty cells behind the last column: some systems end each row with a sign."""
    return cells if any(cell.strip() for cell in cells[columns:]) else cells[:columns]


def too_wide(header: Sequence[str]) -> Iterator[Problem]:
    """Say of a header that it has more columns than anybody could be asked about."""
    if len(header) > MOST_COLUMNS:
        yield problem(1, "", Mistake.TOO_WIDE, number=len(header), most=MOST_COLUMNS)


def csv_rows(
    text: str, columns: Sequence[str], needed: Collection[str], problems: list[Problem]
) -> Iterator[tuple[int, Row]]:
    """Read rows separated by comma or semicolon, whatever the order of the columns.

    Parameters
    ----------
    text : str
        The file, with or without a byte order mark.
    columns : sequence of str
        Every column that is read; a row without one has it empty.
    needed : collection of str
        Those that must be there.
    problems : list of Problem
        What is wrong is added here; with a wrong header nothing is read.

    Yields
    ------
    (int, dict of str to str)
        The line on which a row begins, as an editor or a spreadsheet counts it, and its cells.
    """
    table, above = split_table(text)
    reader = bounded_rows(table, sign_of(table, ",;\t"))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        wrong = list(too_wide(header)) or list(_header_problems(header, columns, needed))
        problems.extend(wrong)
        if wrong:
            return
        line = above + reader.line_num + 1
        for cells in reader:
            begins, line = line, above + reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            told = as_wide(cells, len(header))
            if len(told) != len(header):
                counted = {"cells": len(cells), "header": len(header)}
                problems.append(problem(begins, "", Mistake.CELLS, **counted))
                continue
            given = dict(zip(header, (without_unseen(cell).strip() for cell in told), strict=True))
            yield begins, {name: given.get(name, "") for name in columns}
    except csv.Error as error:
        problems.append(problem(above + line_of(error, reader), "", Mistake.NOT_CSV, error=error))


def _header_problems(
    header: Sequence[str], columns: Sequence[str], needed: Collection[str]
) -> Iterator[Problem]:
    for name in columns:
        if name in needed and name not in header:
            yield problem(1, name, Mistake.NO_COLUMN, columns=", ".join(columns))
    for name in sorted(set(header) - set(columns)):
        yield problem(1, name, Mistake.UNREAD_COLUMN)
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield problem(1, name, Mistake.COLUMN_TWICE)
