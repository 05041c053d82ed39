"""``barometer export``: what a reader may take out of a publication, as a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.errors import ExportError, UnknownTable
from survey_app.reading.exports.find import find_publication, find_unit
from survey_app.reading.exports.formats import DEFAULT_TABLE, FORMATS
from survey_app.reading.exports.scope import Part, Scope, part_of_unit
from survey_app.reading.published import Domain, Published
from survey_app.reading.waves import Wave, published
from survey_app.shared import clock
from survey_app.shared.i18n import Language

Echo = Callable[[str], None]
STDOUT: Final = Path("-")
SHARES: Final = "shares"  # how answers fall: a cube of its own in JSON-stat


class UnwritableFileError(ExportError):
    """The file cannot be written where it should be."""


async def export_named(
    name: str,
    form: str,
    *,
    output: Path | None,
    lang: Language,
    table: str,
    unit: str,
    echo: Echo,
) -> None:
    """Write one publication in one format, and say where.

    Parameters
    ----------
    name : str
        A publication's id, its wave, ``latest`` or ``latest:CAMPAIGN``.
    output : Path, optional
        Where to; ``-`` is standard output, and without it the file gets a name of its own in the
        working directory.
    table : str
        Which table, in formats that hold one.
    unit : str
        A unit's or region's code: then the file holds what its leader sees.

    Raises
    ------
    ExportError
        If there is no such publication, table or unit, or the file cannot be written.
    """
    at = clock.now()
    wave = await find_publication(name, at)
    shown = await published(wave, at)
    place = find_unit(shown, unit) if unit else None
    content = _tables(wave, shown, place, form, table, lang)
    path = output or Path(file_name(wave, form, lang, table=table, unit=unit))
    _put(path, content, echo)


def _tables(
    wave: Wave, shown: Published, place: Domain | None, form: str, table: str, lang: Language
) -> bytes:
    part = part_of_unit(wave, shown, place) if place else Part(wave, shown, Scope())
    book = book_of([part], lang)
    chosen = FORMATS[form]
    known = [one.key for one in book.tables]
    if form == "json-stat":
        known = [DEFAULT_TABLE, SHARES]
    if chosen.single and table not in known:
        raise UnknownTable(table, known)
    return chosen.write(book, [part], table)


def file_name(
    wave: Wave, form: str, lang: Language, *, table: str = DEFAULT_TABLE, unit: str = ""
) -> str:
    """Return a sensible name: wave, unit, version, table, language."""
    parts = [wave.key, unit, f"v{wave.version}" if wave.version > 1 else ""]
    parts += [table if table != DEFAULT_TABLE else "", lang]
    return f"{'-'.join(part for part in parts if part)}.{FORMATS[form].extension}"


def _put(path: Path, content: bytes, echo: Echo) -> None:
    if path == STDOUT:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UnwritableFileError(f"{path} cannot be written: {error.strerror or error}") from None
    echo(str(path))
