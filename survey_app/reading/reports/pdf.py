"""HTML set on pages: WeasyPrint, tagged for screen readers, and nothing fetched from anywhere."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from survey_app.shared.errors import BarometerError

VARIANT: Final = "pdf/ua-1"


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


def pdf_bytes(html: str) -> bytes:
    """Set a document on pages.

    Raises
    ------
    NoPangoError
        If this machine cannot lay out text.
    """
    weasyprint = _weasyprint()
    # what a report needs stands in it: nothing is fetched from a file or another host
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols={"data"})
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    made: bytes = document.write_pdf(pdf_variant=VARIANT)
    return made


def _weasyprint() -> ModuleType:
    try:
        import weasyprint  # noqa: PLC0415 - needs Pango, so only who wants a PDF needs that
    except OSError:
        raise NoPangoError from None
    module: ModuleType = weasyprint
    return module
