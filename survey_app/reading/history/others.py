"""Others' figures to explore: a source, a unit, a measure, and the median of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.earlier.lineage import Book, Lineage
from survey_app.earlier.model import SourceUnit, UnitChange
from survey_app.reading.charts.history import History
from survey_app.reading.history.figures import (
    HistoryFigure,
    Imported,
    outside_figure,
    small_figure,
)
from survey_app.reading.history.words import (
    REASONS,
    as_given,
    beside_the_median,
    uncertainty,
)
from survey_app.reading.names import own
from survey_app.reading.sentences import Finding
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal


@dataclass(frozen=True, slots=True)
class YearOfOthers:
    """One year: the unit as it was called then, its value, and the median of all."""

    year: int
    unit: str
    value: str
    uncertainty: str
    median: str


@dataclass(frozen=True, slots=True)
class Small:
    """One measure in a small figure."""

    code: str
    name: str
    drawing: History


@dataclass(frozen=True, slots=True)
class Others:
    """Everything that the section shows."""

    book: Book
    unit: str
    unit_name: str
    measure: str
    measure_name: str
    units: tuple[tuple[str, str], ...]
    measures: tuple[tuple[str, str], ...]
    finding: Finding | None
    figure: HistoryFigure | None
    with_median: bool
    known: bool
    unknown: bool
    rows: tuple[YearOfOthers, ...]
    small: tuple[Small, ...]
    onward: tuple[tuple[str, str], ...]
    before: tuple[tuple[str, str], ...]


def others(
    book: Book, units: Sequence[SourceUnit], unit: str, measure: str, lang: Language, base: int
) -> Others:
    """Put the section together.

    Parameters
    ----------
    book : Book
        The chosen source.
    units : sequence of SourceUnit
        What may be chosen; at least one.
    unit, measure : str
        Codes from the address; unknown ones give the source's own first choice.
    lang : str
        The page's.
    base : int
        Where the window begins.
    """
    codes = [one.code for one in units]
    wanted = next((code for code in (unit, book.source.start) if code in codes), codes[0])
    picked = measure if measure in book.measures else book.source.measures[0].code
    lineage = book.lineage(wanted, picked)
    chosen = Imported(book, wanted, picked, lineage)
    levels = _levels(book, wanted, picked)
    figure = outside_figure(chosen, levels, lang, base) if lineage.runs else None
    return Others(
        book=book,
        unit=wanted,
        unit_name=own(book.units[wanted].name, lang),
        measure=picked,
        measure_name=own(book.measures[picked].name, lang),
        units=tuple((one.code, own(one.name, lang)) for one in units),
        measures=tuple((one.code, own(one.name, lang)) for one in book.source.measures),
        finding=beside_the_median(book, wanted, picked, lineage, lang),
        figure=figure,
        with_median=bool(book.medians(picked)),
        known=any(one.low is not None for one in lineage.figures),
        unknown=any(one.low is None for one in lineage.figures),
        rows=tuple(_rows(chosen, lang)),
        small=tuple(_small(levels, figure, lang)) if figure else (),
        onward=_links(book, lineage.successors, "unit", lang),
        before=_links(book, _came_from(lineage, book, wanted), "previous", lang),
    )


def _rows(chosen: Imported, lang: Language) -> list[YearOfOthers]:
    say = translator(lang).gettext
    book = chosen.book
    medians = {year: level for year, level, _ in book.medians(chosen.measure)}
    rows = []
    for figure in chosen.lineage.figures:
        middle = medians.get(figure.year)
        rows.append(
            YearOfOthers(
                figure.year,
                own(book.units[figure.unit].name, lang),
                as_given(book.source, figure, lang),
                uncertainty(figure, lang),
                decimal(middle, lang) if middle is not None else say(N_("for få enheter")),
            )
        )
    return rows


def _levels(book: Book, unit: str, picked: str) -> list[Imported]:
    """Return the measures that share a window; a rate is of another kind than a level."""
    found = []
    for measure in book.source.measures:
        if measure.code != picked and measure.statistic != "rate":
            lineage = book.lineage(unit, measure.code)
            if lineage.runs:
                found.append(Imported(book, unit, measure.code, lineage))
    return found


def _small(levels: Sequence[Imported], figure: HistoryFigure, lang: Language) -> list[Small]:
    return [
        Small(
            one.measure,
            own(one.book.measures[one.measure].name, lang),
            small_figure(one, figure.window, lang),
        )
        for one in levels
    ]


def _came_from(lineage: Lineage, book: Book, unit: str) -> list[UnitChange]:
    shown = {figure.unit for figure in lineage.figures} | {unit}
    return [
        change
        for event in lineage.events
        for change in event.changes
        if change.previous in book.units and change.previous not in shown
    ]


def _links(
    book: Book, changes: Sequence[UnitChange], end: str, lang: Language
) -> tuple[tuple[str, str], ...]:
    say = translator(lang).gettext
    found: dict[str, str] = {}
    for change in changes:
        code = getattr(change, end)
        year = str(change.year) if change.year is not None else say(N_("år ikke oppgitt"))
        why = say(REASONS[change.reason])
        found.setdefault(code, f"{own(book.units[code].name, lang)} ({year}, {why})")
    return tuple(found.items())
