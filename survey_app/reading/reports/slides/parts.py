"""The further slides: regions and units, groups, questions, and how sure it all is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pptx.util import Inches

from survey_app.reading.culture.heatmap_table import HeatmapCell as MapCell
from survey_app.reading.culture.heatmap_table import HeatmapRow as MapRow
from survey_app.reading.reports.items import ItemBlock
from survey_app.reading.reports.slides.charts import answers_chart
from survey_app.reading.reports.slides.deck import SIGNS, Deck, lower
from survey_app.reading.reports.slides.tables import TableText, set_table
from survey_app.reading.reports.slides.template import BOTTOM, LEFT, TOP, WHOLE, Box
from survey_app.reading.reports.slides.text import box, paragraphs
from survey_app.reading.reports.slides.titles import (
    is_higher,
    is_lower,
    of_groups,
    of_questions,
    of_regions,
    of_units,
)
from survey_app.reading.reputation.groups import TableRow
from survey_app.shared.i18n import N_
from survey_app.shared.numbers import count, decimal, listed, percent, whole_interval

_ROWS: Final = 12  # rows of a table that can be read from the back of a room
_QUESTIONS: Final = 11  # questions on a slide
_LEAST: Final = 2  # a chart of one bar is a sentence
_FILLS: Final = {
    "low2": "diff-low-2", "low1": "diff-low-1", "high1": "diff-high-1", "high2": "diff-high-2",
}  # fmt: skip


def add_places(deck: Deck) -> None:
    """Set regions beside the agency, and say how many of their units differ; of one, its units."""
    heatmap = deck.report.heatmap
    if heatmap is None:
        return
    head = [TableText(deck._("Sted"))]
    head += [TableText(column.name, centred=True) for column in heatmap.columns]
    head.append(TableText(deck._("Svarte"), centred=True))
    if not heatmap.regions:
        title = of_units(heatmap.together, deck.lang)
        _map_slides(deck, title, head, [heatmap.agency, *heatmap.together], bold=False)
        return
    rows = [region.row for region in heatmap.regions]
    if len(rows) > 1:
        title = of_regions(rows, deck.lang)
        _map_slides(deck, title, head, [heatmap.agency, *rows], bold=True)
        _add_counts(deck)
        return
    for region in heatmap.regions:
        title = of_units(region.units, deck.lang)
        _map_slides(deck, title, head, [region.row, *region.units], bold=False)


def _add_counts(deck: Deck) -> None:
    """Say for each region how many units differ, without naming any."""
    heatmap = deck.report.heatmap
    assert heatmap is not None  # its caller has seen to it
    units = [row for region in heatmap.regions for row in region.units]
    if not units:
        return
    said = deck._(N_("Enhetene står hver for seg i PDF-rapporten og i regnearket."))
    slide = deck.slide(of_units(units, deck.lang), f"{said} {_map_notes(deck)}")
    head = [
        TableText(deck._("Region")),
        *(TableText(text, centred=True) for text in (
            deck._(N_("Enheter")), deck._(N_("Lavere på noe")), deck._(N_("Høyere på noe")),
            deck._(N_("Har ikke egne tall")),
        )),
    ]  # fmt: skip
    rows = [_counts(region.row.name, region.units) for region in heatmap.regions if region.units]
    set_table(slide, WHOLE, head, [*rows, _counts(heatmap.agency.name, units)],
          (4, 1.5, 1.5, 1.5, 1.8), deck.lang, size=14)  # fmt: skip


def _counts(name: str, units: Sequence[MapRow]) -> list[TableText]:
    counted = (
        len(units),
        sum(is_lower(row) for row in units),
        sum(is_higher(row) for row in units),
        sum(bool(row.hidden) for row in units),
    )
    return [TableText(name, bold=True), *(TableText(str(one), centred=True) for one in counted)]


def _map_slides(
    deck: Deck, title: str, head: list[TableText], rows: list[MapRow], *, bold: bool
) -> None:
    width = len(head)
    shares = (4.2, *(1.5 for _ in head[1:-1]), 1.1)
    parts = [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]
    for number, part in enumerate(parts, start=1):
        named = f"{title} ({number}/{len(parts)})" if len(parts) > 1 else title
        slide = deck.slide(named, _map_notes(deck))
        cells = [_map_row(deck, row, width, bold=bold or row.place.level != "unit") for row in part]
        set_table(slide, WHOLE, head, cells, shares, deck.lang, size=12)


def _map_notes(deck: Deck) -> str:
    heatmap = deck.report.heatmap
    said = [
        deck._(N_("En farge betyr at enheten skiller seg sikkert fra etaten. Uten farge er "
                  "forskjellen ikke sikker. Rekkefølgen er organisasjonens.")),
        deck._(N_("Små enheter låner litt styrke fra andre av samme type, så tallene her er "
                  "jevnet ut.")),
        *deck.report.reservations,
        *(f"{one.name}: {text.striptags()}" for one in deck.report.fallen for text in one.fallen),
    ]  # fmt: skip
    return " ".join([*said, *(heatmap.shifted if heatmap else ())])


def _map_row(deck: Deck, row: MapRow, width: int, *, bold: bool) -> list[TableText]:
    told = row.place.rate
    rate = TableText(percent(told, deck.lang) if told is not None else deck._("vises ikke"),
                hue="ink-2", centred=True)  # fmt: skip
    name = TableText(row.name, bold=bold)
    if row.hidden:
        return [name, TableText(row.hidden, hue="ink-2", span=width - 2), rate]
    return [name, *(_map_cell(deck, cell) for cell in row.cells), rate]


def _map_cell(deck: Deck, cell: MapCell) -> TableText:
    if cell.mean is None:
        return TableText(deck._("vises ikke"), hue="ink-2", centred=True)
    text = decimal(cell.mean, deck.lang, 0) + ("*" if cell.shifted else "")
    if cell.move:
        text += f"  {SIGNS[cell.move]}{decimal(cell.points, deck.lang, 0)}"
    if cell.style in _FILLS:  # never by colour alone
        text += f" {deck._('lavere') if cell.style.startswith('low') else deck._('høyere')}"
    return TableText(text, fill=_FILLS.get(cell.style, ""), centred=True)


def add_groups(deck: Deck) -> None:
    """Show groups of the public, and counties, each on one slide."""
    report = deck.report
    if report.groups:
        rows = [row for _, block in report.groups.table for row in block]
        # everybody stands first, under no heading, and is no group
        groups = [row for heading, block in report.groups.table if heading for row in block]
        title = of_groups(groups, deck.lang, counties=False)
        _group_slide(deck, title, rows, report.groups.shifted, deck._(N_("Gruppe")))
    if report.counties:
        counties = list(report.counties.table)
        title = of_groups(counties, deck.lang, counties=True)
        _group_slide(deck, title, counties, (), deck._(N_("Fylke")))


def _group_slide(
    deck: Deck, title: str, rows: list[TableRow], said: Sequence[str], name: str
) -> None:
    slide = deck.slide(title, " ".join(said))
    head = [
        TableText(name),
        TableText(deck._(N_("Tillit (usikkerhet)"))),
        TableText(deck._(N_("Svar"))),
    ]
    half = -(-len(rows) // 2)
    width = (WHOLE.width - Inches(0.5)) // 2
    for number, part in enumerate((rows[:half], rows[half:])):
        left = WHOLE.left + number * (width + Inches(0.5))
        place = Box(left, WHOLE.top, width, WHOLE.height)
        cells = [_group_row(deck, row) for row in part]
        if cells:
            set_table(slide, place, head, cells, (3.4, 2.4, 1), deck.lang, size=13)


def _group_row(deck: Deck, row: TableRow) -> list[TableText]:
    if row.estimate is None:
        return [TableText(row.name), TableText(row.hidden, hue="ink-2", span=2)]
    apart = row.side != "none"
    n = count(row.estimate.n, deck.lang) if row.estimate.n is not None else deck._("vises ikke")
    # as on pages and paper: beside groups, the whole's interval is among those who answered, too
    low, high = row.estimate.low or 0.0, row.estimate.high or 0.0
    level = f"{decimal(row.estimate.mean or 0.0, deck.lang, 0)} "
    level += f"({whole_interval(low, high, deck.lang)})"
    return [
        TableText(row.name, bold=apart),
        TableText(level, bold=apart),
        TableText(n, hue="ink-2"),
    ]


def add_questions(deck: Deck) -> None:
    """Show how questions were answered: as many scales on a slide as can be read together."""
    drawn = [block for block in deck.report.blocks if block.drawn]
    for some in _together(drawn):
        lines = [line for block in some for line in block.drawn]
        if len(lines) < _LEAST:
            continue
        title = of_questions(some, deck.lang)
        notes = "\n".join(_block_notes(deck, block) for block in some)
        slide = deck.slide(title, notes)
        label = deck._("Hvordan svarene på spørsmålene om %(name)s fordeler seg.") % {
            "name": listed([block.name for block in some], deck.lang)
        }
        rows = [(line.text, line.answers.shares) for line in lines if line.answers]
        answers_chart(slide, lower(len(rows)), rows, some[0].labels, label)


def _together(blocks: Sequence[ItemBlock]) -> list[list[ItemBlock]]:
    """Lay scales that are answered alike on common slides, in their order."""
    made: list[list[ItemBlock]] = []
    for block in blocks:
        room = made and made[-1][0].labels == block.labels
        size = sum(len(one.drawn) for one in made[-1]) if room else _QUESTIONS
        if room and size + len(block.drawn) <= _QUESTIONS:
            made[-1].append(block)
        else:
            made.append([block])
    return made


def _block_notes(deck: Deck, block: ItemBlock) -> str:
    """Give each question's level, and the statement it measures, to whoever presents."""
    said = [
        " – ".join(
            filter(None, [f"{line.text} {deck.words(line.row)}", line.row.note, *line.statements])
        )
        for line in block.lines
    ]
    return "\n".join(said)


