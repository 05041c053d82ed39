"""Our own history: what was measured before and what we measure, in one figure and two lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.earlier.lineage import Book
from survey_app.earlier.model import SourceMeasure
from survey_app.reading.broken import break_sentences, link_sentences
from survey_app.reading.history.allowed import unit_for
from survey_app.reading.history.figures import (
    HistoryFigure,
    Imported,
    Series,
    own_figure,
)
from survey_app.reading.history.words import (
    COMPARABLE,
    as_given,
    not_subtracted,
    uncertainty,
    what_it_showed,
)
from survey_app.reading.names import own, row_name
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain
from survey_app.reading.sentences import Finding
from survey_app.reading.verdicts import in_place_of
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, interval

MOST_BESIDE = 12  # units of one source beside ours; of more, the median alone


@dataclass(frozen=True, slots=True)
class MeasuredValue:
    """One value: when, who measured it, and how sure it is."""

    when: str
    who: str
    value: str
    uncertainty: str
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class OwnHistory:
    """Everything that the section shows."""

    index: str
    name: str
    chips: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    figure: HistoryFigure | None
    rows: tuple[MeasuredValue, ...]
    beside: tuple[MeasuredValue, ...]
    known: bool
    unknown: bool


def chips_of(
    books: Sequence[Book], place: Domain | None, shown: Published | None, lang: Language
) -> tuple[tuple[str, str], ...]:
    """Return the measures of ours that something earlier, or of others, stands beside."""
    names: dict[str, str] = {}
    for book in books:
        if book.source.kind == "earlier" and unit_for(book, place) is None:
            continue
        for measure in book.source.measures:
            if measure.own:
                names.setdefault(measure.own, _name(measure, shown, lang))
    return tuple(names.items())


def _name(measure: SourceMeasure, shown: Published | None, lang: Language) -> str:
    ours = shown.measure(measure.own) if shown else None
    return row_name(ours.code, ours.title, lang) if ours else own(measure.name, lang)


def own_history(
    books: Sequence[Book],
    place: Domain | None,
    index: str,
    chips: tuple[tuple[str, str], ...],
    series: Series,
    lang: Language,
    base: int,
) -> OwnHistory:
    """Put the section together.

    Parameters
    ----------
    books : sequence of Book
        All sources of the audience.
    place : Domain or None
        One of ours; None where nothing of ours is published.
    index : str
        One of the chips.
    chips : tuple of pairs of str
        Code and name of each measure that may be chosen.
    series : sequence of pairs
        Our own waves, oldest first.
    lang : str
        The page's.
    base : int
        Where the window begins.
    """
    imported = _imported(books, place, index)
    drawn = any(one.lineage.runs for one in imported)
    figures = [figure for one in imported for figure in one.lineage.figures]
    return OwnHistory(
        index=index,
        name=dict(chips).get(index, index),
        chips=chips,
        findings=tuple(_findings(imported, series, lang)),
        figure=own_figure(series, imported, lang, base) if drawn else None,
        rows=(*_taken_in_rows(imported, lang), *_own_rows(series, lang)),
        beside=tuple(_beside(books, index, series, lang)),
        known=any(figure.low is not None for figure in figures),
        unknown=any(figure.low is None for figure in figures),
    )


def _imported(books: Sequence[Book], place: Domain | None, index: str) -> list[Imported]:
    found = []
    for book in books:
        unit = unit_for(book, place) if book.source.kind == "earlier" else None
        measure = next((one for one in book.source.measures if one.own == index), None)
        if unit is not None and measure is not None:
            lineage = book.lineage(unit.code, measure.code)
            if lineage.runs:
                found.append(Imported(book, unit.code, measure.code, lineage))
    return found


def _findings(imported: Sequence[Imported], series: Series, lang: Language) -> list[Finding]:
    told = []
    first = next((cell for _, cell in series if cell.shown), None)
    for one in imported:
        measure = one.book.measures[one.measure]
        if first is not None:
            last = one.lineage.figures[-1]
            told.append(not_subtracted(measure, last, first, lang))
        told.append(what_it_showed(one.book.source, one.lineage, lang))
    return told


def _taken_in_rows(imported: Sequence[Imported], lang: Language) -> list[MeasuredValue]:
    rows = []
    for one in imported:
        title = own(one.book.source.title, lang)
        for figure in one.lineage.figures:
            unit = own(one.book.units[figure.unit].name, lang)
            who = title if figure.unit == one.unit else f"{title}: {unit}"
            value = as_given(one.book.source, figure, lang)
            rows.append(MeasuredValue(str(figure.year), who, value, uncertainty(figure, lang)))
    return rows


def _own_rows(series: Series, lang: Language) -> list[MeasuredValue]:
    say = translator(lang).gettext
    broken = break_sentences(series, lang) | link_sentences(series, lang)
    rows = []
    for wave, cell in series:
        name, who = wave.label("name", lang), say(N_("Verdibarometer"))
        note = broken.get(wave.key, "")
        if cell.mean is None or cell.low is None or cell.high is None:
            rows.append(MeasuredValue(name, who, in_place_of(cell, lang), "", note))
        else:
            shown = interval(cell.low, cell.high, lang)
            rows.append(MeasuredValue(name, who, decimal(cell.mean, lang), shown, note))
    return rows


def _beside(
    books: Sequence[Book], index: str, series: Series, lang: Language
) -> list[MeasuredValue]:
    """Put what others have published of the same beside ours, without any difference."""
    say = translator(lang).gettext
    rows: list[MeasuredValue] = []
    for book in books:
        if book.source.kind == "outside":
            for measure in book.source.measures:
                if measure.own == index:
                    rows += _others(book, measure, lang)
    if not rows:
        return []
    ours = _own_rows([pair for pair in series if pair[1].shown][-1:], lang)
    return [
        *(MeasuredValue(one.when, say(N_("Oss selv")), one.value, one.uncertainty) for one in ours),
        *rows,
    ]


def _others(book: Book, measure: SourceMeasure, lang: Language) -> list[MeasuredValue]:
    say = translator(lang).gettext
    source, title = book.source, own(book.source.title, lang)
    note = say(COMPARABLE[measure.comparable or "other"])
    if len(source.units) > MOST_BESIDE:
        year, level, count = book.medians(measure.code)[-1]
        who = say(N_("%(title)s: median av %(count)s")) % {"title": title, "count": count}
        return [
            MeasuredValue(
                str(year),
                who,
                decimal(level, lang),
                say(N_("ikke oppgitt")),
                note,
                _source_of(book),
            )
        ]
    rows = []
    for unit in source.units:
        figures = book.lineage(unit.code, measure.code).figures
        if figures:
            last = figures[-1]
            who = f"{title}: {own(unit.name, lang)}" if len(source.units) > 1 else title
            value = as_given(source, last, lang)
            rows.append(
                MeasuredValue(
                    str(last.year), who, value, uncertainty(last, lang), note, _source_of(book)
                )
            )
    return rows


def _source_of(book: Book) -> str:
    """Name who published the figures, and when."""
    source, day = book.source.source, book.source.published
    return f"{source}, {day.year}" if day else source
