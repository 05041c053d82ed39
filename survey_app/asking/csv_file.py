"""Read a CSV that somebody made in a spreadsheet, or say all that is wrong with its shape."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from io import StringIO
from typing import Final

from survey_app.asking.errors import Problem, problem
from survey_app.asking.mistakes import Mistake
from survey_app.shared.unseen import without_unseen

type Row = dict[str, str]

# a first line by which spreadsheets tell each other what separates the cells
_SIGN_LINE: Final = re.compile(r'"?sep=.?"?[;,\t]*\r?\n', re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"]*"?')


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
    reader = csv.reader(StringIO(table), delimiter=sign_of(table, ",;"), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        wrong = list(_header_problems(header, columns, needed))
        problems.extend(wrong)
        if wrong:
            return
        line = above + reader.line_num + 1
        for cells in reader:
            begins, line = line, above + reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                counted = {"cells": len(cells), "header": len(header)}
                problems.append(problem(begins, "", Mistake.CELLS, **counted))
                continue
            given = dict(zip(header, (without_unseen(cell).strip() for cell in cells), strict=True))
            yield begins, {name: given.get(name, "") for name in columns}
    except csv.Error as error:
        problems.append(problem(above + reader.line_num, "", Mistake.NOT_CSV, error=error))


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
