"""The first slides: what the report is, the findings, the levels, what changed, the trend."""

from __future__ import annotations

import io
from typing import Any, Final

from pptx.slide import Slide
from pptx.util import Inches, Length

from questionnaires.logo import PNG, Logo
from survey_app.reading.broken import breaks_of, in_words_of_now
from survey_app.reading.levels import ChangeCell, LevelRow, Versus
from survey_app.reading.reports.picture import png_bytes
from survey_app.reading.reports.slides.charts import TrendMark, level_chart, trend_chart
from survey_app.reading.reports.slides.deck import SIGNS, Deck, add_notes, lower
from survey_app.reading.reports.slides.events import add_events, add_list, explain_letters
from survey_app.reading.reports.slides.tables import TableText, set_table
from survey_app.reading.reports.slides.template import (
    BOTTOM,
    COVER,
    INNER,
    LEFT,
    TOP,
    WHOLE,
    Box,
    layout_of,
)
from survey_app.reading.reports.slides.text import box, paragraphs, write
from survey_app.reading.reports.slides.titles import (
    claim,
    of_changes,
    of_levels,
    sentence,
    title_of,
)
from survey_app.reading.waves import Wave
from survey_app.shared.agency import agency_name
from survey_app.shared.i18n import N_, first_language
from survey_app.shared.logo import agency_logo, logo_inside
from survey_app.shared.numbers import decimal, whole_interval

_HUES: Final = {"up": "up", "down": "down"}
_LOGO_HEIGHT, _LOGO_WIDTH, _LOGO_DOTS = Inches(0.7), Inches(3.0), 120
_ROOM: Final = Inches(0.26)  # a line of the list under the trend


def add_cover(deck: Deck) -> None:
    """Say what the report is, of which wave, and whose answers."""
    report = deck.report
    slide = deck.presentation.slides.add_slide(layout_of(deck.presentation, COVER))
    slide.shapes.title.text = report.title
    _add_logo(deck, slide)
    frame = box(slide, LEFT, Inches(3.15), INNER, Inches(0.5))
    wave = report.wave.label("name", deck.lang)
    if report.wave.correction:
        wave = f"{wave} ({deck._('rettet')})"
    write(frame.paragraphs[0], wave, deck.lang, size=22, hue="ink-2")
    frame = box(slide, LEFT, Inches(3.85), Inches(8.6), Inches(1.2))
    paragraphs(frame, [report.what], deck.lang, size=16)
    frame = box(slide, LEFT, Inches(5.35), INNER, Inches(1.4))
    facts = [f"{name}: {text}" for name, text in report.facts]
    paragraphs(frame, facts, deck.lang, size=12, hue="ink-2", space=3)
    if report.demo:
        frame = box(slide, LEFT, Inches(0.6), INNER, Inches(0.4))
        paragraphs(frame, [deck._("Demodata – ikke ekte resultater")], deck.lang, hue="down")


def _add_logo(deck: Deck, slide: Slide) -> None:
    """Put the agency's logo into the upper right corner, where it has one."""
    if (logo := agency_logo()) is None:
        return
    width = min(_LOGO_WIDTH, Length(round(_LOGO_HEIGHT * logo.ratio)))
    picture = slide.shapes.add_picture(
        io.BytesIO(_drawn(logo)), Length(LEFT + INNER - width), Inches(0.5), width=width
    )
    drawn: Any = picture._element  # noqa: SLF001 - has no name of its own in the library
    # the name of the file would be read aloud
    drawn.nvPicPr.cNvPr.set("descr", agency_name(deck.lang))


def _drawn(logo: Logo) -> bytes:
    """Return a logo as PNG: slides take no SVG."""
    if logo.media == PNG:
        return logo.content
    width, height = round(_LOGO_DOTS * logo.ratio), _LOGO_DOTS
    size = f"width: {width}px; height: {height}px"
    style = f"@page {{ size: {width}px {height}px; margin: 0 }} img {{ display: block; {size} }}"
    drawing = f'<img src="{logo_inside()}" alt="">'
    head = f'<html lang="{first_language()}"><title>-</title><style>{style}</style>'
    return png_bytes(f"{head}{drawing}</html>", 2)


def add_findings(deck: Deck) -> None:
    """Show the headline with its interval, beside the findings of the page."""
    report = deck.report
    slide = deck.slide(title_of(report))
    width = Inches(4.0)
    frame = box(slide, LEFT, TOP, width, Inches(4.4))
    write(frame.paragraphs[0], _headline_name(deck), deck.lang, size=16, bold=True)
    found = report.headline.estimate
    if found is None:
        paragraphs(box(slide, LEFT, TOP + Inches(0.6), width, Inches(1)),
                   [report.headline.hidden], deck.lang, size=18, hue="ink-2")  # fmt: skip
    else:
        number = frame.add_paragraph()
        write(number, decimal(found.mean or 0.0, deck.lang, 0), deck.lang, size=80, bold=True)
        of = deck._("av 100. Usikkerhet: %(interval)s") % {
            "interval": whole_interval(found.least or 0.0, found.most or 0.0, deck.lang)
        }
        write(frame.add_paragraph(), of, deck.lang, size=16, hue="ink-2")
        if report.headline.latest:
            said = deck.change(report.headline.latest, long=True)
            hue = _HUES.get(report.headline.latest.sign, "ink-2")
            write(frame.add_paragraph(), said, deck.lang, size=14, hue=hue)
    _finding_list(deck, slide, width)
    if report.hidden:
        said = f"<b>{report.hidden.reason}.</b> {report.hidden.sentence}"
        frame = box(slide, LEFT, Inches(6.1), INNER, Inches(0.7))
        paragraphs(frame, [said], deck.lang, size=14)


