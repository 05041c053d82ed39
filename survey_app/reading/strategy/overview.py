"""The strategy, statement by statement, with what measures it and what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from survey_app.reading import kinds
from survey_app.reading.names import own
from survey_app.reading.sentences import Finding
from survey_app.reading.strategy.findings import count_movements, verdicts_of_first
from survey_app.reading.strategy.lines import NewestAnswer, line, newest
from survey_app.reading.strategy.questions import (
    NumberedQuestion,
    Untied,
    list_items,
    number_statements,
    untied,
)
from survey_app.reading.strategy.revisions import OtherRevision, other_revisions
from survey_app.reading.strategy.rows import (
    Area,
    Section,
    StandingLine,
    StatementItem,
    StatementLine,
)
from survey_app.reading.strategy.standings import standings
from survey_app.reading.strategy_text import (
    library,
    measured_by,
    sentences_under,
    statements,
    weakly_tied,
)
from survey_app.shared.i18n import N_, Language, translator

_HEADINGS: Final = {
    "mission": N_("Samfunnsoppdraget"),
    "vision": N_("Visjonen"),
}


@dataclass(frozen=True, slots=True)
class StrategyPage:
    """Everything that the page shows.

    ``topics`` says what the surveys are made to measure; of the area ``judged_outside`` people
    outside are asked. ``driving_forces`` are the document's own words; ``untied`` are the items
    that measure no statement; ``others`` the revisions that this one comes from or leads to.
    """

    name: str
    topics: str
    judged_outside: str
    sections: tuple[Section, ...]
    driving_forces: tuple[str, ...]
    untied: tuple[Untied, ...]
    findings: tuple[Finding, ...] = ()
    others: tuple[OtherRevision, ...] = ()

    @property
    def areas(self) -> tuple[Area, ...]:
        """The areas of the strategy with their goals, in its order."""
        goals = [part for part in self.sections if part.kind == "goal"]
        return tuple(Area(name, tuple(one)) for name, one in groupby(goals, lambda part: part.area))

    @property
    def asked(self) -> int:
        """Statements that the surveys are made to measure."""
        return sum(_made_for(row.statement.id) for part in self.sections for row in part.rows)

    @property
    def measured(self) -> int:
        """Statements among them that an item measures."""
        return sum(row.measured for part in self.sections for row in part.rows)

    @property
    def counted_twice(self) -> bool:
        """Whether a statement stands in two findings, for staff and for the public."""
        return any(len(verdicts_of_first(row)) > 1 for part in self.sections for row in part.rows)

    @property
    def parted(self) -> int:
        """Statements told since a first survey that others went before, which asked otherwise."""
        return sum(
            any(line.first is not None and line.parted for line in row.standings)
            for part in self.sections
            for row in part.rows
        )

    @property
    def apart(self) -> int:
        """Statements that no finding counts, since only their questions have changes."""
        return sum(
            not verdicts_of_first(row) and any(row.apart(line) for line in row.standings)
            for part in self.sections
            for row in part.rows
        )

    @property
    def without_level(self) -> int:
        """Statements that are measured, and that no survey yet tells a level of as a whole.

        As those of a new strategy, and those that candidates alone are asked of.
        """
        rows = (row for part in self.sections for row in part.rows)
        return sum(row.measured and not row.standings for row in rows)

    @property
    def without_first(self) -> int:
        """Statements with a level, of which nothing is told since a first survey.

        With those of the findings, `apart` and `without_level` they are all that are measured.
        """
        return sum(
            bool(row.standings)
            and not verdicts_of_first(row)
            and not any(row.apart(line) for line in row.standings)
            for part in self.sections
            for row in part.rows
        )

    @property
    def levels(self) -> tuple[StandingLine, ...]:
        """Every level of a statement, in the order of the page."""
        return tuple(one for part in self.sections for row in part.rows for one in row.standings)

    @property
    def first_times(self) -> Mapping[str, str]:
        """Since when the changes of each population are told where a row does not say it.

        Of the wave since which most of them are.
        """
        told: dict[str, Counter[str]] = {}
        for one in self.levels:
            if one.change is not None:
                told.setdefault(one.population, Counter())[one.change.since] += 1
        return {population: times.most_common(1)[0][0] for population, times in told.items()}

    @property
    def outside(self) -> int:
        """Goals that the surveys are not made to measure."""
        return sum(
            not _made_for(row.statement.id) and row.statement.kind in {"goal", "subgoal"}
            for part in self.sections
            for row in part.rows
        )

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of each statement that is measured, by its id."""
        return number_statements(row for part in self.sections for row in part.rows)

    @property
    def questions(self) -> tuple[NumberedQuestion, ...]:
        """Every item once, with the numbers of the statements that it measures."""
        rows = (row for part in self.sections for row in part.rows)
        return list_items(rows, (one for part in self.sections for one in part.whole))


