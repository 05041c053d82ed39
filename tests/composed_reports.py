"""Compose reports of made publications, and read what they say."""

import html
import re

from survey_app.reading.published import Published
from survey_app.reading.reports.compose import Order
from survey_app.shared import clock
from tests.exported import wave_of_content

PLACES = {"agency", "region", "unit"}


def order(content, unit="", lang="nb", of=None):
    """An order for a report of ``content``; ``of`` is what lies on the shelf, if not the same."""
    shown = Published(content)
    places = [d for d in shown.domains if d.level in PLACES]
    return Order(
        wave_of_content(of or content), shown, shown.domain(unit), places, lang, clock.now()
    )


def plain(markup):
    return html.unescape(re.sub(r"<[^>]+>", "", str(markup)))


def squeezed(text):
    """Text without spaces: a PDF breaks lines where it likes."""
    return re.sub(r"[\s\u00ad]+", "", text)