def _headline_name(deck: Deck) -> str:
    name = deck.report.headline_name
    return f"{name}, {deck.report.hidden.place}" if deck.report.hidden else name


def _finding_list(deck: Deck, slide: Slide, offset: Length) -> None:
    left = LEFT + offset + Inches(0.6)
    height = Inches(4.4 if deck.report.hidden else 5.2)
    frame = box(slide, left, TOP, INNER - offset - Inches(0.6), height)
    message = deck.report.message
    told = [*([message] if message else []), *deck.report.further][:5]
    for number, finding in enumerate(told):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Inches(0.14)
        sign = f"{SIGNS.get(finding.sign, '?')}  "
        write(paragraph, sign, deck.lang, size=16, hue=_HUES.get(finding.sign, "ink-2"))
        write(paragraph, str(finding.text), deck.lang, size=16)


def add_levels(deck: Deck) -> None:
    """Show the indices as bars with their intervals."""
    levels = deck.levels((row.name, row.estimate) for row in deck.report.rows)
    if not levels:
        return
    slide = deck.slide(of_levels(levels, deck.lang))
    label = ". ".join(f"{one.name}: {one.words}" for one in levels)
    level_chart(slide, lower(len(levels)), levels, deck.names(), label)


def add_changes(deck: Deck) -> None:
    """Say what has changed, index by index; a first survey of the whole has nothing to say."""
    report = deck.report
    compared = any(row.compared for row in report.rows)
    if not compared and not report.versus:
        return
    slide = deck.slide(of_changes(report.rows, deck.lang))
    head = [deck._("Indeks"), deck._("Nivå (usikkerhet)")]
    if compared:
        head.append(deck._("Siden forrige måling"))
    if report.versus:
        head.append(deck._("Mot etaten"))
    elif any(row.first_apart for row in report.rows):
        head.append(deck._("Siden første måling"))
    rows = [_change_row(deck, row, len(head), compared=compared) for row in report.rows]
    heads = [TableText(text) for text in head]
    set_table(slide, WHOLE, heads, rows, (3.2, 2, 3.6, 3.6)[: len(head)], deck.lang)


def _change_row(deck: Deck, row: LevelRow, width: int, *, compared: bool) -> list[TableText]:
    name = TableText(row.name, bold=True)
    if row.estimate is None:
        return [name, TableText(row.hidden, hue="ink-2", span=width - 1)]
    cells = [name, TableText(deck.words(row))]
    if compared:
        cells.append(_change_cell(deck, row.previous, row.renewed))
    if deck.report.versus:
        cells.append(TableText(_beside_the_agency(deck, row.versus), hue="ink-2"))
    elif len(cells) < width:
        cells.append(_change_cell(deck, row.first, row.renewed))
    return cells


def _beside_the_agency(deck: Deck, versus: Versus | None) -> str:
    if versus is None:
        return deck._("kan ikke vises")
    return f"{versus.word} ({decimal(versus.level, deck.lang, 0)})"


def _change_cell(deck: Deck, cell: ChangeCell | None, renewed: str) -> TableText:
    if cell is None:
        return TableText(renewed or deck._("Endring kan ikke vises"), hue="ink-2")
    return TableText(deck.change(cell), hue=_HUES.get(cell.sign, "ink-2"))


def _when(deck: Deck, wave: Wave, *, over: bool) -> str:
    """Name a wave under the line, and that it asked both versions: notes are not shown."""
    when = f"{wave.label('short', deck.lang)} {wave.year % 100:02d}"
    return f"{when} ({deck._(N_('nye spørsmål'))})" if over else when


def add_trend(deck: Deck) -> None:
    """Show the headline over time."""
    part = deck.report.trend
    if part is None:
        return
    title = deck._("Utvikling siden %(year)s") % {"year": part.series[0][0].year}
    told_before = {claim(one) for one in deck.report.findings}
    course = part.course and claim(part.course)
    slide = deck.slide(course if course and course not in told_before else f"{part.name}: {title}")
    over = part.before.keys() - part.broken.keys()
    points = [
        TrendMark(
            _when(deck, wave, over=wave.key in over),
            # a figure of another unit is in the list of what happened, and never in the line
            cell.mean if cell.shown and cell.linked != "reference" else None,
            cell.low,
            cell.high,
            wave.kind == "main",
        )
        for wave, cell in in_words_of_now(part.series)
    ]
    days = [wave.day for wave, _ in part.series]
    for before, wave in reversed(breaks_of(part.series)):
        # a place of its own without a figure: the line stops there
        at = next(n for n, (one, _) in enumerate(part.series) if one.key == wave.key)
        points.insert(at, TrendMark(f"// {deck._(N_('endret'))}", None, None, None, main=False))
        days.insert(at, before.day + (wave.day - before.day) / 2)
    names = (part.name, deck._(N_("Nedre grense (95 %)")), deck._(N_("Øvre grense (95 %)")))
    label = deck._(N_("%(index)s over tid, med usikkerhet.")) % {"index": part.name}
    room = _ROOM * min(len(part.events), 3)
    place = Box(WHOLE.left, WHOLE.top, WHOLE.width, WHOLE.height - room)
    axes = trend_chart(slide, place, points, names, part.window, label)
    said = deck._(N_("Aksen viser %(low)s–%(high)s av 0–100.")) % {
        "low": part.window[0],
        "high": part.window[1],
    }
    if part.events:
        add_events(deck, slide, part.events, days, axes)
        add_list(deck, slide, part.events, Box(LEFT, BOTTOM - room, INNER, room))
        said = "\n".join([said, *(explain_letters(deck, one) for one in part.events)])
    said = "\n".join([*part.before.values(), said])
    if part.course:
        said = f"{sentence(part.course)}\n{said}"
    add_notes(slide, said)
