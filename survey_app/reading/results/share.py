"""The picture that stands beside a shared link: the open headlines, from published figures alone.

A publication never changes, so a picture is drawn once for each language and kept until others are
open.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from survey_app.reading.charts.scale import Window
from survey_app.reading.charts.trend import Frame, Trend, draw_trend
from survey_app.reading.reports.paper import coloured, font_face, in_our_font, with_sign_colours
from survey_app.reading.reports.picture import png_bytes
from survey_app.reading.reports.press import PRESS
from survey_app.reading.results.overview import OpenPart
from survey_app.reading.trends import points_of
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, whole_interval
from survey_app.shared.pages import render

WIDTH, HEIGHT = 1200, 630  # pixels, as those who show links want it
STAFF_NAME: Final = N_("Kulturen, sett av de ansatte")
PUBLIC_NAME: Final = N_("Tilliten, sett av innbyggerne")
_FRAME: Final = Frame(420, 190, 34, 410, 10, 160, 10, 70, ends=False, font=0)

_kept: dict[Language, tuple[object, bytes]] = {}
_turn = asyncio.Lock()


@dataclass(frozen=True, slots=True)
class Card:
    """What stands in the picture: one or two headlines with their trend."""

    parts: tuple[tuple[str, OpenPart], ...]
    demo: bool
    lang: Language

    @property
    def version(self) -> str:
        """Names what is shown, so that an address with it can be kept."""
        return "-".join(part.wave.publication[:8] for _, part in self.parts)

    @property
    def alternative(self) -> str:
        """Says the same in words."""
        of = translator(self.lang).gettext("%(name)s: %(level)s av 100 (%(interval)s)")
        told = []
        for name, part in self.parts:
            cell = part.headline.estimate
            assert cell is not None  # an open part has a headline
            limits = whole_interval(cell.low or 0.0, cell.high or 0.0, self.lang)
            level = decimal(cell.mean or 0.0, self.lang, 0)
            told.append(of % {"name": name, "level": level, "interval": limits})
        return ". ".join(told) + "."


def card(
    staff: OpenPart | None, public: OpenPart | None, lang: Language, *, demo: bool
) -> Card | None:
    """Lay out the picture; ``None`` where nothing is open."""
    gettext = translator(lang).gettext
    found = ((gettext(STAFF_NAME), staff), (gettext(PUBLIC_NAME), public))
    parts = tuple((name, part) for name, part in found if part is not None)
    return Card(parts, demo, lang) if parts else None


async def share_file(shown: Card) -> bytes:
    """Return the picture; the last of each language is kept.

    Raises
    ------
    BusyError, PressError
        If it cannot be drawn now.
    """
    async with _turn:  # many may ask at once for what is drawn once
        known, content = _kept.get(shown.lang, (None, b""))
        if known != (shown.version, shown.demo):
            content = await PRESS.write("share", shown)
            _kept[shown.lang] = ((shown.version, shown.demo), content)
    return content


def share_picture(shown: Card) -> bytes:
    """Draw the picture."""
    context = {
        "card": shown,
        "drawn": [_trend(part, shown.lang) for _, part in shown.parts],
        "font": font_face(),
        "width": WIDTH,
        "height": HEIGHT,
    }
    html = render("results/share.html", shown.lang, context)
    return png_bytes(coloured(with_sign_colours(in_our_font(html))))


def _trend(part: OpenPart, lang: Language) -> Trend | None:
    if not part.trend.drawn:
        return None
    return draw_trend(points_of(part.trend.series, lang), Window(*part.window), lang, _FRAME)
