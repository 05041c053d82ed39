"""Letters on paper: their pages as PDF, a few at a time in processes of their own.

Setting a page takes some tens of milliseconds and half a megabyte; a chunk frees both when it is
done, so that ten thousand letters take time and no memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from io import BytesIO
from itertools import islice
from multiprocessing import get_context
from typing import Final, Literal

from markupsafe import Markup

from survey_app.asking.letters.letter import Letter, Wording
from survey_app.shared import pdf
from survey_app.shared.errors import BarometerError
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.pages import STATIC, render
from survey_app.shared.qr import qr_drawing

CHUNK = 50
MOST_PROCESSES = 4
_NICE = 10

_QR: Final = N_("QR-kode som åpner skjemaet ditt")

type Window = Literal["left", "right"]


class LongLetter(BarometerError):  # noqa: N818
    """A letter does not fit on its page."""

    def __init__(self) -> None:
        super().__init__(
            "the letter does not fit on one page: shorten what the campaign says of purpose, legal"
            " basis, contact or sender"
        )


def set_letters(
    letters: Sequence[Letter],
    wordings: Mapping[Language, Wording],
    *,
    window: Window,
    report: Callable[[float], None],
) -> list[bytes]:
    """Set letters, one page each, in their order.

    Parameters
    ----------
    letters : sequence of Letter
    wordings : mapping of language to Wording
    window : {"left", "right"}
        Where the window of the envelope is.
    report : callable
        Told the share that is done, from 0 to 1.

    Returns
    -------
    list of bytes
        PDFs of at most 50 pages.

    Raises
    ------
    LongLetter
        If one does not fit on its page.
    NoFontError
        If a name has a sign that no font here has.
    NoPangoError
        If this machine cannot lay out text.
    """
    pdf.check()
    chunks = list(_chunks(letters))
    processes = min(os.cpu_count() or 1, MOST_PROCESSES, len(chunks))
    parts = []
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=os.nice, initargs=(_NICE,)
    ) as pool:
        orders = [pool.submit(_set, chunk, dict(wordings), window) for chunk in chunks]
        for at, order in enumerate(orders, start=1):
            parts.append(order.result())
            report(at / len(chunks))
    for part, chunk in zip(parts, chunks, strict=True):
        if _pages(part) != len(chunk):
            raise LongLetter
    return parts


def joined(parts: Sequence[bytes], wanted: Sequence[int]) -> bytes:
    """Return one PDF of the pages that are wanted, to be printed as they ask for.

    Parameters
    ----------
    parts : sequence of bytes
        As `set_letters` returns them.
    wanted : sequence of int
        Places of letters among all of them, from 0.
    """
    import pypdfium2  # noqa: PLC0415 - large, and seldom needed
    from pypdfium2 import raw  # noqa: PLC0415 - as above

    whole = pypdfium2.PdfDocument.new()
    first = 0
    for part in parts:
        source = pypdfium2.PdfDocument(part)
        own = [at - first for at in wanted if first <= at < first + len(source)]
        first += len(source)
        if own:
            whole.import_pages(source, own)
            raw.FPDF_CopyViewerPreferences(whole, source)
        source.close()
    file = BytesIO()
    whole.save(file)
    whole.close()
    return file.getvalue()


def page_for_screens(letter: Letter, words: Wording, window: Window) -> bytes:
    """Set one letter by itself, tagged for screen readers: a page taken out of a file has no tags.

    Takes some hundred and fifty milliseconds of a processor.
    """
    return pdf.pdf_bytes(letters_html([letter], {letter.language: words}, window), one_sided=True)


def letters_html(
    letters: Sequence[Letter], wordings: Mapping[Language, Wording], window: Window
) -> str:
    """Return letters as one document with its style, one sheet each."""
    sheets = [
        (one, wordings[one.language], qr_drawing(one.url, translator(one.language).gettext(_QR)))
        for one in letters
    ]
    return render(
        "asking/letters.html",
        letters[0].language,
        {"sheets": sheets, "window": window, "style": Markup(_style())},  # noqa: S704 - our own
    )


def _set(letters: Sequence[Letter], wordings: Mapping[Language, Wording], window: Window) -> bytes:
    # paper has no screen reader: tags would only make the file larger; and what stood on the back
    # of a letter would be somebody else's
    html = letters_html(letters, wordings, window)
    return pdf.pdf_bytes(html, variant=None, one_sided=True, every_sign=True)


def _chunks(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    rest = iter(letters)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _pages(part: bytes) -> int:
    import pypdfium2  # noqa: PLC0415 - large, and seldom needed

    document = pypdfium2.PdfDocument(part)
    try:
        return len(document)
    finally:
        document.close()


@cache
def _style() -> str:
    sheet = (STATIC / "letter.css").read_text().replace("var(--font)", pdf.FONT)
    return pdf.font_face() + sheet
