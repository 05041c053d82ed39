"""Tables to be taken out, as values: a writer of a format needs nothing else.

A cell that is not shown is ``None`` and its row says why in ``status``; no table has a row for a
respondent, because a publication has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from survey_app.shared.i18n import Language

type Value = str | int | float | bool | None
Kind = Literal["text", "whole", "figure", "points", "share", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``key`` is the same in every language and version, ``title`` is for people. ``fact`` columns
    say which wave a row belongs to: in a book of one wave they hold one value.
    """

    key: str
    kind: Kind
    title: str
    width: int = 12
    fact: bool = False


@dataclass(frozen=True, slots=True)
class ExportTable:
    """Rows under columns; ``dimensions`` are the columns that tell rows apart, for cubes."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    def records(self) -> list[dict[str, Value]]:
        """Return the rows by column key."""
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class ExportBook:
    """All tables of one export, with what a reader must know of them.

    ``updated`` is when the newest of its figures were released. ``overview`` has the measures that
    stand beside one another for each place, ``headlines`` the one that every wave has, by
    population, and ``focus`` the level and code of the place that the book is of.
    """

    title: str
    language: Language
    updated: datetime
    facts: Mapping[str, str]
    tables: tuple[ExportTable, ...]
    notes: tuple[str, ...]
    statuses: Mapping[str, str]
    overview: tuple[str, ...]
    headlines: Mapping[str, str]
    focus: tuple[str, str]

    def table(self, key: str) -> ExportTable:
        """Find a table by key.

        Raises
        ------
        KeyError
            If there is none.
        """
        for table in self.tables:
            if table.key == key:
                return table
        raise KeyError(key)


def table_of(
    key: str, title: str, columns: Sequence[Column], records: Sequence[Mapping[str, Value]]
) -> ExportTable:
    """Make a table of records; a key that a record lacks is an empty cell."""
    keys = [column.key for column in columns]
    rows = tuple(tuple(record.get(one) for one in keys) for record in records)
    return ExportTable(key, title, tuple(columns), rows)
