"""Look whether the log is whole: every row, from the first that is still kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from survey_app.audit.chain import (
    BEGINNING,
    ChainedRow,
    ChainHead,
    DayHead,
    Misfit,
    Verified,
    follow,
)
from survey_app.audit.heads import list_heads
from survey_app.shared.database import Login, fetch

AT_ONCE: Final = 2000  # rows in memory
_ROWS = (
    "SELECT number, id, at, actor, action, subject, facts::text AS facts, before, hash"
    " FROM audit.event WHERE number > $1 ORDER BY number LIMIT $2"
)


async def verify_log(login: Login, *, kept: Sequence[DayHead] = ()) -> Verified:
    """Follow the chain through the whole log, and hold it to the heads that were kept of it.

    Parameters
    ----------
    login : Login
        One that may read the log.
    kept : sequence of DayHead
        Heads that somebody else kept; the database's own are looked at in any case.
    """
    while True:
        first = await _dropped(login)
        found = await _verify(login, first, kept)
        # a piece that went while it was read leaves a gap, and the log is as whole as before
        if found.misfit is not Misfit.MISSING or await _dropped(login) == first:
            return found


async def _verify(login: Login, first: ChainHead, kept: Sequence[DayHead]) -> Verified:
    known = [*await list_heads(login), *kept]
    hashes = {one.head.number: one.head.hash for one in known}
    found = Verified(first, 0)
    if any(_contradict(one, hashes) for one in (first, *(one.head for one in known))):
        return replace(found, misfit=Misfit.OTHER_HEAD)
    while not found.misfit:
        rows = [ChainedRow(**row) for row in await fetch(login, _ROWS, found.head.number, AT_ONCE)]
        # a web process or a worker has more to do meanwhile
        further = await asyncio.to_thread(follow, found.head, rows, hashes)
        found = Verified(further.head, found.rows + further.rows, further.misfit)
        if len(rows) < AT_ONCE:
            break
    if found.misfit:
        return found
    if max(hashes, default=0) > found.head.number:
        return replace(found, misfit=Misfit.MISSING)
    [strays] = await fetch(login, "SELECT count(*) FROM audit.event WHERE number IS NULL")
    return replace(found, misfit=Misfit.UNCHAINED) if strays["count"] else found


async def _dropped(login: Login) -> ChainHead:
    """Return where the kept log begins: what the last piece that was dropped ended with."""
    rows = await fetch(login, "SELECT number, hash FROM audit.dropped ORDER BY number DESC LIMIT 1")
    return ChainHead(rows[0]["number"], rows[0]["hash"]) if rows else ChainHead()


def _contradict(head: ChainHead, hashes: dict[int, bytes]) -> bool:
    """Tell whether somebody else kept another hash of the same row, or one of an empty log."""
    other = hashes.get(head.number, head.hash) != head.hash
    return other or (head.number == 0 and head.hash != BEGINNING)
