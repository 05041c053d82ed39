"""One year of a source: units by measures, with what happened to units that year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from survey_app.earlier.lineage import Book
from survey_app.earlier.model import SourceUnit
from survey_app.reading.history.words import REASONS
from survey_app.reading.names import own
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, listed

_STEP: Final = 20  # points of each colour; the same for every source


@dataclass(frozen=True, slots=True)
class MatrixValue:
    """One value in whole numbers, as in our own table of units, and its colour."""

    text: str
    style: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One unit."""

    code: str
    name: str
    event: str
    cells: tuple[MatrixValue | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Units by measures; the median of all stands first.

    ``rows`` are those that were looked for; the counts are of all.
    """

    year: int
    years: tuple[int, ...]
    columns: tuple[tuple[str, str], ...]
    middle: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    units: int
    reorganised: int


def matrix(
    book: Book, units: Sequence[SourceUnit], year: int | None, lang: Language, find: str = ""
) -> Matrix:
    """Put the table together; an unknown year gives the newest.

    Parameters
    ----------
    book : Book
        The source.
    units : sequence of SourceUnit
        Those that the reader may see, in the order of the table.
    year : int or None
        From the address.
    lang : str
        The page's.
    find : str, optional
        Part of a name, now or before; empty gives all.
    """
    years = book.years
    picked = year if year in years else years[-1]
    codes = [measure.code for measure in book.source.measures]
    rows = tuple(
        _row(book, unit, picked, codes, lang) for unit in units if _seen(book, unit, picked)
    )
    return Matrix(
        year=picked,
        years=tuple(reversed(years)),
        columns=tuple((one.code, own(one.name, lang)) for one in book.source.measures),
        middle=tuple(_middle(book, code, picked, lang) for code in codes),
        rows=tuple(row for row in rows if _is_found(row, find)),
        units=sum(row.code not in book.source.benchmarks for row in rows),
        reorganised=sum(bool(row.event) for row in rows),
    )


def _is_found(row: MatrixRow, find: str) -> bool:
    return find.casefold() in f"{row.name} {row.event}".casefold()


def _seen(book: Book, unit: SourceUnit, year: int) -> bool:
    return year in book.years_of(unit.code)


def _row(
    book: Book, unit: SourceUnit, year: int, codes: Sequence[str], lang: Language
) -> MatrixRow:
    cells = [book.figure(unit.code, code, year) for code in codes]
    return MatrixRow(
        unit.code,
        own(unit.name, lang),
        _event(book, unit, year, lang),
        tuple(
            MatrixValue(decimal(figure.value, lang, 0), f"l{_band(figure.value)}")
            if figure
            else None
            for figure in cells
        ),
    )


def _band(value: float) -> int:
    return min(5, max(1, int(value // _STEP) + 1))


def _event(book: Book, unit: SourceUnit, year: int, lang: Language) -> str:
    say = translator(lang).gettext
    found = [one for one in book.source.unit_changes if (one.unit, one.year) == (unit.code, year)]
    if not found:
        return ""
    reasons = tuple(dict.fromkeys(say(REASONS[one.reason]) for one in found))
    before = [
        own(book.units[code].name, lang)
        for code in dict.fromkeys(one.previous for one in found)
        if code in book.units and code != unit.code
    ]
    text = listed(reasons, lang)
    return (
        f"{text}; {say(N_('før: %(names)s')) % {'names': listed(before, lang)}}" if before else text
    )


def _middle(book: Book, code: str, year: int, lang: Language) -> str:
    return next((decimal(level, lang, 0) for at, level, _ in book.medians(code) if at == year), "")
