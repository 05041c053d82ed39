"""Cards on paper: eight on a page to be cut, and before each pile a page on how to hand it out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import batched
from multiprocessing import get_context
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup

from questionnaires.messages import Messages
from survey_app.asking.letters.paper import MOST_PROCESSES, joined
from survey_app.asking.letters.wording import LetterWave, end_of_typed
from survey_app.shared import pdf
from survey_app.shared.i18n import Language
from survey_app.shared.pages import STATIC, render
from survey_app.shared.qr import qr_drawing

ON_A_PAGE: Final = 8
_NICE: Final = 10


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A code in groups, and where its QR code leads."""

    code: str
    url: str


@dataclass(frozen=True, slots=True)
class PrintedPile:
    """The cards of a unit, and for how many people they are."""

    unit: str
    people: int
    cards: tuple[PrintedCard, ...]


@dataclass(frozen=True, slots=True)
class CardSheet:
    """What all cards of a wave say; ``heading`` by language, ``host`` without a scheme."""

    language: Language
    heading: Mapping[Language, str]
    host: str
    minutes: int
    closes_on: date
    promise: str
    contact: str
    demo: bool
    sms: bool = False
    """Whether some without e-mail got a text message, and need no card."""

    @property
    def typed(self) -> str:
        """Where the code is typed, on a page that speaks the card's language."""
        return f"{self.host}/kode{end_of_typed(self.language)}"


def card_sheet(
    wave: LetterWave, language: Language, messages: Messages, *, answering_url: str
) -> CardSheet:
    """Fill in what the cards of a wave say in a language."""
    address = urlsplit(answering_url)
    return CardSheet(
        language=language,
        heading=wave.heading,
        # what somebody types has no scheme: browsers add it
        host=address.netloc + address.path,
        minutes=wave.minutes,
        closes_on=wave.closes_on,
        promise=messages.text("promise.card", language),
        contact=wave.contact,
        demo=wave.demo,
        sms=wave.sms,
    )


def set_cards(
    piles: Sequence[PrintedPile], sheet: CardSheet, report: Callable[[float], None]
) -> bytes:
    """Set the cards of all piles as one PDF, a pile after the other.

    Parameters
    ----------
    piles : sequence of PrintedPile
    sheet : CardSheet
    report : callable
        Told the share that is done, from 0 to 1.

    Raises
    ------
    NoFontError
        If a name has a sign that no font here has.
    NoPangoError
        If this machine cannot lay out text.
    """
    pdf.check()
    processes = min(os.cpu_count() or 1, MOST_PROCESSES, len(piles))
    parts = []
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=os.nice, initargs=(_NICE,)
    ) as pool:
        orders = [pool.submit(_set, pile, sheet) for pile in piles]
        for at, order in enumerate(orders, start=1):
            parts.append(order.result())
            report(at / len(piles))
    return joined(parts, range(sum(map(_pages, parts))))


def cards_html(pile: PrintedPile, sheet: CardSheet) -> str:
    """Return a pile as one document with its style."""
    drawn = [(card, qr_drawing(card.url)) for card in pile.cards]
    return render(
        "asking/cards.html",
        sheet.language,
        {
            "pile": pile,
            "sheet": sheet,
            "pages": list(batched(drawn, ON_A_PAGE)),
            "style": Markup(_style()),  # noqa: S704 - our own
        },
    )


def _set(pile: PrintedPile, sheet: CardSheet) -> bytes:
    # paper has no screen reader: tags would only make the file larger; and whoever drew a card with
    # another on its back would have two
    html = cards_html(pile, sheet)
    return pdf.pdf_bytes(html, variant=None, one_sided=True, every_sign=True)


def _pages(part: bytes) -> int:
    import pypdfium2  # noqa: PLC0415 - large, and seldom needed

    document = pypdfium2.PdfDocument(part)
    try:
        return len(document)
    finally:
        document.close()


@cache
def _style() -> str:
    sheet = (STATIC / "cards.css").read_text().replace("var(--font)", pdf.FONT)
    return pdf.font_face() + sheet
