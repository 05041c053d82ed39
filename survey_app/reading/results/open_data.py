"""The open figures of all waves as files: what everybody may see, in each format.

A publication never changes, so its files are written once for all processes: by the worker within
a minute after figures are open, else by the first who asks. A child writes them (ADR 0015), and
they lie compressed in Redis.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Final

from survey_app.events.kinds import Side
from survey_app.events.queries import stored_events
from survey_app.publications.shelf import raw_content
from survey_app.reading.events.placed import PlacedEvent, events_in
from survey_app.reading.exports.formats import FORMATS
from survey_app.reading.exports.scope import OPEN_LEVELS, open_part
from survey_app.reading.reports.press import PRESS
from survey_app.reading.results.kept import find_kept, keep
from survey_app.reading.results.open_files import FILES, OpenOrder, read_open_files
from survey_app.reading.results.overview import waves_for_everybody
from survey_app.reading.waves import Wave, published
from survey_app.shared.i18n import Language

_A_DAY: Final = 24 * 3600  # seconds; then the worker writes them anew, as a newer programme would

_kept: dict[Language, tuple[str, dict[str, bytes]]] = {}
_turn = asyncio.Lock()


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file in the two ways it travels, and when its newest figures were released."""

    zipped: bytes
    media_type: str
    changed: datetime

    @property
    def plain(self) -> bytes:
        """The file itself."""
        return gzip.decompress(self.zipped)

    @property
    def tag(self) -> str:
        """Names the content, the same however it travels."""
        return hashlib.sha256(self.zipped).hexdigest()[:32]


async def open_file(name: str, lang: Language, at: datetime, secret: bytes) -> OpenFile | None:
    """Return one of ``FILES``; none where nothing is open.

    Raises
    ------
    BusyError, PressError
        If it cannot be written now.
    """
    waves = await _open_waves(at)
    if not waves:
        return None
    key = await _key(waves, lang)
    if _kept.get(lang, ("", {}))[0] != key:
        async with _turn:  # many may ask at once for what is written once
            if _kept.get(lang, ("", {}))[0] != key:
                found = await find_kept(key, secret) or await _written(waves, lang, key, at, secret)
                _kept[lang] = (key, read_open_files(found))
    changed = max(wave.released_at for wave in waves)
    return OpenFile(_kept[lang][1][name], FORMATS[FILES[name]].media_type, changed)


async def write_ahead(lang: Language, at: datetime, secret: bytes) -> None:
    """Write the files where no process has yet, or long ago.

    Raises
    ------
    BusyError, PressError
        If they cannot be written now.
    """
    waves = await _open_waves(at)
    if waves:
        key = await _key(waves, lang)
        if await find_kept(key, secret) is None:
            await _written(waves, lang, key, at, secret)


async def _open_waves(at: datetime) -> list[Wave]:
    """Return the open waves, oldest first within staff, public and open link."""
    return [
        wave for population in OPEN_LEVELS for wave in await waves_for_everybody(population, at)
    ]


async def _key(waves: Sequence[Wave], lang: Language) -> str:
    """Name what the files are made of: publications, what happened beside them, the programme."""
    told = [version("verdibarometer"), *FILES, *(wave.publication for wave in waves)]
    told += [str(back.publication) for wave in waves for back in wave.retracted]
    told += [
        f"{row.id} {row.version} {row.day}"
        for side in Side
        for row in await stored_events(side)
        if row.open and row.removed_at is None
    ]
    return f"barometer:open:{lang}:{hashlib.sha256(' '.join(told).encode()).hexdigest()[:32]}"


async def _written(
    waves: Sequence[Wave], lang: Language, key: str, at: datetime, secret: bytes
) -> bytes:
    order = OpenOrder(lang, tuple(waves), await _open_events(lang, at))
    written = await PRESS.write("open", order, rest=_contents(waves, at))
    await keep(key, written, secret, seconds=_A_DAY)
    return written


async def _contents(waves: Sequence[Wave], at: datetime) -> AsyncIterator[bytes]:
    # ten years of them do not lie in memory at once
    for wave in waves:
        yield await raw_content(wave.publication, at=at)


async def _open_events(lang: Language, at: datetime) -> tuple[PlacedEvent, ...]:
    """List what everybody may hear of, beside each population's waves."""
    found: list[PlacedEvent] = []
    for population in OPEN_LEVELS:
        waves = await waves_for_everybody(population, at)
        if not waves:
            continue
        wave = waves[-1]
        part = open_part(wave, await published(wave, at))
        found += await events_in(part.domains, part.shown, lang, until=wave.day, everybody=True)
    return tuple(sorted(found, key=lambda one: one.day))
