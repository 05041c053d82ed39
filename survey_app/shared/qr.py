"""QR codes, as drawings in a page."""

from __future__ import annotations

from typing import Final

import segno
from markupsafe import Markup

QUIET_ZONE: Final = 4  # modules around a QR code (ISO/IEC 18004)


def qr_drawing(url: str, title: str | None = None) -> Markup:
    """Draw the QR code of an address, as SVG; its title says what it is where nobody sees it."""
    code = segno.make(url, error="m", micro=False)
    drawing = code.svg_inline(
        border=QUIET_ZONE, omitsize=True, svgclass=None, lineclass=None, title=title
    )
    return Markup(drawing)  # noqa: S704 - segno escapes the title
