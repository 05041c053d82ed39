"""A poster with the address of an open survey: one page to hang up, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from urllib.parse import urlsplit

from markupsafe import Markup

from survey_app.asking.letters.wording import end_of_typed
from survey_app.shared.i18n import Language, translator
from survey_app.shared.pages import STATIC, render
from survey_app.shared.pdf import FONT, font_face
from survey_app.shared.qr import qr_drawing


@dataclass(frozen=True, slots=True)
class Poster:
    """What a poster says; ``promise`` is the sentence of the form that it leads to."""

    heading: str
    minutes: int
    closes_on: date
    promise: str
    contact: str
    demo: bool


def open_address(answering_url: str, key: str, language: Language) -> str:
    """Return where an open survey is answered in a language, as people type it."""
    return f"{answering_url.rstrip('/')}/open/{key}{end_of_typed(language)}"


def poster_html(poster: Poster, answering_url: str, key: str, language: Language) -> str:
    """Return the poster of a survey as a document with its style.

    Parameters
    ----------
    poster : Poster
    answering_url : str
        Address in front of ``/open``.
    key : str
        Of the wave.
    language : str
    """
    url = open_address(answering_url, key, language)
    host = urlsplit(answering_url)
    title = translator(language).gettext("QR-kode som åpner skjemaet")
    context = {
        "poster": poster,
        # what somebody types has no scheme: browsers add it
        "typed": url.removeprefix(f"{host.scheme}://"),
        "promise": f"{host.netloc}{host.path.rstrip('/')}/promise{end_of_typed(language)}",
        "qr": qr_drawing(url, title),
        "style": Markup(_style()),  # noqa: S704 - our own
    }
    return render("asking/poster.html", language, context)


@cache
def _style() -> str:
    sheet = (STATIC / "poster.css").read_text().replace("var(--font)", FONT)
    return font_face() + sheet
