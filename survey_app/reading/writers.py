"""The child that writes files: it reads an order, writes one, and ends (``reports/press.py``).

It is started by this module's name and imported by nobody: it loads what each file needs.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from survey_app.reading.reports.press import REFUSED
from survey_app.shared.errors import BarometerError

if TYPE_CHECKING:
    from survey_app.reading.exports.formats import TableOrder
    from survey_app.reading.reports.content import Report, TrendPart, WallSheet
    from survey_app.reading.results.open_files import OpenOrder
    from survey_app.reading.results.share import Card
    from survey_app.shared.i18n import Language

NICE: Final = 10


def pdf(report: Report) -> bytes:
    """Set a report on paper."""
    from survey_app.reading.reports.paper import paper  # noqa: PLC0415
    from survey_app.shared.pdf import pdf_bytes  # noqa: PLC0415 - needs Pango

    return pdf_bytes(paper(report))


def sheet(content: WallSheet) -> bytes:
    """Set a unit's sheet for the wall on paper."""
    from survey_app.reading.reports.paper import wall_sheets  # noqa: PLC0415
    from survey_app.shared.pdf import on_one_page  # noqa: PLC0415 - needs Pango

    return on_one_page(wall_sheets(content))


def document(html: str) -> bytes:
    """Set a document that another room has composed on paper."""
    from survey_app.shared.pdf import pdf_bytes  # noqa: PLC0415 - needs Pango

    return pdf_bytes(html)


def archived(documents: Sequence[str]) -> bytes:
    """Set documents on paper as archives keep them; returns a list of files as MessagePack."""
    from survey_app.shared.pdf import ARCHIVED, pdf_bytes  # noqa: PLC0415 - needs Pango

    return msgspec.msgpack.encode([pdf_bytes(one, variant=ARCHIVED) for one in documents])


def pptx(report: Report) -> bytes:
    """Make slides of a report."""
    from survey_app.reading.reports.slides.story import pptx_bytes  # noqa: PLC0415

    return pptx_bytes(report)


def write_table_file(order: TableOrder, content: bytes) -> bytes:
    """Write tables of a publication."""
    from survey_app.reading.exports.formats import write_tables  # noqa: PLC0415

    return write_tables(order, content)


def draw_letter_trend(part: TrendPart, lang: Language) -> bytes:
    """Draw the trend that stands in a letter."""
    from survey_app.reading.subscriptions.picture import trend_picture  # noqa: PLC0415

    return trend_picture(part, lang)


def draw_share(card: Card) -> bytes:
    """Draw the picture that stands beside a shared link."""
    from survey_app.reading.results.share import share_picture  # noqa: PLC0415

    return share_picture(card)


def open_files(order: OpenOrder) -> bytes:
    """Write the open figures in every format, of contents that come after the order."""
    from survey_app.reading.results.open_files import write_open_files  # noqa: PLC0415

    return write_open_files(order, rest())


def rest() -> Iterator[Any]:
    """Read what comes after the order, one value after the other."""
    with contextlib.suppress(EOFError):
        while True:
            yield pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent alone


WRITERS: Final[Mapping[str, Callable[..., bytes]]] = {
    "pdf": pdf,
    "sheet": sheet,
    "document": document,
    "archived": archived,
    "pptx": pptx,
    "table": write_table_file,
    "trend": draw_letter_trend,
    "share": draw_share,
    "open": open_files,
}


def _work() -> None:
    """Read an order, write the file, and say what is wrong if it cannot be."""
    os.nice(NICE)
    # it ends in seconds: looking for what may be let go costs a report a sixth of its time
    gc.disable()
    what, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent alone
    try:
        made = WRITERS[what](*arguments)
    except BarometerError as refused:
        sys.stderr.write(str(refused))
        sys.exit(REFUSED)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    _work()
