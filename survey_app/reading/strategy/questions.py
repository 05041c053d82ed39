"""Every item of the strategy page in one table, for paper and for those who read tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey_app.reading.strategy.rows import ItemLine, StatementRow


@dataclass(frozen=True, slots=True)
class Question:
    """An item, and the numbers of the statements that it measures; none where it only touches."""

    line: ItemLine
    numbers: tuple[int, ...]


def numbers(rows: Iterable[StatementRow]) -> Mapping[str, int]:
    """Give each statement that is measured a number, in the order of the page.

    The strategy has no numbers of its own: these only tie the table of items to the statements.
    """
    measured = [row.statement.id for row in rows if row.measured]
    return {name: number for number, name in enumerate(measured, 1)}


def questions(rows: Iterable[StatementRow]) -> tuple[Question, ...]:
    """Return every item once: first those that measure a statement, then those that touch one."""
    rows = tuple(rows)
    known = numbers(rows)
    lines: dict[str, ItemLine] = {}
    measured: dict[str, list[int]] = {}
    for row in sorted(rows, key=lambda row: not row.measured):
        for line in row.items:
            lines.setdefault(line.code, line)
            if row.measured:
                measured.setdefault(line.code, []).append(known[row.statement.id])
    return tuple(Question(line, tuple(measured.get(code, ()))) for code, line in lines.items())
