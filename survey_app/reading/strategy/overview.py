"""The strategy, statement by statement, with what measures it and what does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from questionnaires.model import Statement
from survey_app.reading.levels import LevelRow, level_row
from survey_app.reading.names import own
from survey_app.reading.published import AGENCY, Published
from survey_app.reading.strategy_text import library, measured_by, statements
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.i18n import N_, Language, translator

# What the instruments are made to measure; elsewhere an item only touches a goal
# (instruments.md 3.6), and says nothing of whether it is met.
MEASURED: Final = ("verdi.", "omdomme.", "sikkerhet.ansatte")

# How many waves it takes to ask everything once: a year of pulses and main wave, one half-year.
_LOOK_BACK: Final = {"staff": 5, "public": 1}

_HEADINGS: Final = {
    "mission": N_("Samfunnsoppdraget"),
    "vision": N_("Visjonen"),
}


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item under a statement, with its newest published level if there is one."""

    code: str
    text: str
    row: LevelRow | None
    wave: Wave | None
    population: str


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement; ``touched`` where items only touch it."""

    statement: Statement
    items: tuple[ItemLine, ...]
    touched: bool

    @property
    def measured(self) -> bool:
        """Whether any item measures it."""
        return bool(self.items) and not self.touched


@dataclass(frozen=True, slots=True)
class Section:
    """Statements under one heading, in the strategy's order."""

    area: str
    heading: str
    rows: tuple[StatementRow, ...]

    @property
    def compact(self) -> bool:
        """Whether the surveys are not made to measure anything here."""
        return not any(row.measured for row in self.rows)


@dataclass(frozen=True, slots=True)
class StrategyPage:
    """Everything that the page shows."""

    name: str
    sections: tuple[Section, ...]

    @property
    def asked(self) -> int:
        """Statements that the surveys are made to measure."""
        return sum(self._made_for(row) for part in self.sections for row in part.rows)

    @property
    def measured(self) -> int:
        """Statements among them that an item measures."""
        return sum(row.measured for part in self.sections for row in part.rows)

    @property
    def outside(self) -> int:
        """Goals that the surveys are not made to measure."""
        return sum(
            not self._made_for(row) and row.statement.kind == "subgoal"
            for part in self.sections
            for row in part.rows
        )

    @staticmethod
    def _made_for(row: StatementRow) -> bool:
        return row.statement.id.startswith(MEASURED)


async def strategy_page(lang: Language, at: datetime) -> StrategyPage:
    """Put the page together from the library and the newest figure of each item."""
    newest = await _newest(lang, at)
    rows = {
        name: StatementRow(
            statement,
            tuple(_line(item, newest, lang) for item in measured_by()[name]),
            touched=not name.startswith(MEASURED),
        )
        for name, statement in statements().items()
    }
    return StrategyPage(library().strategy.name, tuple(_sections(rows, lang)))


type _Newest = dict[str, tuple[LevelRow, Wave, str]]


async def _newest(lang: Language, at: datetime) -> _Newest:
    found: _Newest = {}
    for population, latest in _LOOK_BACK.items():
        for wave in reversed((await waves(population, at))[-latest:]):
            if wave.measures <= found.keys():
                continue
            shown = await published(wave, at)
            for code, row in _items(shown, lang):
                found.setdefault(code, (row, wave, population))
    return found


def _items(shown: Published, lang: Language) -> Iterable[tuple[str, LevelRow]]:
    whole = next(d for d in shown.domains if d.level == AGENCY)
    for measure in shown.measures.values():
        if measure.kind == "item":
            row = level_row(shown, measure.code, whole, lang)
            if row is not None and row.estimate is not None:
                yield measure.code, row


def _line(code: str, newest: _Newest, lang: Language) -> ItemLine:
    text = own(library().items[code].text, lang)
    row, wave, population = newest.get(code, (None, None, ""))
    return ItemLine(code, text, row, wave, population)


def _sections(rows: dict[str, StatementRow], lang: Language) -> Iterable[Section]:
    _ = translator(lang).gettext
    for kind, heading in _HEADINGS.items():
        members = tuple(row for row in rows.values() if row.statement.kind == kind)
        if members:
            yield Section("", _(heading), members)
    for row in rows.values():
        statement = row.statement
        if statement.kind == "value":
            members = _under(rows, statement.id)
            yield Section("", f"{_('Verdi')}: {statement.text.lower()}", members)
    for row in rows.values():
        statement = row.statement
        if statement.kind == "goal" and statement.area:
            area = rows[statement.area].statement.text
            yield Section(area, statement.text, _under(rows, statement.id))


def _under(rows: dict[str, StatementRow], goal: str) -> tuple[StatementRow, ...]:
    return tuple(
        row
        for row in rows.values()
        if row.statement.goal == goal and row.statement.kind in {"value_statement", "subgoal"}
    )
