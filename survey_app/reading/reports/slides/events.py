"""What happened, on the slide of the trend: thin lines with letters, and what they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.enum.shapes import MSO_AUTO_SHAPE_TYPE, MSO_CONNECTOR
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Emu, Pt

from survey_app.reading.charts.event_marks import RADIUS, EventMarks, mark_events
from survey_app.reading.event_axis import AxisEvent
from survey_app.reading.reports.slides.deck import Deck
from survey_app.reading.reports.slides.template import Box, rgb
from survey_app.reading.reports.slides.text import box, paragraphs, write
from survey_app.reading.trends import marks_of
from survey_app.shared.numbers import long_date

_POINT: Final = 12700  # EMU
_COLUMN: Final = 3  # events in a column of the list


def add_events(
    deck: Deck,
    slide: Slide,
    events: Sequence[AxisEvent],
    days: Sequence[date],
    plot: Box,
) -> None:
    """Draw events over a chart of the waves, between the waves that they lie between.

    Parameters
    ----------
    events : sequence of AxisEvent
        With their letters, in order of time.
    days : sequence of date
        The waves' days; each has an equal share of the plot's width.
    plot : Box
        The area inside the chart's axes.
    """
    width = plot.width / _POINT
    across = [(number + 0.5) / len(days) * width for number in range(len(days))]
    _draw(deck, slide, mark_events(marks_of(events), days, across, width), plot)


def _draw(deck: Deck, slide: Slide, marks: EventMarks, plot: Box) -> None:
    for x in marks.lines:
        left, bottom = Emu(plot.left + int(x * _POINT)), Emu(plot.top + plot.height)
        line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, left, Emu(plot.top), left, bottom)
        line.line.color.rgb = rgb("event")
        line.line.width = Pt(1)
        line.line.dash_style = MSO_LINE_DASH_STYLE.DASH
        # the theme's effects: a shadow would make two lines of it
        line._element.remove(line._element.find(qn("p:style")))  # noqa: SLF001 - no other door
    for ring in marks.rings:
        width, height = Pt(ring.width), Pt(2 * RADIUS)
        shape = slide.shapes.add_shape(
            MSO_AUTO_SHAPE_TYPE.ROUNDED_RECTANGLE,
            Emu(plot.left + int(ring.x * _POINT) - width // 2), Emu(plot.top - height),
            width, height,
        )  # fmt: skip
        shape.adjustments[0] = 0.5
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb("paper")
        shape.line.color.rgb = rgb("event")
        shape.line.width = Pt(1)
        shape.shadow.inherit = False
        frame = shape.text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.paragraphs[0].alignment = PP_ALIGN.CENTER
        write(frame.paragraphs[0], ring.text, deck.lang, size=11, bold=True)


def explain_letters(deck: Deck, event: AxisEvent) -> str:
    """Say what a letter stands for: what happened, where, and when."""
    where = f" ({event.where})" if event.where else ""
    if not event.event:  # the unit itself was changed: its sentence has the day
        return f"{event.letter}  {event.text}."
    return f"{event.letter}  {event.text}{where}, {long_date(event.day, deck.lang)}"


def add_list(deck: Deck, slide: Slide, events: Sequence[AxisEvent], place: Box) -> None:
    """Set what the letters stand for, in columns."""
    columns = [events[start : start + _COLUMN] for start in range(0, len(events), _COLUMN)]
    width = place.width // max(len(columns), 1)
    for number, some in enumerate(columns):
        frame = box(slide, place.left + number * width, place.top, width, place.height)
        paragraphs(frame, [explain_letters(deck, one) for one in some], deck.lang, size=12, space=3)
