"""Codes of units that hold a space or a stroke, as some HR systems write them («400/10»)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from survey_app.asking.errors import Problem, problem
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.columns import Meaning

type Row = tuple[int, dict[Meaning, str]]

_ODD: Final = re.compile(r"[^\w.-]")


def with_plain_codes(
    rows: Sequence[Row], names: Collection[str], column: str, problems: list[Problem]
) -> Iterator[Row]:
    """Write codes as addresses of pages take them: one code is the same in every file.

    Parameters
    ----------
    rows : sequence of Row
        Each with its line.
    names : collection of str
        Cells with names of the register's units, which a column of codes may hold: they stay.
    column : str
        What the file calls its codes.
    problems : list of Problem
        Two codes that differ in such signs alone are added here.
    """
    cells = {row.get("unit", ""): line for line, row in reversed(rows) if row.get("unit_name")}
    plain = {cell: _ODD.sub("_", cell) for cell in cells if cell not in names}
    first: dict[str, str] = {}
    for cell, line in reversed(cells.items()):
        if cell in plain and first.setdefault(plain[cell], cell) != cell:
            problems.append(problem(line, column, Mistake.CODE))
    for line, row in rows:
        cell = row.get("unit", "")
        yield line, row | {"unit": plain[cell]} if cell in plain else row