def _made_for(statement: str) -> bool:
    """Tell whether the surveys are made to measure a statement.

    Elsewhere an item only touches a goal (instruments.md 3.6): whether it is met, it does not say.
    """
    return statement.startswith(kinds.measured_strategy().measured)


async def strategy_page(lang: Language, at: datetime) -> StrategyPage:
    """Put the page together from the library and the newest figure of each item."""
    told, standing = await newest(lang, at), await standings(lang, at)
    rows = {name: _row(name, told, standing, lang) for name in statements()}
    return StrategyPage(
        name=library().strategy.name,
        topics=own(kinds.measured_strategy().topics, lang),
        judged_outside=kinds.public().area,
        sections=tuple(_sections(rows, lang)),
        driving_forces=library().strategy.driving_forces,
        untied=untied(rows.values(), lang),
        findings=count_movements((row for row in rows.values() if _has_level(row)), lang),
        others=other_revisions(lang),
    )


def _has_level(row: StatementLine) -> bool:
    """Tell whether a statement has a level of its own.

    A goal with sub-goals has none: its index has, and that is another figure.
    """
    return row.statement.kind != "goal" or row.statement in sentences_under(row.statement.id)


def _row(
    name: str,
    told: Mapping[str, NewestAnswer],
    standing: Mapping[str, tuple[StandingLine, ...]],
    lang: Language,
) -> StatementLine:
    made = _made_for(name)
    return StatementLine(
        statements()[name],
        tuple(line(item, told, lang) for item in measured_by()[name]),
        touched=not made,
        standings=standing.get(name, ()) if made else (),
        weak=tuple(
            line(item, told, lang, own(reason, lang)) for item, reason in weakly_tied(name).items()
        ),
    )


def _sections(rows: dict[str, StatementLine], lang: Language) -> Iterable[Section]:
    _ = translator(lang).gettext
    for kind, heading in _HEADINGS.items():
        members = tuple(row for row in rows.values() if row.statement.kind == kind)
        if members:
            yield Section(kind, "", _(heading), members)
    for row in rows.values():
        statement = row.statement
        if statement.kind == "value":
            members = _under(rows, row)
            own_words = statement.text.lower()
            heading = f"{_('Verdi')}: {own_words}"
            whole = _whole(row, members)
            yield Section("value", "", heading, members, whole, own_words, statement.id)
    for row in rows.values():
        statement = row.statement
        if statement.kind == "goal" and statement.area:
            area, goal = rows[statement.area].statement.text, statement.text
            members = _under(rows, row)
            yield Section("goal", area, goal, members, _whole(row, members), goal, statement.id)


def _under(rows: Mapping[str, StatementLine], heading: StatementLine) -> tuple[StatementLine, ...]:
    return tuple(rows[one.id] for one in sentences_under(heading.statement.id))


def _whole(heading: StatementLine, members: tuple[StatementLine, ...]) -> tuple[StatementItem, ...]:
    """Return the items about a heading that has sentences under it; else they stand in its row."""
    return () if heading in members else heading.lines
