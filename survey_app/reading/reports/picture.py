"""HTML as a picture: set on one page by WeasyPrint and drawn by PDFium, in the pages' own font.

Mail programs and those who share a link show PNG; the drawings are the pages' own.
"""

from __future__ import annotations

import io
from typing import Final

from survey_app.shared.pdf import pdf_bytes

_POINTS: Final = 0.75  # a CSS pixel in points, PDFium's unit
_COLOURS: Final = 96  # letters keep their soft edges, and the file is a third as large


def png_bytes(html: str, density: float = 1.0) -> bytes:
    """Draw a document of one page.

    Parameters
    ----------
    html : str
        With its page size in CSS pixels.
    density : float
        Pixels of the picture for each CSS pixel.

    Raises
    ------
    NoPangoError
        If this machine cannot lay out text.
    """
    import pypdfium2  # noqa: PLC0415 - large, and seldom needed

    document = pypdfium2.PdfDocument(pdf_bytes(html))
    try:
        # twice as large first: small letters lose an edge where they begin between two pixels
        drawn = document[0].render(scale=2 * density / _POINTS).to_pil().reduce(2)
    finally:
        document.close()
    file = io.BytesIO()
    drawn.quantize(_COLOURS).save(file, "PNG", optimize=True)
    return file.getvalue()
