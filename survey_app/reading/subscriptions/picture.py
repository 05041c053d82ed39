"""The picture in a letter: the trend of the report, large enough to be read on a phone."""

from __future__ import annotations

from typing import Final

from survey_app.reading.broken import alike_to
from survey_app.reading.charts.scale import Window
from survey_app.reading.charts.trend import Frame, draw_trend
from survey_app.reading.reports.content import Report, TrendPart
from survey_app.reading.reports.paper import coloured, in_our_font
from survey_app.reading.reports.picture import png_bytes
from survey_app.reading.trends import marks_of, trend_points
from survey_app.shared.i18n import Language, translator
from survey_app.shared.numbers import decimal, whole_interval
from survey_app.shared.pages import render
from survey_app.shared.pdf import font_face

WIDTH, HEIGHT = 552, 342  # CSS pixels in the letter
_DENSITY: Final = 2
# letters of 13 units are 17 px on a desk and 10 on a phone
FRAME: Final = Frame(420, 260, 50, 372, 26, 222, 10, 60, ends=True, font=18)


def trend_picture(part: TrendPart, lang: Language) -> bytes:
    """Draw a trend as PNG, at twice the size that it is shown in."""
    drawing = draw_trend(
        trend_points(part.series, lang), Window(*part.window), lang, FRAME, marks_of(part.events)
    )
    context = {"drawing": drawing, "width": WIDTH, "height": HEIGHT, "font": font_face()}
    html = render("subscriptions/picture.html", lang, context)
    return png_bytes(coloured(in_our_font(html)), _DENSITY)


def alternative(report: Report) -> str:
    """Say what the picture shows, for those who do not see it; empty where there is none."""
    part = report.trend
    if part is None:
        return ""
    lang = report.lang
    # of waves that asked the same: no other has a start and an end
    told = [(wave, cell) for wave, cell in alike_to(part.series) if cell.shown]
    if not told:
        return part.name
    (first, start), (last, end) = told[0], told[-1]
    return translator(lang).gettext(
        "%(index)s over tid: %(start)s %(first)s og %(end)s %(last)s. Blant dem som svarte, er "
        "usikkerheten i den siste målingen %(interval)s."
    ) % {
        "index": part.name,
        "start": decimal(start.mean or 0.0, lang, 0),
        "first": first.label("in", lang),
        "end": decimal(end.mean or 0.0, lang, 0),
        "last": last.label("in", lang),
        "interval": whole_interval(end.low or 0.0, end.high or 0.0, lang),
    }
