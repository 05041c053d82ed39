"""Native tables: thin rules, no boxes; a cell is coloured only where the pages colour it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.table import Table, _Cell
from pptx.util import Emu, Inches, Pt

from survey_app.reading.reports.slides.template import Box, colour, rgb
from survey_app.reading.reports.slides.text import write
from survey_app.shared.i18n import Language

_NS: Final = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_PLAIN: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # Office's own "no style, no grid"


@dataclass(frozen=True, slots=True)
class TableText:
    """Text in a table; ``fill`` is a colour of ours, ``span`` how many columns it takes."""

    text: str
    bold: bool = False
    hue: str = "ink"
    fill: str = ""
    span: int = 1
    centred: bool = False


type Row = Sequence[TableText]


def set_table(
    slide: Slide,
    place: Box,
    head: Row,
    rows: Sequence[Row],
    widths: Sequence[float],
    lang: Language,
    *,
    size: float = 13,
) -> None:
    """Set a table; ``widths`` are shares of the whole width."""
    height = min(place.height // (len(rows) + 1), Inches(0.42))
    columns = len(widths)
    whole = Box(place.left, place.top, place.width, height * (len(rows) + 1))
    frame = slide.shapes.add_table(len(rows) + 1, columns, *whole.lengths)
    made = frame.table
    properties = made._tbl.tblPr  # noqa: SLF001 - styles have no other door
    assert properties is not None  # a new table has its style
    style = properties.find(qn("a:tableStyleId"))
    style.text = _PLAIN
    made.horz_banding = False
    total = sum(widths)
    for number, width in enumerate(widths):
        made.columns[number].width = Emu(int(place.width * width / total))
    for number, row in enumerate((head, *rows)):
        made.rows[number].height = height
        _row(made, number, row, lang, size if number else size - 1)


def _row(made: Table, number: int, row: Row, lang: Language, size: float) -> None:
    column = 0
    for cell in row:
        target = made.cell(number, column)
        if cell.span > 1:
            target.merge(made.cell(number, column + cell.span - 1))
        _set(target, cell, lang, size, head=number == 0)
        for place in range(column, column + cell.span):
            _rule(made.cell(number, place), "ink" if number == 0 else "line-2")
        column += cell.span


def _set(target: _Cell, cell: TableText, lang: Language, size: float, *, head: bool) -> None:
    target.margin_left = target.margin_right = Inches(0.06)
    target.margin_top = target.margin_bottom = Inches(0.02)
    target.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.MIDDLE
    paragraph = target.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.CENTER if cell.centred else PP_ALIGN.LEFT
    target.text_frame.word_wrap = True
    hue = "ink-2" if head else cell.hue
    write(paragraph, cell.text, lang, size=size, hue=hue, bold=cell.bold)
    paragraph.font.size = Pt(size)  # an empty cell has no run to carry it
    if cell.fill:
        target.fill.solid()
        target.fill.fore_color.rgb = rgb(cell.fill)
    else:
        target.fill.background()


def _rule(target: _Cell, hue: str) -> None:
    """Draw a thin line under a cell."""
    properties = target._tc.get_or_add_tcPr()  # noqa: SLF001 - borders have no other door
    line = parse_xml(
        f'<a:lnB {_NS} w="{9525 if hue == "ink" else 6350}"><a:solidFill>'
        f'<a:srgbClr val="{colour(hue)}"/></a:solidFill></a:lnB>'
    )
    properties.insert(0, line)
