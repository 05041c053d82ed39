"""Every item of the strategy page in one table, and those that measure no statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from survey_app.reading.names import own
from survey_app.reading.strategy.rows import StatementItem, StatementLine
from survey_app.reading.strategy_text import library
from survey_app.shared.i18n import N_, Language, translator


@dataclass(frozen=True, slots=True)
class NumberedQuestion:
    """An item, and the numbers of the statements that it measures; none where it only touches."""

    line: StatementItem
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Untied:
    """An item that measures no statement, and what it is asked for."""

    text: str
    why: str


_PURPOSES: Final = {
    "filter": N_("avgjør hvem som får hvilke spørsmål, eller hvilken gruppe man hører til"),
    "background": N_("bakgrunn"),
}


def number_statements(rows: Iterable[StatementLine]) -> Mapping[str, int]:
    """Give each statement that is measured a number, in the order of the page.

    The strategy has no numbers of its own: these only tie the table of items to the statements.
    """
    measured = [row.statement.id for row in rows if row.measured]
    return {name: number for number, name in enumerate(measured, 1)}


def list_items(
    rows: Iterable[StatementLine], whole: Iterable[StatementItem] = ()
) -> tuple[NumberedQuestion, ...]:
    """Return every item once: first those that measure a statement, then the others.

    Parameters
    ----------
    rows : iterable of StatementLine
    whole : iterable of StatementItem
        Items about a goal as a whole.
    """
    rows = tuple(rows)
    known = number_statements(rows)
    lines: dict[str, StatementItem] = {}
    measured: dict[str, list[int]] = {}
    for row in rows:
        for line in row.items if row.measured else ():
            lines.setdefault(line.code, line)
            measured.setdefault(line.code, []).append(known[row.statement.id])
    others = [line for row in rows for line in row.lines]
    for line in (*whole, *others):
        lines.setdefault(line.code, line)
    return tuple(
        NumberedQuestion(line, tuple(measured.get(code, ()))) for code, line in lines.items()
    )


def untied(rows: Iterable[StatementLine], lang: Language) -> tuple[Untied, ...]:
    """Name the items that measure no statement and touch none, with what they are asked for."""
    rows = tuple(rows)
    tied = {line.code for row in rows for line in row.items}
    weak = {line.code: line.weak for row in rows for line in row.weak}
    _ = translator(lang).gettext
    return tuple(
        Untied(
            own(item.text, lang),
            _(_PURPOSES[item.purpose]) if item.purpose in _PURPOSES else weak.get(item.id, ""),
        )
        for item in library().items.values()
        if item.id not in tied
    )