def add_exposures(deck: Deck) -> None:
    """Tell of what staff have experienced, in bands."""
    if not deck.report.exposures:
        return
    said = deck._(
        "Andelen som har opplevd det minst én gang i den tiden spørsmålet gjelder. Vises bare i "
        "brede bånd, for å verne dem det gjelder."
    )
    slide = deck.slide(deck._(N_("Det de ansatte har opplevd, vises bare i brede bånd")), said)
    rows = [[TableText(text), TableText(band, bold=True)] for text, band in deck.report.exposures]
    head = [TableText(deck._("Spørsmål")), TableText(deck.report.place_name)]
    set_table(slide, WHOLE, head, rows, (3, 1), deck.lang, size=16)


def add_end(deck: Deck) -> None:
    """Say how sure the figures are and how the promise is kept; the rest is told in the notes."""
    sure, promise = deck.report.sure, deck.report.promise
    # among the first: who holds two slides together must see that they were judged differently
    other = [deck.report.other_margins] if deck.report.other_margins else []
    colophon = (f"{name}: {text}" for name, text in deck.report.colophon)
    notes = "\n".join([*sure, *other, *promise, *colophon])
    slide = deck.slide(deck._(N_("Tallene har usikkerhet, og ingen enkeltsvar vises")), notes)
    frame = box(slide, LEFT, TOP, Inches(11), BOTTOM - TOP)
    paragraphs(frame, [*sure[:3], *other, *promise[:2]], deck.lang, size=18, space=14)
