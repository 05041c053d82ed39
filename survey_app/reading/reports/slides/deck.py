"""A presentation in the making: its slides, its language, and how it writes figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from pptx.slide import Slide

from survey_app.reading.levels import ChangeCell, LevelRow
from survey_app.reading.reports.content import Report
from survey_app.reading.reports.slides.charts import LevelBar
from survey_app.reading.reports.slides.template import (
    CONTENT,
    WHOLE,
    Box,
    layout_of,
    presentation,
)
from survey_app.reading.rows import Estimate
from survey_app.shared.i18n import N_, translator
from survey_app.shared.numbers import decimal, interval, signed, whole_interval

# the pages' signs as letters; the word always stands beside
SIGNS: Final = {
    "up": "▲",
    "down": "▼",
    "steady": "=",
    "uncertain": "±",
    "differs": "≠",
    "level": "•",
}
_A_ROW, _AROUND = 822960, 1005840  # EMU: nine tenths of an inch, and what the axes need


class Deck:
    """Slides of one report, and what they have in common."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.lang = report.lang
        self._: Callable[[str], str] = translator(report.lang).gettext
        self.presentation = presentation(self.footer())

    def footer(self) -> str:
        """Return what stands under every slide."""
        said = [self.report.title, self.report.wave.label("name", self.lang)]
        if self.report.demo:
            said.append(self._("Demodata – ikke ekte resultater"))
        said.append(f"{self._('Publikasjon')} {self.report.wave.publication[:8]}")
        return " · ".join(said)

    def slide(self, title: str, notes: str = "") -> Slide:
        """Add a slide with a title, and notes for whoever presents it."""
        slide: Slide = self.presentation.slides.add_slide(layout_of(self.presentation, CONTENT))
        assert slide.shapes.title is not None  # the layout has one
        slide.shapes.title.text = title
        if notes:
            add_notes(slide, notes)
        return slide

    def change(self, cell: ChangeCell, *, long: bool = False) -> str:
        """Write a change with its verdict and its interval."""
        size = f"{signed(cell.difference, self.lang)} ({interval(cell.low, cell.high, self.lang)})"
        words = f"{cell.word} {cell.since}: {size}" if long else f"{cell.word}: {size}"
        return f"{SIGNS.get(cell.sign, '?')} {words}"

    def levels(self, named: Iterable[tuple[str, Estimate | None]]) -> list[LevelBar]:
        """Return the levels that are shown, in the order given."""
        return [self.level(name, found) for name, found in named if found is not None]

    def words(self, row: LevelRow) -> str:
        """Write a level with its interval, or why it is not shown."""
        return self.level("", row.estimate).words if row.estimate else row.hidden

    def level(self, name: str, estimate: Estimate) -> LevelBar:
        """Return a level that is shown, with the words that stand in its bar."""
        mean, low, high = estimate.mean or 0.0, estimate.least or 0.0, estimate.most or 0.0
        words = f"{decimal(mean, self.lang, 0)} "
        words += f"({whole_interval(low, high, self.lang)})"
        return LevelBar(name, mean, low, high, words)

    def names(self) -> tuple[str, str, str]:
        """Return what the columns of a chart of levels are called."""
        return (
            self._(N_("Nivå")),
            self._(N_("Ned til nedre grense")),
            self._(N_("Opp til øvre grense")),
        )


def add_notes(slide: Slide, notes: str) -> None:
    """Write notes for whoever presents a slide."""
    frame = slide.notes_slide.notes_text_frame
    assert frame is not None  # python-pptx's own master of notes has it
    frame.text = notes


def lower(rows: int, *, room: int = 0) -> Box:
    """Return the place of a chart with so many rows: a few bars do not fill a slide.

    ``room`` (EMU) is left free under it.
    """
    height = min(WHOLE.height - room, rows * _A_ROW + _AROUND)
    return Box(WHOLE.left, WHOLE.top, WHOLE.width, height)
