"""The rows of the strategy page: items, where they stand, and the statements they measure."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.model import Statement
from survey_app.reading.levels import ChangeCell, LevelRow
from survey_app.reading.waves import Wave


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item under a statement, with its newest published level if there is one."""

    code: str
    text: str
    row: LevelRow | None
    wave: Wave | None
    population: str


@dataclass(frozen=True, slots=True)
class StandingLine:
    """Where a statement stands with one population: over how many of its items, in which wave."""

    population: str
    wave: Wave
    items: int
    mean: float
    low: float
    high: float
    before: float | None
    previous: ChangeCell | None
    first: ChangeCell | None


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement; ``touched`` where items only touch it."""

    statement: Statement
    items: tuple[ItemLine, ...]
    touched: bool
    standings: tuple[StandingLine, ...] = ()

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
