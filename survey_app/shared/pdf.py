"""HTML set on pages: WeasyPrint, tagged for screen readers, and nothing fetched from anywhere."""

from __future__ import annotations

import base64
import contextlib
import functools
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from survey_app.shared.errors import BarometerError
from survey_app.shared.pages import STATIC

VARIANT: Final = "pdf/ua-1"
ARCHIVED: Final = "pdf/a-2a"
"""As archives keep it (ISO 19005-2, level A): tagged, with its fonts, and no link to follow."""
# what libraries agree on that write times (reproducible-builds.org)
_TIME_OF_FILES: Final = "SOURCE_DATE_EPOCH"
FONT: Final = "Inter, DejaVu Sans, sans-serif"
FONT_FILE: Final = STATIC / "vendor" / "inter" / "inter.woff2"


class NoPangoError(BarometerError):
    """WeasyPrint lays out text with Pango, which is a package of the operating system."""

    def __init__(self) -> None:
        super().__init__(
            "PDF needs Pango: install the package libpango-1.0-0 with libpangoft2-1.0-0"
            " (Debian, Ubuntu: apt install libpangoft2-1.0-0; macOS: brew install pango)"
        )


def check() -> None:
    """Make sure that this machine can lay out text.

    Raises
    ------
    NoPangoError
        If it cannot.
    """
    _weasyprint()


def pdf_bytes(html: str, *, variant: str | None = VARIANT, one_sided: bool = False) -> bytes:
    """Set a document on pages.

    Parameters
    ----------
    html : str
    variant : str, optional
        By default tagged for screen readers.
    one_sided : bool
        Whether printers are asked to leave the back of each sheet empty.

    Raises
    ------
    NoPangoError
        If this machine cannot lay out text.
    """
    document = _read(html)
    with _without_a_time() if variant == ARCHIVED else contextlib.nullcontext():
        made: bytes = document.write_pdf(
            pdf_variant=variant, finisher=_ask_for_one_side if one_sided else None
        )
    return made


def on_one_page(documents: Iterable[str]) -> bytes:
    """Set the first of these documents that one page holds, or else the last.

    Parameters
    ----------
    documents : iterable of str
        At least one; each holds less than the one before.

    Raises
    ------
    NoPangoError
        If this machine cannot lay out text.
    """
    for html in documents:
        laid_out = _read(html).render(pdf_variant=VARIANT)
        if len(laid_out.pages) == 1:
            break
    made: bytes = laid_out.write_pdf(pdf_variant=VARIANT)
    return made


def _read(html: str) -> Any:  # noqa: ANN401 - has no types
    weasyprint = _weasyprint()
    # what a document needs stands in it: nothing is fetched from a file or another host
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols={"data"})
    return weasyprint.HTML(string=html, url_fetcher=fetcher)


def _ask_for_one_side(_: object, made: Any) -> None:  # noqa: ANN401 - has no types
    # what viewers suggest when they print (ISO 32000-1, 12.2)
    if "ViewerPreferences" in made.catalog:
        made.catalog["ViewerPreferences"]["Duplex"] = "/Simplex"
    else:
        made.catalog["ViewerPreferences"] = "<</Duplex /Simplex>>"


@contextlib.contextmanager
def _without_a_time() -> Iterator[None]:
    """Let the same document be the same bytes: fonts are written with the time of writing."""
    before = os.environ.get(_TIME_OF_FILES)
    os.environ[_TIME_OF_FILES] = "0"
    try:
        yield
    finally:
        del os.environ[_TIME_OF_FILES]
        if before is not None:
            os.environ[_TIME_OF_FILES] = before


@functools.cache
def font_face(path: Path = FONT_FILE) -> str:
    """Return the rule that brings the pages' font along; empty where it is not installed.

    It is unpacked here, once: WeasyPrint would do so for each document.
    """
    if not path.exists():
        return ""
    from fontTools.ttLib import woff2  # noqa: PLC0415 - only who wants a PDF needs it

    unpacked = io.BytesIO()
    woff2.decompress(str(path), unpacked)
    font = base64.b64encode(unpacked.getvalue()).decode()
    source = f'url("data:font/ttf;base64,{font}") format("truetype")'
    return f"@font-face {{ font-family: Inter; font-weight: 100 900; src: {source}; }}\n"


def _weasyprint() -> ModuleType:
    try:
        import weasyprint  # noqa: PLC0415 - needs Pango, so only who wants a PDF needs that
    except OSError:
        raise NoPangoError from None
    module: ModuleType = weasyprint
    return module
