"""Read a CSV that somebody made in a spreadsheet, or say all that is wrong with its shape."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from io import StringIO

from survey_app.asking.errors import Problem, problem
from survey_app.asking.mistakes import Mistake
from survey_app.shared.form_text import without_unseen

type Row = dict[str, str]


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
    text = text.removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(StringIO(text), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        wrong = list(_header_problems(header, columns, needed))
        problems.extend(wrong)
        if wrong:
            return
        line = reader.line_num + 1
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                counted = {"cells": len(cells), "header": len(header)}
                problems.append(problem(begins, "", Mistake.CELLS, **counted))
                continue
            given = dict(zip(header, (without_unseen(cell).strip() for cell in cells), strict=True))
            yield begins, {name: given.get(name, "") for name in columns}
    except csv.Error as error:
        problems.append(problem(reader.line_num, "", Mistake.NOT_CSV, error=error))


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
