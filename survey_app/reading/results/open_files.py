"""Write the open figures of all waves in every format, from publications as they lie there.

What is not open is let go before anything is laid out.
"""

from __future__ import annotations

import gzip
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from survey_app.publications.formats import read_content
from survey_app.publications.packed import packed
from survey_app.reading.events.placed import PlacedEvent
from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.formats import DEFAULT_TABLE, FORMATS
from survey_app.reading.exports.scope import OPEN_LEVELS, Part, open_part
from survey_app.reading.published import Published
from survey_app.reading.since_open import since_open_waves
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import Language

FILES: Final[Mapping[str, str]] = {
    "data.csv": "csv",
    "data-excel.csv": "csv-excel",
    "data.xlsx": "xlsx",
    "data.parquet": "parquet",
    "data.json": "json-stat",
    "codebook.xml": "ddi",
}


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """Open waves, oldest first within each population, and what happened beside them."""

    lang: Language
    waves: tuple[Wave, ...]
    events: tuple[PlacedEvent, ...]


def write_open_files(order: OpenOrder, contents: Iterable[bytes]) -> bytes:
    """Write every one of ``FILES``, each compressed; `read_open_files` takes them apart.

    Parameters
    ----------
    order : OpenOrder
    contents : iterable of bytes
        Content of the publication of each wave, in their order; one is held at a time.
    """
    # of two populations no two waves have one key
    keys = {wave.key for wave in order.waves}
    parts = [_opened(wave, raw, keys) for wave, raw in zip(order.waves, contents, strict=True)]
    book = book_of(parts, order.lang, open_data=True, events=order.events)
    made = {}
    for name, form in FILES.items():
        written = FORMATS[form].write(book, parts, DEFAULT_TABLE)
        # mtime=0: the same file is the same bytes, without a clock in them
        made[name] = gzip.compress(written, 6, mtime=0)
    return msgspec.msgpack.encode(made)


def read_open_files(written: bytes) -> dict[str, bytes]:
    """Take apart what `write_open_files` made: compressed files by name."""
    return msgspec.msgpack.decode(written, type=dict[str, bytes])


def _opened(wave: Wave, raw: bytes, keys: Collection[str]) -> Part:
    """Keep the rows of a publication that are open, and let the rest go."""
    content = {**since_open_waves(read_content(raw), keys)}
    levels = OPEN_LEVELS[content["campaign"]["population"]]
    for table in ("estimates", "changes", "trends"):
        content[table] = [row for row in content[table] if row["level"] in levels]
    content |= {"pooled": [], "yearly": [], "agreement": []}
    return open_part(wave, Published(packed(content)))
