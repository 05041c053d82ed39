"""The figures of the page: runs, marks under letters, and two drawings of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from string import ascii_uppercase

from survey_app.earlier.lineage import Book, Lineage
from survey_app.earlier.model import SourceFigure
from survey_app.reading.broken import (
    break_sentences,
    breaks_of,
    in_words_of_now,
    link_sentences,
)
from survey_app.reading.charts.history import (
    NARROW,
    SMALL,
    WIDE,
    DrawnPoint,
    History,
    Marks,
    Run,
    draw_history,
)
from survey_app.reading.charts.scale import Window, window_for
from survey_app.reading.history.words import change_text, event_text
from survey_app.reading.names import own
from survey_app.reading.rows import Estimate
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import N_, Language, translator

type Series = Sequence[tuple[Wave, Estimate]]


@dataclass(frozen=True, slots=True)
class Note:
    """A sign in the figure and what it stands for."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class HistoryFigure:
    """One figure, and the signs in it in order of the years."""

    wide: History
    narrow: History
    notes: tuple[Note, ...]
    window: Window


@dataclass(frozen=True, slots=True)
class Imported:
    """One measure of one unit of one source."""

    book: Book
    unit: str
    measure: str
    lineage: Lineage


def point_of(figure: SourceFigure) -> DrawnPoint:
    """Return a value where it stands: a year's figure in the middle of the year."""
    return DrawnPoint(float(figure.year), figure.value, figure.low, figure.high)


def own_runs(series: Series) -> list[Run]:
    """Return our own waves; one that is not shown, or asked otherwise, begins a new line."""
    runs = []
    alike = in_words_of_now(series)
    for (shown, _), group in groupby(alike, key=lambda pair: (pair[1].shown, pair[1].wording)):
        if shown:
            points = tuple(
                DrawnPoint(_year_of(wave), cell.mean or 0.0, cell.low, cell.high)
                for wave, cell in group
            )
            runs.append(Run("own", points))
    return runs


def _year_of(wave: Wave) -> float:
    day = date.fromisoformat(wave.closed_on)
    # the tick of a year is its middle
    return day.year + (day.timetuple().tm_yday - 183) / 365


def taken_in_runs(lineage: Lineage) -> list[Run]:
    """Return the unbroken runs of what was taken in."""
    return [Run("taken_in", tuple(point_of(figure) for figure in run)) for run in lineage.runs]


def window_of(runs: Iterable[Run], base: int) -> Window:
    """Return the window that holds every value and bound."""
    points = [point for run in runs for point in run.points]
    bounds = [end for one in points for end in (one.low, one.high) if end is not None]
    return window_for(
        [min(100.0, value) for value in (*(one.value for one in points), *bounds)], base
    )


def own_figure(
    series: Series, imported: Sequence[Imported], lang: Language, base: int
) -> HistoryFigure:
    """Draw our own waves and what was measured before, on one axis."""
    ours = own_runs(series)
    runs = [run for one in imported for run in taken_in_runs(one.lineage)] + ours
    marks, notes = _marks(imported, lang)
    later = _first_of_ours(ours, imported)
    if later is not None:
        marks = Marks((*marks.breaks, later), marks.links, marks.events)
        say = translator(lang).gettext
        text = say(N_("Ny undersøkelse med ny referanse fra %(year)s.")) % {"year": round(later)}
        notes = [*notes, Note("//", text)]
    said = break_sentences(series, lang)
    for before, wave in breaks_of(series):
        # a mark stands half a year before the year that it is given for
        at = (_year_of(before) + _year_of(wave)) / 2 + 0.5
        marks = Marks((*marks.breaks, at), marks.links, marks.events)
        notes = [*notes, Note("//", said[wave.key])]
    over = link_sentences(series, lang)
    years = tuple(_year_of(wave) for wave, _ in series if wave.key in over)
    marks = Marks(marks.breaks, (*marks.links, *years), marks.events)
    notes = [*notes, *(Note("K", text) for text in over.values())]
    return _figure(runs, (), marks, notes, window_of(runs, base), lang)


def outside_figure(
    imported: Imported, others: Sequence[Imported], lang: Language, base: int
) -> HistoryFigure:
    """Draw one unit of a source beside the median of all, in the window of all its measures."""
    runs = taken_in_runs(imported.lineage)
    marks, notes = _marks([imported], lang)
    every = [run for one in (imported, *others) for run in _with_median(one)]
    return _figure(runs, _median(imported), marks, notes, window_of(every, base), lang)


def small_figure(imported: Imported, window: Window, lang: Language) -> History:
    """Draw one unit of a source in a small place."""
    marks, _ = _marks([imported], lang)
    runs = taken_in_runs(imported.lineage)
    return draw_history(runs, _median(imported), marks, window, lang, SMALL)


def _median(imported: Imported) -> tuple[DrawnPoint, ...]:
    found = imported.book.medians(imported.measure)
    return tuple(DrawnPoint(float(year), level) for year, level, _ in found)


def _with_median(imported: Imported) -> list[Run]:
    return [*taken_in_runs(imported.lineage), Run("taken_in", _median(imported))]


def _figure(
    runs: Sequence[Run],
    middle: Sequence[DrawnPoint],
    marks: Marks,
    notes: Sequence[Note],
    window: Window,
    lang: Language,
) -> HistoryFigure:
    word = translator(lang).gettext("median")
    wide, narrow = (
        draw_history(runs, middle, marks, window, lang, frame, median_word=word)
        for frame in (WIDE, NARROW)
    )
    return HistoryFigure(wide, narrow, tuple(notes), window)


def _marks(imported: Sequence[Imported], lang: Language) -> tuple[Marks, list[Note]]:
    breaks: list[float] = []
    links: list[float] = []
    events: list[tuple[float, str]] = []
    notes: list[Note] = []
    letters = iter(ascii_uppercase.replace("K", ""))  # K is a linked series
    for one in imported:
        breaks += one.lineage.breaks
        for event in one.lineage.events:
            letter = next(letters, "*")
            at = event.year - 0.5 if event.breaks else float(event.year)
            events.append((at, letter))
            notes.append(Note(letter, event_text(event, one.book, lang)))
        notes += _side_by_side(one.lineage, one.book, lang)
        for change in one.lineage.measure_changes:
            if change.kind == "linked":
                links.append(change.year)
            notes.append(Note("K" if change.kind == "linked" else "//", change_text(change, lang)))
    return Marks(tuple(breaks), tuple(links), tuple(events)), notes


def _side_by_side(lineage: Lineage, book: Book, lang: Language) -> list[Note]:
    """Name the units of lines that run over the same years; the newest is the one that goes on."""
    told = []
    for run in lineage.runs:
        for other in lineage.runs:
            if run is not other and run[0].year <= other[0].year <= run[-1].year < other[-1].year:
                names = {
                    "going": own(book.units[other[0].unit].name, lang),
                    "ending": own(book.units[run[-1].unit].name, lang),
                    "last": run[-1].year,
                }
                text = translator(lang).gettext(
                    N_(
                        "To linjer til %(last)s: den som går videre, er %(going)s; "
                        "den andre %(ending)s."
                    )
                )
                told.append(Note("", text % names))
    return told


def _first_of_ours(ours: Sequence[Run], imported: Sequence[Imported]) -> float | None:
    """Return where our own waves begin, when something was measured before."""
    years = [figure.year for one in imported for figure in one.lineage.figures]
    if not ours or not years:
        return None
    first = ours[0].points[0].at
    return first if max(years) < first else None
