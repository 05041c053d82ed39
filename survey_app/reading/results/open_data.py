"""The open figures of all waves as files: what everybody may see, in each format.

A publication never changes, so what is open of it is kept; files are written in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from survey_app.publications.formats import read_content
from survey_app.publications.shelf import raw_content
from survey_app.reading.events.placed import PlacedEvent, events_in
from survey_app.reading.exports.formats import DEFAULT_TABLE, FORMATS, file_of
from survey_app.reading.exports.scope import OPEN_LEVELS, Part, open_part
from survey_app.reading.published import Published
from survey_app.reading.results.overview import open_waves
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import Language

FILES: Final[Mapping[str, str]] = {
    "data.csv": "csv",
    "data.xlsx": "xlsx",
    "data.parquet": "parquet",
    "data.json": "json-stat",
    "codebook.xml": "ddi",
}

_parts: dict[str, Part] = {}  # by publication; of each only the rows that are open
_files: dict[tuple[str, Language], tuple[object, bytes]] = {}
_turn = asyncio.Lock()


async def open_parts(at: datetime) -> list[Part]:
    """Return what is open of each wave, oldest first within staff, public and open link."""
    found = []
    for population in OPEN_LEVELS:
        for wave in await open_waves(population, at):
            if wave.publication not in _parts:
                raw = await raw_content(wave.publication, at=at)
                _parts[wave.publication] = await asyncio.to_thread(_opened, wave, raw)
            found.append(_parts[wave.publication])
    return found


async def open_file(name: str, lang: Language, at: datetime) -> tuple[bytes, str]:
    """Return one of ``FILES`` and its media type; the last of each is kept while nothing is new."""
    form = FORMATS[FILES[name]]
    async with _turn:  # many may ask at once for what is written once
        parts = await open_parts(at)
        events = await _open_events(parts, lang)
        of = (tuple(part.wave.publication for part in parts), events)
        known, content = _files.get((name, lang), (None, b""))
        if known != of or not content:
            content = await asyncio.to_thread(_written, parts, events, name, lang)
            _files[name, lang] = (of, content)
    return content, form.media_type


async def _open_events(parts: Sequence[Part], lang: Language) -> tuple[PlacedEvent, ...]:
    """List what everybody may hear of, beside each population's waves."""
    newest = {part.population: part for part in parts}
    found = [
        await events_in(part.domains, part.shown, lang, until=part.wave.day, everybody=True)
        for part in newest.values()
    ]
    return tuple(sorted((one for some in found for one in some), key=lambda one: one.day))


def _written(parts: list[Part], events: Sequence[PlacedEvent], name: str, lang: Language) -> bytes:
    if not parts:
        return b""
    return file_of(parts, FILES[name], DEFAULT_TABLE, lang, open_data=True, events=events)


def _opened(wave: Wave, raw: bytes) -> Part:
    """Keep the rows of a publication that are open, and let the rest go."""
    content = read_content(raw)
    levels = OPEN_LEVELS[content["campaign"]["population"]]
    for table in ("estimates", "changes", "trends"):
        content[table] = [row for row in content[table] if row["level"] in levels]
    content |= {"pooled": [], "yearly": [], "agreement": []}
    return open_part(wave, Published(content))
