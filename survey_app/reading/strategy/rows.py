"""The rows of the strategy page: items, where they stand, and the statements they measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from questionnaires.model import Statement
from survey_app.reading.levels import ChangeCell, LevelRow
from survey_app.reading.waves import Wave

# Whose answers make a level of a statement. Candidates and stakeholders are shown item by item:
# nobody among them is asked all of a statement's.
WITH_STANDINGS: Final = ("staff", "public")


@dataclass(frozen=True, slots=True)
class StatementItem:
    """One item under a statement, with its newest published figure if there is one.

    ``row`` has a level, ``band`` is in place of one that is published in bands alone, ``hidden``
    says why a wave that asked it shows neither. ``weak`` is what the item measures instead of the
    statement; empty where it measures the statement.
    """

    code: str
    text: str
    row: LevelRow | None
    wave: Wave | None
    population: str
    band: str = ""
    hidden: str = ""
    weak: str = ""


@dataclass(frozen=True, slots=True)
class StandingLine:
    """Where a statement stands with one population: over how many of its items, in which wave.

    ``changed`` says what of its items was asked otherwise before, and what follows of that, and
    ``parted`` whether that ends its comparison; ``within`` is how many points from the others the
    silent may lie for its limits to hold them.
    """

    population: str
    wave: Wave
    items: int
    mean: float
    low: float
    high: float
    before: float | None
    previous: ChangeCell | None
    first: ChangeCell | None
    changed: str = ""
    within: float | None = None
    parted: bool = False

    @property
    def change(self) -> ChangeCell | None:
        """The change that its row tells: since the first time, or what there is."""
        return self.first or self.previous


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One statement; ``touched`` where items only touch it, ``weak`` are those tied in vain."""

    statement: Statement
    items: tuple[StatementItem, ...]
    touched: bool
    standings: tuple[StandingLine, ...] = ()
    weak: tuple[StatementItem, ...] = ()

    @property
    def measured(self) -> bool:
        """Whether any item measures it."""
        return bool(self.items) and not self.touched

    @property
    def alone(self) -> tuple[tuple[str, tuple[StatementItem, ...]], ...]:
        """Staff or the public, with its items, where it has no level over them together."""
        together = {line.population for line in self.standings}
        asked = dict.fromkeys(line.population for line in self.items)
        return tuple(
            (name, tuple(line for line in self.items if line.population == name))
            for name in asked
            if name not in together and (name in WITH_STANDINGS or not self.standings)
        )

    @property
    def later(self) -> tuple[StatementItem, ...]:
        """Its items that a newer survey than its own found risen or fallen since the first.

        Where the statement did the same, that is no news.
        """
        return tuple(
            item
            for line in self.standings
            for item in self.items
            if item.population == line.population
            and item.wave is not None
            and item.wave.closed_on > line.wave.closed_on
            and item.row is not None
            and item.row.first is not None
            and item.row.first.sign in {"up", "down"}
            and (line.change is None or line.change.sign != item.row.first.sign)
        )

    def apart(self, line: StandingLine) -> bool:
        """Tell whether its items changed, each since a wave of its own, and it itself did not.

        Its change is that of all its items since one wave; where they have none, it has none.
        """
        return line.change is None and any(
            item.population == line.population
            and item.row is not None
            and (item.row.first or item.row.previous) is not None
            for item in self.items
        )

    def without_change(self, line: StandingLine) -> str:
        """Say what its items of that survey say in place of a change, where all say the same."""
        told = {
            item.row.renewed
            for item in self.items
            if item.population == line.population and item.wave == line.wave and item.row
        }
        return told.pop() if len(told) == 1 else ""

    @property
    def lines(self) -> tuple[StatementItem, ...]:
        """All its items, those that measure it first."""
        return (*self.items, *self.weak)


@dataclass(frozen=True, slots=True)
class Section:
    """Statements under one heading, in the strategy's order.

    ``whole`` are items about the heading itself, a goal, and none of the statements under it.
    ``own`` are the strategy's words at the end of the heading, and ``id`` is the statement that
    they are of; empty where the heading is ours alone.
    """

    kind: str
    area: str
    heading: str
    rows: tuple[StatementLine, ...]
    whole: tuple[StatementItem, ...] = ()
    own: str = ""
    id: str = ""

    @property
    def compact(self) -> bool:
        """Whether the surveys are not made to measure anything here."""
        return not any(row.measured for row in self.rows)

    @property
    def tied(self) -> bool:
        """Whether it is we who put a statement under this heading."""
        return any(row.statement.tie for row in self.rows)


@dataclass(frozen=True, slots=True)
class Area:
    """An area of the strategy with its goals."""

    name: str
    sections: tuple[Section, ...]
