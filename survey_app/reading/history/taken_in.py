"""What was taken in: sources with their licences, and the changes that they declare."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from survey_app.earlier.lineage import Book
from survey_app.earlier.model import UnitChange
from survey_app.reading.history.words import CHANGES, REASONS
from survey_app.reading.names import own
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal


@dataclass(frozen=True, slots=True)
class TakenSource:
    """One source, as a row, with what it declares of units and measures."""

    key: str
    title: str
    about: str
    source: str
    licence: str
    url: str
    published: date | None
    retrieved: date
    years: str
    units: int
    values: int
    uncertainty: str
    scale: str
    unit_changes: tuple[tuple[str, str, str, str, str], ...]
    measure_changes: tuple[tuple[str, str, str, str], ...]


def taken_in(book: Book, allowed: Collection[str], lang: Language) -> TakenSource:
    """Put one source together.

    Parameters
    ----------
    book : Book
        The source.
    allowed : collection of str
        Codes of the units that the reader may see: changes of others are not told.
    lang : str
        The page's.
    """
    source = book.source
    seen = [figure for figure in source.figures if figure.unit in allowed]
    years = sorted({figure.year for figure in seen}) or list(source.years)
    return TakenSource(
        key=source.key,
        title=own(source.title, lang),
        about=own(source.about, lang),
        source=source.source,
        licence=source.licence,
        url=source.url,
        published=source.published,
        retrieved=source.retrieved,
        years=f"{years[0]}\u2013{years[-1]}" if len(years) > 1 else str(years[0]),
        units=len({figure.unit for figure in seen}),
        values=len(seen),
        uncertainty=_uncertainty(book, lang),
        scale=_scale(book, lang),
        unit_changes=tuple(
            _unit_row(book, one, lang) for one in source.unit_changes if one.unit in allowed
        ),
        measure_changes=tuple(_measure_rows(book, lang)),
    )


def _uncertainty(book: Book, lang: Language) -> str:
    say = translator(lang).gettext
    if not book.source.has_uncertainty:
        return say(N_("ikke oppgitt"))
    if all(figure.low is not None for figure in book.source.figures):
        return say(N_("oppgitt"))
    return say(N_("oppgitt for noen"))


def _scale(book: Book, lang: Language) -> str:
    low, high = book.source.scale
    if (low, high) == (0.0, 100.0):
        return ""
    pattern = translator(lang).gettext(
        N_("Regnet om til 0–100 fra en skala fra %(low)s til %(high)s.")
    )
    return pattern % {"low": decimal(low, lang, 0), "high": decimal(high, lang, 0)}


def _unit_row(book: Book, change: UnitChange, lang: Language) -> tuple[str, str, str, str, str]:
    say = translator(lang).gettext
    year = str(change.year) if change.year is not None else say(N_("ikke oppgitt"))
    before = book.units.get(change.previous)
    after = own(book.units[change.unit].name, lang)
    return (
        year,
        own(before.name, lang) if before else "",
        after,
        say(REASONS[change.reason]),
        say(_shown_as(change)),
    )


def _shown_as(change: UnitChange) -> str:
    if change.kind == "direct":
        return N_("én linje, merket")
    if not change.previous and not change.kind:
        return N_("merket")
    return N_("brudd")


def _measure_rows(book: Book, lang: Language) -> list[tuple[str, str, str, str]]:
    say = translator(lang).gettext
    return [
        (
            str(one.year),
            own(book.measures[one.measure].name, lang),
            own(one.note, lang) or say(CHANGES[one.kind]),
            say(N_("K, én linje")) if one.kind == "linked" else say(N_("//, ny referanse")),
        )
        for one in book.source.measure_changes
    ]
