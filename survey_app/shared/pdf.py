"""HTML set on pages: WeasyPrint, tagged for screen readers, and nothing fetched from anywhere."""

from __future__ import annotations

import base64
import contextlib
import functools
import io
import logging
import os
import re
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
FONT: Final = "Inter, Inter Further, DejaVu Sans, sans-serif"
FONT_FILE: Final = STATIC / "vendor" / "inter" / "inter.woff2"
FURTHER_FILE: Final = STATIC / "vendor" / "inter" / "further.woff2"
_FURTHER: Final = re.compile("[\u0100-\u02ba\u1e00-\u1e9f\u1ef2-\u1eff]")
"""Sámi and other letters beyond those of Western Europe, as in static/verdibarometer.css."""


class NoPangoError(BarometerError):
    """WeasyPrint lays out text with Pango, which is a package of the operating system."""

    def __init__(self) -> None:
        super().__init__(
            "PDF needs Pango: install the package libpango-1.0-0 with libpangoft2-1.0-0"
            " (Debian, Ubuntu: apt install libpangoft2-1.0-0; macOS: brew install pango)"
        )


class NoFontError(BarometerError):
    """A sign would be printed as a box: this machine has no font with it."""

    def __init__(self, signs: Iterable[str]) -> None:
        self.signs = "".join(sorted(signs))
        super().__init__(
            f"no font of this machine has «{self.signs}», which would be printed as"
            " boxes: install one that has (Debian, Ubuntu: apt install fonts-noto-core"
            " fonts-noto-cjk), or write the name with other letters"
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Come out of a child process as it was raised there."""
        return type(self), (self.signs,)


def check() -> None:
    """Make sure that this machine can lay out text.

    Raises
    ------
    NoPangoError
        If it cannot.
    """
    _weasyprint()


def pdf_bytes(
    html: str,
    *,
    variant: str | None = VARIANT,
    one_sided: bool = False,
    every_sign: bool = False,
) -> bytes:
    """Set a document on pages; the same document is the same bytes whenever it is set.

    Parameters
    ----------
    html : str
    variant : str, optional
        By default tagged for screen readers.
    one_sided : bool
        Whether printers are asked to leave the back of each sheet empty.
    every_sign : bool
        Whether a sign that no font here has is refused, and not drawn as a box.

    Raises
    ------
    NoFontError
        If it is, and there is one.
    NoPangoError
        If this machine cannot lay out text.
    """
    with _signs_without_font() as signs:
        made: bytes = _laid_out(html, variant).write_pdf(
            pdf_variant=variant, finisher=_ask_for_one_side if one_sided else None
        )
    if signs and every_sign:
        raise NoFontError(signs)
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
        laid_out = _laid_out(html, VARIANT)
        if len(laid_out.pages) == 1:
            break
    made: bytes = laid_out.write_pdf(pdf_variant=VARIANT)
    return made


def _laid_out(html: str, variant: str | None) -> Any:  # noqa: ANN401 - has no types
    weasyprint = _weasyprint()
    # what a document needs stands in it: nothing is fetched from a file or another host
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols={"data"})
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    fonts = weasyprint.text.fonts.FontConfiguration()
    further = font_face(FURTHER_FILE) if _FURTHER.search(html) else ""
    sheet = weasyprint.CSS(string=further, font_config=fonts, url_fetcher=fetcher)
    return document.render(
        font_config=fonts, stylesheets=[sheet] if further else None, pdf_variant=variant
    )


@contextlib.contextmanager
def _signs_without_font() -> Iterator[set[str]]:
    """Hear which signs WeasyPrint draws as boxes: it says so in its log alone."""
    signs: set[str] = set()

    def hear(record: logging.LogRecord) -> bool:
        if record.msg.startswith(".notdef") and isinstance(record.args, tuple):
            signs.add(str(record.args[0]))
        return True

    log = logging.getLogger("weasyprint")
    log.addFilter(hear)
    try:
        yield signs
    finally:
        log.removeFilter(hear)


def _ask_for_one_side(_: object, made: Any) -> None:  # noqa: ANN401 - has no types
    # what viewers suggest when they print (ISO 32000-1, 12.2)
    if "ViewerPreferences" in made.catalog:
        made.catalog["ViewerPreferences"]["Duplex"] = "/Simplex"
    else:
        made.catalog["ViewerPreferences"] = "<</Duplex /Simplex>>"


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
    # under one name, glyphs of one would be drawn with the other's numbers
    family = "Inter Further" if path == FURTHER_FILE else "Inter"
    return f"@font-face {{ font-family: {family}; font-weight: 100 900; src: {source}; }}\n"


def _weasyprint() -> ModuleType:
    try:
        import weasyprint  # noqa: PLC0415 - needs Pango, so only who wants a PDF needs that
    except OSError:
        raise NoPangoError from None
    # fonts are written with the time of writing
    os.environ.setdefault(_TIME_OF_FILES, "0")
    module: ModuleType = weasyprint
    return module
