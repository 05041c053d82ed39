"""What a file is called when nobody says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from survey_app.reading.exports.formats import DEFAULT_TABLE, FORMATS
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import Language

REPORTS: Final[Mapping[str, tuple[str, str]]] = {
    "pdf": ("pdf", "application/pdf"),
    "sheet": ("pdf", "application/pdf"),
    "pptx": (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
}


def extension(form: str) -> str:
    """Return how a format's files end."""
    return REPORTS[form][0] if form in REPORTS else FORMATS[form].extension


def media_type(form: str) -> str:
    """Return what a format's files are sent as."""
    return REPORTS[form][1] if form in REPORTS else FORMATS[form].media_type


def file_name(
    wave: Wave, form: str, lang: Language, *, table: str = DEFAULT_TABLE, unit: str = ""
) -> str:
    """Return a sensible name: wave, unit, version, table, language."""
    parts = [wave.key, unit.replace("/", "_"), f"v{wave.version}" if wave.version > 1 else ""]
    parts += ["sheet" if form == "sheet" else ""]
    parts += [table if form in FORMATS and table != DEFAULT_TABLE else "", lang]
    return f"{'-'.join(part for part in parts if part)}.{extension(form)}"
