"""Take sources from where they are kept; reached as whatever login the table is bound to."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import Final

from survey_app.earlier.lineage import Book
from survey_app.earlier.model import Audience, Source, decode
from survey_app.earlier.tables import EarlierSource

KEPT: Final = 24  # sources held in memory; the hash tells whether one has changed
_kept: OrderedDict[str, Book] = OrderedDict()


async def list_books(audience: Audience | None = None) -> tuple[Book, ...]:
    """Return the sources of an audience, or all, ready to be looked up; our own first."""
    rows = await EarlierSource.raw(
        "SELECT key, content_hash FROM earlier.source WHERE {} = '' OR audience = {} ORDER BY key",
        audience or "",
        audience or "",
    )
    found = [await _book(row["key"], row["content_hash"]) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.source.kind != "earlier", one.source.key)))


async def list_sources() -> tuple[Source, ...]:
    """Return all sources, our own first."""
    return tuple(book.source for book in await list_books())


async def find_source(key: str) -> Source | None:
    """Return one source, or None."""
    return (await find_source_as_of(key))[0]


async def find_source_as_of(key: str) -> tuple[Source | None, datetime | None]:
    """Return one source and when it was taken in, which tells one state of it from another."""
    rows = await EarlierSource.raw(
        "SELECT content_hash, imported_at FROM earlier.source WHERE key = {}", key
    )
    if not rows:
        return None, None
    return (await _book(key, rows[0]["content_hash"])).source, rows[0]["imported_at"]


async def _book(key: str, content_hash: str) -> Book:
    if content_hash not in _kept:
        rows = await EarlierSource.raw("SELECT content FROM earlier.source WHERE key = {}", key)
        _kept[content_hash] = Book(decode(bytes(rows[0]["content"])))
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(content_hash)
    return _kept[content_hash]
