"""``barometer export``: what a reader may take out of a publication, as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from survey_app.commands.files import STDOUT, write_out
from survey_app.reading.decided import find_margins_before
from survey_app.reading.events.placed import events_in
from survey_app.reading.exports.find import find_released, find_unit
from survey_app.reading.exports.formats import FORMATS, file_of, takes_series
from survey_app.reading.exports.names import file_name
from survey_app.reading.exports.scope import ExportScope, Part, part_of_unit
from survey_app.reading.exports.series import earlier_waves
from survey_app.reading.published import Published
from survey_app.reading.reports.compose import Order, compose_report
from survey_app.reading.reports.content import Report
from survey_app.reading.reports.paper import paper
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.waves import Wave, published
from survey_app.shared import clock
from survey_app.shared.i18n import Language
from survey_app.shared.pdf import pdf_bytes

Echo = Callable[[str], None]


def _slides(report: Report) -> bytes:
    from survey_app.reading.reports.slides.story import pptx_bytes  # noqa: PLC0415 - slow to load

    return pptx_bytes(report)


WRITERS: Final[Mapping[str, Callable[[Report], bytes]]] = {
    "pdf": lambda report: pdf_bytes(paper(report)),
    "pptx": _slides,
}


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
        If there is no such publication, table or unit.
    UnwritableFileError
        If the file cannot be written.
    """
    at = clock.now()
    wave = await find_released(name, at)
    shown = await published(wave, at)
    place = find_unit(shown, unit) if unit else None
    if form in FORMATS:
        part = part_of_unit(wave, shown, place) if place else Part(wave, shown, ExportScope())
        before = await find_margins_before(part.population, wave, at)
        part = replace(part, margins_before=before)
        events = await events_in(part.domains, shown, lang, until=wave.day)
        series = await earlier_waves(part, at) if takes_series(form, table) else ()
        content = file_of([part], form, table, lang, events=events, series=series)
    else:
        content = WRITERS[form](await _report(wave, shown, place, lang, at))
    path = output or Path(file_name(wave, form, lang, table=table, unit=unit))
    write_out(path, content)
    if path != STDOUT:
        echo(str(path))


async def _report(
    wave: Wave, shown: Published, place: Domain | None, lang: Language, at: datetime
) -> Report:
    whole = next(d for d in shown.domains if d.level == AGENCY)
    kept = [d for d in shown.domains if d.level in {AGENCY, "region", "unit"}]
    return await compose_report(Order(wave, shown, place or whole, kept, lang, at))
