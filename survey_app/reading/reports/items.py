"""The questions behind the figures, scale by scale, with how they were answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from survey_app.reading import kinds
from survey_app.reading.answer_words import Sides, sides_of, turned
from survey_app.reading.charts.diverging import PRINT, AnswerRow, Bar, Diverging, draw_diverging
from survey_app.reading.culture.item import (
    FIVE,
    Distribution,
    answers_of_place,
    answers_told,
    labels_of,
)
from survey_app.reading.levels import LevelRow, level_row
from survey_app.reading.names import own, row_name
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain, Measure
from survey_app.reading.staff_measures import full_of, series_of
from survey_app.reading.strategy_text import measured_of
from survey_app.shared.i18n import N_, Language, translator


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One question: its words, the statements it measures, its level and its answers."""

    code: str
    text: str
    statements: tuple[str, ...]
    row: LevelRow
    answers: Distribution | None
    told: str = ""
    """How many answered, where that is told."""
    labels: tuple[str, ...] = ()
    turned: str = ""
    """Where a high answer gives a low figure, so that high is good as everywhere: that it does."""


@dataclass(frozen=True, slots=True)
class ItemBlock:
    """The questions of one scale; ``drawing`` has those with the same five answers, and shown.

    ``labels`` are these answers, and ``sides`` what stands over them.
    """

    name: str
    lines: tuple[ItemLine, ...]
    labels: tuple[str, ...]
    drawing: Diverging | None
    sides: Sides | None = None

    @property
    def drawn(self) -> list[ItemLine]:
        """Those questions of which the drawing shows how answers fall."""
        return _alike(self.lines) if self.drawing else []

    def bar_of(self, line: ItemLine) -> Bar:
        """Return how the answers to a question that is drawn fall."""
        assert self.drawing is not None
        return self.drawing.bars[self.drawn.index(line)]

    @property
    def statements(self) -> list[str]:
        """The statements of the strategy that the questions measure, each once."""
        return list(dict.fromkeys(text for line in self.lines for text in line.statements))


def item_blocks(published: Published, place: Domain, lang: Language) -> list[ItemBlock]:
    """Lay out every question of a wave once: under its scale, the rest at the end.

    A pulse asks a scale's core and some of its other items: readers know both by the same name.
    """
    seen: set[str] = set()
    named: dict[str, list[ItemLine]] = {}
    for name, codes in _scales(published, lang):
        fresh = [code for code in codes if code not in seen]
        seen.update(fresh)
        named.setdefault(name, []).extend(_lines(published, fresh, place, lang))
    return [_block(name, tuple(lines), lang) for name, lines in named.items() if lines]


def _scales(published: Published, lang: Language) -> Iterator[tuple[str, Sequence[str]]]:
    plain = [m for m in published.measures.values() if m.kind != "item" and not m.parts]
    plain.sort(key=lambda measure: series_of(measure.code) == "core")
    for measure in plain:
        yield _called(published, measure, lang), measure.items
    rest = [m.code for m in published.measures.values() if m.kind == "item"]
    yield translator(lang).gettext(N_("Andre spørsmål")), rest


def _called(published: Published, measure: Measure, lang: Language) -> str:
    """Name a scale as pages do; one of the core as the whole that it is a part of."""
    whole = full_of(measure.code)
    named = published.measure(whole)
    return row_name(whole, named.title if named else kinds.title(whole), lang)


def _lines(
    published: Published, codes: Sequence[str], place: Domain, lang: Language
) -> Iterator[ItemLine]:
    for code in codes:
        measure = published.measure(code)
        row = level_row(published, code, place, lang)
        if measure is None or row is None:
            continue
        labels = labels_of(measure, lang)
        answers = answers_of_place(published, measure, place, lang)
        yield ItemLine(
            code,
            own(measure.title, lang),
            tuple(one.text for one in measured_of(code, measure.statements)),
            row,
            answers,
            answers_told(answers.n if answers else None, lang),
            labels,
            turned(labels, lang) if measure.reversed else "",
        )


def _alike(lines: Sequence[ItemLine]) -> list[ItemLine]:
    """Return the questions with five answers that are answered as the first such one is."""
    five = [line for line in lines if line.answers and len(line.answers.shares) == FIVE]
    return [line for line in five if line.labels == five[0].labels]


def _block(name: str, lines: tuple[ItemLine, ...], lang: Language) -> ItemBlock:
    drawn = _alike(lines)
    if not drawn:
        return ItemBlock(name, lines, (), None)
    labels, rows = drawn[0].labels, [_row(line.answers) for line in drawn if line.answers]
    drawing = draw_diverging(rows, lang, PRINT)
    return ItemBlock(name, lines, labels, drawing, sides_of(labels, lang))


def _row(answers: Distribution) -> AnswerRow:
    low, lower, middle, higher, high = answers.shares
    return AnswerRow("", "", (low, lower, middle, higher, high))
