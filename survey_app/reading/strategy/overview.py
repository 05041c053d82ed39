"""The strategy, statement by statement, with what measures it and what does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from survey_app.reading import kinds
from survey_app.reading.levels import LevelRow, change_cell, level_row
from survey_app.reading.names import own
from survey_app.reading.published import AGENCY, Published, Standing
from survey_app.reading.sentences import Finding
from survey_app.reading.strategy.questions import Question, numbers, questions
from survey_app.reading.strategy.rows import ItemLine, Section, StandingLine, StatementRow
from survey_app.reading.strategy_text import library, measured_by, statements
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.i18n import N_, Language, translator

# How many waves it takes to ask everything once: a year of pulses and main wave, one half-year.
_LOOK_BACK: Final = {"staff": 5, "public": 1}

_HEADINGS: Final = {
    "mission": N_("Samfunnsoppdraget"),
    "vision": N_("Visjonen"),
}


@dataclass(frozen=True, slots=True)
class StrategyPage:
    """Everything that the page shows.

    ``topics`` says what the surveys are made to measure; of the area ``judged_outside`` people
    outside are asked.
    """

    name: str
    topics: str
    judged_outside: str
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...] = ()

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
        return any(
            len({line.first.sign for line in row.standings if line.first is not None}) > 1
            for part in self.sections
            for row in part.rows
        )

    @property
    def outside(self) -> int:
        """Goals that the surveys are not made to measure."""
        return sum(
            not _made_for(row.statement.id) and row.statement.kind == "subgoal"
            for part in self.sections
            for row in part.rows
        )

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of each statement that is measured, by its id."""
        return numbers(row for part in self.sections for row in part.rows)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every item once, with the numbers of the statements that it measures."""
        return questions(row for part in self.sections for row in part.rows)


def _made_for(statement: str) -> bool:
    """Tell whether the surveys are made to measure a statement.

    Elsewhere an item only touches a goal (instruments.md 3.6): whether it is met, it does not say.
    """
    return statement.startswith(kinds.measured_strategy().measured)


async def strategy_page(lang: Language, at: datetime) -> StrategyPage:
    """Put the page together from the library and the newest figure of each item."""
    newest = await _newest(lang, at)
    standing = await _standings(lang, at)
    rows = {
        name: StatementRow(
            statement,
            tuple(_line(item, newest, lang) for item in measured_by()[name]),
            touched=not _made_for(name),
            standings=() if not _made_for(name) else standing.get(name, ()),
        )
        for name, statement in statements().items()
    }
    return StrategyPage(
        name=library().strategy.name,
        topics=own(kinds.measured_strategy().topics, lang),
        judged_outside=kinds.public().area,
        sections=tuple(_sections(rows, lang)),
        findings=tuple(_findings(rows.values(), lang)),
    )


async def _standings(lang: Language, at: datetime) -> dict[str, tuple[StandingLine, ...]]:
    """Find each statement's newest figure over most of its items, for each population."""
    best: dict[tuple[str, str], StandingLine] = {}
    for population, latest in _LOOK_BACK.items():
        for wave in reversed((await waves(population, at))[-latest:]):
            for one in (await published(wave, at)).standings:
                key = one.statement, population
                if key not in best or best[key].items < len(one.items):
                    best[key] = _standing_line(one, population, wave, lang)
    found: dict[str, tuple[StandingLine, ...]] = {}
    for (statement, _), line in best.items():
        found[statement] = (*found.get(statement, ()), line)
    return found


def _standing_line(one: Standing, population: str, wave: Wave, lang: Language) -> StandingLine:
    previous = change_cell(one.changes.get("previous"), lang)
    return StandingLine(
        population=population,
        wave=wave,
        items=len(one.items),
        mean=one.mean,
        low=one.low,
        high=one.high,
        before=None if previous is None else one.mean - previous.difference,
        previous=previous,
        first=change_cell(one.changes.get("first"), lang),
    )


# How each verdict since the first wave is told of all statements together.
_TOLD: Final = {
    "down": (
        N_("<b>Ett utsagn har gått ned</b> siden første måling: %(names)s."),
        N_("<b>%(n)s utsagn har gått ned</b> siden første måling: %(names)s."),
    ),
    "up": (
        N_("<b>Ett utsagn har økt</b> siden første måling: %(names)s."),
        N_("<b>%(n)s utsagn har økt</b> siden første måling: %(names)s."),
    ),
    "steady": (
        N_(
            "<b>Ett utsagn er uendret</b> siden første måling. Forskjellen er mindre enn 3 poeng"
            " blant dem som svarte."
        ),
        N_(
            "<b>%(n)s utsagn er uendret</b> siden første måling. Forskjellene er mindre enn"
            " 3 poeng blant dem som svarte."
        ),
    ),
    "uncertain": (
        N_("<b>Ett utsagn er vi ikke sikre på.</b> Det regnes ikke som endret."),
        N_("<b>%(n)s utsagn er vi ikke sikre på.</b> De regnes ikke som endret."),
    ),
}
_NAMED: Final = 3  # statements that one sentence may quote


def _findings(rows: Iterable[StatementRow], lang: Language) -> tuple[Finding, ...]:
    """Count the statements by what they did since they were first measured."""
    by_sign: dict[str, list[str]] = {}
    for row in rows:
        for line in row.standings:
            if line.first is not None:
                by_sign.setdefault(line.first.sign, []).append(row.statement.text)
    found = []
    for sign, (one, many) in _TOLD.items():
        texts = list(dict.fromkeys(by_sign.get(sign, ())))
        if texts:
            names = ", ".join(f"«{text.rstrip('.')}»" for text in texts[:_NAMED])
            if len(texts) > _NAMED:
                names += f" {translator(lang).gettext(N_('og flere'))}"
            pattern = translator(lang).gettext(one if len(texts) == 1 else many)
            # the patterns are ours and hold only <b>; Markup escapes what is put in
            text = Markup(pattern) % {"n": len(texts), "names": names}  # noqa: S704
            found.append(Finding(sign, text))
    return tuple(found)


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
