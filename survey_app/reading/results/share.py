"""The picture that stands beside a shared link: the open headlines, from published figures alone.

A publication never changes, so a picture is drawn once for each language. The worker draws it soon
after the figures are out and leaves it in Redis; a page that asks sooner, or when Redis is away,
draws it itself. Before anything is open the picture has the title alone.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from survey_app.reading.charts.scale import Window
from survey_app.reading.charts.trend import Frame, TrendChart, draw_trend
from survey_app.reading.names import own
from survey_app.reading.reports.paper import coloured, in_our_font, with_sign_colours
from survey_app.reading.reports.picture import png_bytes
from survey_app.reading.reports.press import PRESS
from survey_app.reading.results.overview import OpenPart, open_public, open_staff
from survey_app.reading.trends import trend_points
from survey_app.shared.asked import results_title
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, whole_interval
from survey_app.shared.pages import render
from survey_app.shared.pdf import font_face

WIDTH, HEIGHT = 1200, 630  # pixels, as those who show links want it
STAFF_NAME: Final = N_("Kulturen, sett av de ansatte")
PUBLIC_NAME: Final = N_("Tilliten, sett av innbyggerne")
_MONTHS: Final = 180 * 24 * 3600  # seconds that a picture which nobody asks for is kept
_ACROSS: Final = 36  # signs of a line that certainly fit
_FRAME: Final = Frame(420, 190, 34, 410, 10, 160, 10, 70, ends=False, font=0)


_kept: dict[Language, tuple[str, bytes]] = {}
_turn = asyncio.Lock()


@dataclass(frozen=True, slots=True)
class Card:
    """What stands in the picture: headlines with their trend, at most two; or the title alone."""

    parts: tuple[tuple[str, OpenPart], ...]
    demo: bool
    lang: Language

    @property
    def version(self) -> str:
        """Names what is shown, so that an address with it can be kept."""
        named = [part.wave.publication for _, part in self.parts]
        # an earlier wave that is corrected or taken back has its point in the line, too
        named += [wave.publication for _, part in self.parts for wave, _ in part.trend.series]
        named += [str(one.publication) for _, part in self.parts for one in part.wave.retracted]
        named += [one.publication for _, part in self.parts for one in part.wave.outdated]
        return sha256("-".join(named).encode()).hexdigest()[:16] if named else "title"

    def told(self, part: OpenPart) -> list[str]:
        """Say below a change what else whoever reads it has to know, a line each if it may be."""
        gettext = translator(self.lang).gettext
        said = [part.path.headline] if part.path and part.path.headline else []
        for back in part.wave.retracted[-1:]:
            if back.closed_on > part.wave.closed_on:
                name = own(back.labels["name"], self.lang)
                said.append(gettext("«%(wave)s» er trukket tilbake") % {"wave": name})
        latest = part.headline.latest
        corrected = {one.label("since", self.lang) for one in part.wave.outdated}
        if latest and latest.since in corrected:
            said.append(gettext("Fra tall som er rettet siden"))
        return said

    @property
    def lines(self) -> int:
        """How many lines stand below a level, at most: what is drawn has the room that is left."""
        return max(
            (1 + sum(-(-len(one) // _ACROSS) for one in self.told(part)) for _, part in self.parts),
            default=1,
        )

    @property
    def key(self) -> str:
        """Where it is kept for all processes."""
        return f"barometer:share:{self.lang}:{self.version}{':demo' if self.demo else ''}"

    @property
    def alternative(self) -> str:
        """Says the same in words."""
        if not self.parts:
            return results_title(self.lang)
        of = translator(self.lang).gettext("%(name)s: %(level)s av 100 (%(interval)s)")
        told = []
        for name, part in self.parts:
            cell = part.headline.estimate
            assert cell is not None  # an open part has a headline
            limits = whole_interval(cell.least or 0.0, cell.most or 0.0, self.lang)
            level = decimal(cell.mean or 0.0, self.lang, 0)
            told.append(of % {"name": name, "level": level, "interval": limits})
            if part.wave.correction:
                told[-1] += f", {translator(self.lang).gettext('rettet')}"
            if part.path and part.path.headline:
                told.append(part.path.headline)
            told += [said.rstrip(".") for said in part.wave.of_others(self.lang)]
        return ". ".join(told) + "."


def card(staff: OpenPart | None, public: OpenPart | None, lang: Language, *, demo: bool) -> Card:
    """Lay out the picture of what is open."""
    gettext = translator(lang).gettext
    found = ((gettext(STAFF_NAME), staff), (gettext(PUBLIC_NAME), public))
    return Card(tuple((name, part) for name, part in found if part is not None), demo, lang)


async def card_of(lang: Language, at: datetime, *, demo: bool) -> Card:
    """Find what is open at a moment, and lay out its picture."""
    staff = await open_staff(lang, at)
    return card(staff, await open_public(lang, at), lang, demo=demo)


async def share_file(shown: Card, secret: bytes) -> bytes:
    """Return the picture; drawn only where no process has drawn it before.

    Raises
    ------
    BusyError, PressError
        If it cannot be drawn now.
    """
    async with _turn:  # many may ask at once for what is drawn once
        known, content = _kept.get(shown.lang, ("", b""))
        if known != shown.key:
            content = await _found_or_drawn(shown, secret)
            _kept[shown.lang] = (shown.key, content)
    return content


async def _found_or_drawn(shown: Card, secret: bytes) -> bytes:
    # the child that draws it keeps nothing
    from survey_app.reading.results.kept import find_kept, keep  # noqa: PLC0415

    content = await find_kept(shown.key, secret)
    if not content:
        content = await PRESS.write("share", shown)
        await keep(shown.key, content, secret, seconds=_MONTHS)
    return content


def share_picture(shown: Card) -> bytes:
    """Draw the picture."""
    return png_bytes(share_page(shown))


def share_page(shown: Card) -> str:
    """Return what is drawn, as HTML of one page with all that it needs."""
    context = {
        "card": shown,
        "title": results_title(shown.lang),
        "drawn": [_trend(part, shown.lang) for _, part in shown.parts],
        "font": font_face(),
        "width": WIDTH,
        "height": HEIGHT,
    }
    html = render("results/share.html", shown.lang, context)
    return coloured(with_sign_colours(in_our_font(html)))


def _trend(part: OpenPart, lang: Language) -> TrendChart | None:
    if not part.trend.drawn:
        return None
    return draw_trend(trend_points(part.trend.series, lang), Window(*part.window), lang, _FRAME)
