"""A report as one HTML document for paper: colours have values, figures have words."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from markupsafe import Markup

from survey_app.reading.reports.content import Report, WallSheet
from survey_app.shared.i18n import Language
from survey_app.shared.pages import STATIC, render
from survey_app.shared.pdf import FONT, font_face

_TOKEN: Final = re.compile(r"--vb-([a-z0-9-]+):\s*([^;]+);")
_USED: Final = re.compile(r"var\(--vb-([a-z0-9-]+)\)")
_DRAWING: Final = re.compile(r"<svg\b")
_SVG: Final = re.compile(r"<svg\b([^>]*)>")
_LABEL: Final = re.compile(r'aria-label="([^"]*)"')
# questions of each side and actions on a sheet for the wall
_LESS_AND_LESS: Final = ((3, 3), (3, 2), (3, 1), (2, 1), (1, 1))
# what a sign's path begins with, and its colour
_SIGNS: Final = {"M8 2 15 14": "up", "M8 14 1 2": "down"}


@functools.cache
def tokens() -> Mapping[str, str]:
    """Return the light value of every colour token, from the pages' own style sheet."""
    sheet = (STATIC / "verdibarometer.css").read_text()
    light = sheet[sheet.index(":root {") : sheet.index("@media")]
    return dict(_TOKEN.findall(light))


def coloured(text: str) -> str:
    """Put the light values in the place of the colour variables."""
    known = tokens()
    return _USED.sub(lambda found: known[found[1]], text)


def paper(report: Report) -> str:
    """Return a report as HTML with its style, ready to be set on pages."""
    return _set("reports/report.html", report.lang, {"report": report})


def wall_sheet(sheet: WallSheet) -> str:
    """Return a unit's sheet for the wall as HTML with its style."""
    code = Markup(_code(sheet.address)) if sheet.address else ""  # noqa: S704 - numbers alone
    return _set("reports/sheet.html", sheet.lang, {"sheet": sheet, "qr": code})


def wall_sheets(sheet: WallSheet) -> Iterator[str]:
    """Return the same with less and less of what has no end, for where one page cannot hold it."""
    for questions, actions in _LESS_AND_LESS:
        yield wall_sheet(
            replace(
                sheet,
                lower=sheet.lower[:questions],
                higher=sheet.higher[:questions],
                actions=sheet.actions[:actions],
                further=sheet.further + len(sheet.actions[actions:]),
            )
        )


def _code(address: str) -> str:
    import segno  # noqa: PLC0415 - the one file that has a code

    made = segno.make(address, error="m", micro=False)
    return made.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None, title=None)


def _set(template: str, lang: Language, context: Mapping[str, object]) -> str:
    html = render(template, lang, context)
    html = _SVG.sub(_figure, with_sign_colours(html))
    return coloured(html.replace("</head>", f"<style>{style()}</style></head>", 1))


@functools.cache
def style() -> str:
    """Return the style sheet with its font, which lies beside the pages' or is left out."""
    sheet = (STATIC / "report.css").read_text().replace("var(--font)", FONT)
    return font_face() + sheet


def in_our_font(drawing: str) -> str:
    """Give a drawing the pages' font: style sheets do not reach into it."""
    return _DRAWING.sub(f'<svg font-family="{FONT}"', drawing)


def with_sign_colours(html: str) -> str:
    """Give signs the colour of what they say: in a picture there is no text to take it from."""
    for path, name in _SIGNS.items():
        html = html.replace(f'fill="currentColor" d="{path}', f'fill="var(--vb-{name})" d="{path}')
    return html.replace("currentColor", "var(--vb-ink-2)")


def _figure(found: re.Match[str]) -> str:
    """Give a drawing the pages' font and its label as title, which becomes its text in the PDF."""
    label = _LABEL.search(found[1])
    # beside its own words a sign or a ruler is only seen: a space keeps it from being read
    title = label[1] if label else " "
    return f'<svg font-family="{FONT}"{found[1]}><title>{title}</title>'
