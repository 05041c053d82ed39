"""The further slides: regions and units, groups, questions, and how sure it all is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pptx.util import Inches

from survey_app.reading.culture.heatmap_table import Cell as MapCell
from survey_app.reading.culture.heatmap_table import Row as MapRow
from survey_app.reading.names import inside
from survey_app.reading.reports.items import ItemBlock
from survey_app.reading.reports.slides.charts import answers_chart, level_chart
from survey_app.reading.reports.slides.deck import SIGNS, Deck, lower
from survey_app.reading.reports.slides.tables import Cell, table
from survey_app.reading.reports.slides.template import BOTTOM, INNER, LEFT, TOP, WHOLE
from survey_app.reading.reports.slides.text import box, paragraphs
from survey_app.reading.reputation.groups import TableRow
from survey_app.shared.i18n import N_
from survey_app.shared.numbers import decimal, percent

_ROWS: Final = 11  # rows of a table that can be read from the back of a room
_FILLS: Final = {
    "low2": "diff-low-2", "low1": "diff-low-1", "high1": "diff-high-1", "high2": "diff-high-2",
}  # fmt: skip


def add_places(deck: Deck) -> None:
    """Lay out regions and units as in the heatmap: the regions first, then each with its own."""
    heatmap = deck.report.heatmap
    if heatmap is None:
        return
    head = [Cell(deck._("Sted"))]
    head += [Cell(column.name, centred=True) for column in heatmap.columns]
    head.append(Cell(deck._("Svarte"), centred=True))
    top = [heatmap.agency, *(region.row for region in heatmap.regions)]
    if not heatmap.regions:
        units = [heatmap.agency, *heatmap.together]
        _map_slides(deck, deck._("Enhetene ved siden av etaten"), head, units, bold=False)
        return
    _map_slides(deck, deck._("Regionene ved siden av etaten"), head, top, bold=True)
    for region in heatmap.regions:
        _map_slides(deck, region.row.name, head, [region.row, *region.units], bold=False)


def _map_slides(
    deck: Deck, title: str, head: list[Cell], rows: list[MapRow], *, bold: bool
) -> None:
    width = len(head)
    for start in range(0, len(rows), _ROWS):
        slide = deck.slide(title, _map_notes(deck))
        cells = [
            _map_row(deck, row, width, bold=bold or row.place.level != "unit")
            for row in rows[start : start + _ROWS]
        ]
        shares = (4.2, *(1.5 for _ in head[1:-1]), 1.1)
        table(slide, WHOLE, head, cells, shares, deck.lang, size=12)


def _map_notes(deck: Deck) -> str:
    heatmap = deck.report.heatmap
    said = [
        deck._(N_("En farge betyr at enheten skiller seg sikkert fra etaten. Uten farge er "
                  "forskjellen ikke sikker. Rekkefølgen er organisasjonens.")),
        deck._(N_("Små enheter låner litt styrke fra andre av samme type, så tallene her er "
                  "jevnet ut.")),
        *deck.report.reservations,
    ]  # fmt: skip
    return " ".join([*said, *(heatmap.shifted if heatmap else ())])


def _map_row(deck: Deck, row: MapRow, width: int, *, bold: bool) -> list[Cell]:
    rate = Cell(percent(row.place.rate, deck.lang) if row.place.rate is not None else "",
                hue="ink-2", centred=True)  # fmt: skip
    name = Cell(row.name, bold=bold)
    if row.hidden:
        return [name, Cell(row.hidden, hue="ink-2", span=width - 2), rate]
    return [name, *(_map_cell(deck, cell) for cell in row.cells), rate]


def _map_cell(deck: Deck, cell: MapCell) -> Cell:
    if cell.mean is None:
        return Cell(deck._("vises ikke"), hue="ink-2", centred=True)
    text = decimal(cell.mean, deck.lang, 0) + ("*" if cell.shifted else "")
    if cell.move:
        text += f"  {SIGNS[cell.move]}{decimal(cell.points, deck.lang, 0)}"
    if cell.style in _FILLS:  # never by colour alone
        text += f" {deck._('lavere') if cell.style.startswith('low') else deck._('høyere')}"
    return Cell(text, fill=_FILLS.get(cell.style, ""), centred=True)


def add_groups(deck: Deck) -> None:
    """Show groups of the public, and counties."""
    report = deck.report
    if report.groups:
        rows = [row for _, block in report.groups.table for row in block]
        half = -(-len(rows) // 2)
        for part in (rows[:half], rows[half:]):
            _group_slide(deck, deck._("Hvem har tillit?"), part, report.groups.shifted)
    if report.counties:
        _group_slide(deck, deck._("Fylker"), list(report.counties.table), ())


def _group_slide(deck: Deck, title: str, rows: list[TableRow], said: Sequence[str]) -> None:
    levels = deck.levels((row.name, row.estimate) for row in rows)
    if not levels:
        return
    hidden = [f"{row.name} – {inside(row.hidden)}." for row in rows if row.hidden]
    slide = deck.slide(title, " ".join(said))
    label = ". ".join(f"{one.name}: {one.words}" for one in levels)
    room = Inches(0.5) if hidden else 0
    place = lower(len(levels), room=room)
    level_chart(slide, place, levels, deck.names(), label, size=12)
    if hidden:
        frame = box(slide, LEFT, BOTTOM - Inches(0.4), INNER, Inches(0.4))
        paragraphs(frame, [" ".join(hidden)], deck.lang, size=12, hue="ink-2")


def add_block(deck: Deck, block: ItemBlock) -> None:
    """Show how the questions of one scale were answered."""
    drawn = [
        (line.text, line.answers.shares)
        for line in block.lines
        if line.answers and len(line.answers.shares) == len(block.labels)
    ]
    title = f"{deck._('Spørsmålene')}: {block.name}"
    if drawn and block.labels:
        slide = deck.slide(title, _block_notes(deck, block))
        label = deck._("Hvordan svarene på spørsmålene om %(name)s fordeler seg.") % {
            "name": block.name
        }
        answers_chart(slide, lower(len(drawn)), drawn, block.labels, label)
        return
    levels = deck.levels((line.text, line.row.estimate) for line in block.lines)
    if levels:
        slide = deck.slide(title, _block_notes(deck, block))
        label = ". ".join(f"{one.name} {one.words}" for one in levels)
        level_chart(slide, lower(len(levels)), levels, deck.names(), label)


def _block_notes(deck: Deck, block: ItemBlock) -> str:
    """Give each question's level, and the statement it measures, to whoever presents."""
    said = [
        " – ".join([f"{line.text} {deck.words(line.row)}", *line.statements])
        for line in block.lines
    ]
    return "\n".join(said)


def add_exposures(deck: Deck) -> None:
    """Tell of threats and violence, in bands."""
    if not deck.report.exposures:
        return
    said = deck._(
        "Andelen som har opplevd det minst én gang de siste tolv månedene. Vises bare i brede "
        "bånd, for å verne dem det gjelder."
    )
    slide = deck.slide(deck._("Vold og trusler"), said)
    rows = [[Cell(text), Cell(band, bold=True)] for text, band in deck.report.exposures]
    head = [Cell(deck._("Spørsmål")), Cell(deck.report.place_name)]
    table(slide, WHOLE, head, rows, (3, 1), deck.lang, size=16)


def add_sentences(deck: Deck, title: str, sentences: Sequence[str]) -> None:
    """Set sentences on a slide of their own."""
    slide = deck.slide(title)
    frame = box(slide, LEFT, TOP, Inches(11), BOTTOM - TOP)
    paragraphs(frame, sentences, deck.lang, size=18, space=14)
