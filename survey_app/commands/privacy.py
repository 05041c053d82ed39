"""``barometer privacy``: documents about personal data into a file."""

from __future__ import annotations

from pathlib import Path

import click

from survey_app.administration.privacy.documents import privacy_document
from survey_app.settings import Settings
from survey_app.shared.clock import today
from survey_app.shared.pdf import font_face, pdf_bytes

ENDINGS = (".html", ".pdf")


def write_privacy_document(
    kind: str, language: str, output: Path | None, *, settings: Settings
) -> str:
    """Write a document; return what is to be said of it, or the document itself without a file.

    Raises
    ------
    click.BadParameter
        If the file's name ends with neither.
    NoPangoError
        If PDF is asked for and this machine cannot lay out text.
    """
    if output is not None and output.suffix not in ENDINGS:
        raise click.BadParameter(f"the file must end with {' or '.join(ENDINGS)}")
    html = privacy_document(kind, language, settings=settings, day=today())
    if output is None:
        return html
    if output.suffix == ".pdf":
        output.write_bytes(pdf_bytes(html.replace("<style>", f"<style>{font_face()}", 1)))
    else:
        output.write_text(html, encoding="utf-8")
    return f"{output}: written; look for what is to be filled in"
