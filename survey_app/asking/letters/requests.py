"""Letters asked for on pages: sealed on their way to a worker and back, and gone after an hour.

``web`` writes no invitation and no code. It leaves a request for the worker that can open it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from survey_app.shared.database import Link, Login, Row, fetch

KEPT: Final = timedelta(hours=1)
# tens of thousands of letters on a slow machine: what is being made is not taken away
_MADE_WITHIN: Final = timedelta(hours=6)
_STILL_HERE = "(r.asked_at > $%d OR r.state = 'confirmed')"

type State = Literal["waiting", "confirmed", "made", "fetched", "refused"]

_COLUMNS = (
    "SELECT r.id, r.wave, w.key AS wave_key, r.account, r.actor, r.asked_at, r.counter,"
    " r.file_name, r.facts, r.state, r.outcome, r.content"
    " FROM asking.letter_request r JOIN asking.wave w ON w.id = r.wave"
)
# thousands of letters take megabytes, and pages ask every few seconds
_WITHOUT = _COLUMNS.replace("r.content", "''::bytea AS content")


@dataclass(frozen=True, slots=True)
class AskedLetters:
    """One request. ``content`` is sealed; ``outcome`` names why it was refused."""

    id: UUID
    wave: UUID
    wave_key: str
    account: UUID
    actor: str
    asked_at: datetime
    counter: UUID
    file_name: str
    facts: Mapping[str, Any]
    state: State
    outcome: str
    content: bytes

    @property
    def is_of_cards(self) -> bool:
        """Whether it is for the cards of a wave, which go the same way."""
        return bool(self.facts.get("what") == "cards")

    @property
    def gone_at(self) -> datetime:
        """When it is forgotten, fetched or not."""
        return self.asked_at + KEPT


async def leave_request(request: AskedLetters) -> None:
    """Leave what was looked over; it waits to be confirmed."""
    await fetch(
        Login.WEB,
        "INSERT INTO asking.letter_request"
        " (id, wave, account, actor, asked_at, counter, file_name, facts, state, outcome, content)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', '', $9)",
        request.id,
        request.wave,
        request.account,
        request.actor,
        request.asked_at,
        request.counter,
        request.file_name,
        json.dumps(dict(request.facts)),
        request.content,
    )


async def find_request(
    request: str, *, wave: UUID, account: str, now: datetime
) -> AskedLetters | None:
    """Find one of the account's own, without its content; None where it is not any more."""
    try:
        wanted = UUID(request)
    except ValueError:
        return None
    rows = await fetch(
        Login.WEB,
        f"{_WITHOUT} WHERE r.id = $1 AND r.wave = $2 AND r.account = $3 AND {_STILL_HERE % 4}",
        wanted,
        wave,
        UUID(account),
        now - KEPT,
    )
    return _request(rows[0]) if rows else None


async def sealed_letters(request: UUID) -> bytes:
    """Return what a worker laid ready; empty where somebody was faster."""
    rows = await fetch(
        Login.WEB,
        "SELECT content FROM asking.letter_request WHERE id = $1 AND state = 'made'",
        request,
    )
    return bytes(rows[0]["content"]) if rows else b""


async def own_requests(wave: UUID, *, account: str, now: datetime) -> list[AskedLetters]:
    """Return what an account has asked for of a wave within the hour, the latest first."""
    rows = await fetch(
        Login.WEB,
        f"{_WITHOUT} WHERE r.wave = $1 AND r.account = $2 AND {_STILL_HERE % 3}"
        " ORDER BY r.asked_at DESC",
        wave,
        UUID(account),
        now - KEPT,
    )
    return [_request(row) for row in rows]


async def confirm_request(request: UUID) -> bool:
    """Let the worker make it; False where it waits no more."""
    return await _step(request, "waiting", "confirmed")


async def mark_fetched(request: UUID) -> bool:
    """Empty it, since its file goes out now; False where it went out before."""
    return await _step(request, "made", "fetched", emptied=True)


async def forget_request(request: UUID) -> None:
    """Forget one that is not being made."""
    await fetch(
        Login.WEB,
        "DELETE FROM asking.letter_request WHERE id = $1 AND state <> 'confirmed'",
        request,
    )


async def forget_requests(link: Link, *, now: datetime) -> None:
    """Delete what has lain for an hour, and refuse what no worker can open any more."""
    await link.execute(
        "DELETE FROM asking.letter_request"
        " WHERE asked_at <= CASE WHEN state = 'confirmed'"
        " THEN $2::timestamptz ELSE $1::timestamptz END",
        now - KEPT,
        now - _MADE_WITHIN,
    )
    await link.execute(
        "UPDATE asking.letter_request SET state = 'refused', outcome = 'lost', content = ''::bytea"
        " WHERE state IN ('waiting', 'confirmed')"
        " AND counter NOT IN (SELECT id FROM asking.counter)"
    )


async def next_request(link: Link, counter: UUID) -> AskedLetters | None:
    """Return the oldest that is confirmed and that this worker can open."""
    row = await link.fetchrow(
        f"{_COLUMNS} WHERE r.state = 'confirmed' AND r.counter = $1 ORDER BY r.asked_at LIMIT 1",
        counter,
    )
    return _request(row) if row else None


async def put_back(link: Link, request: UUID, content: bytes, *, now: datetime) -> None:
    """Lay the sealed letters ready, for an hour from now."""
    await link.execute(
        "UPDATE asking.letter_request SET state = 'made', content = $2, asked_at = $3"
        " WHERE id = $1",
        request,
        content,
        now,
    )


async def refuse(link: Link, request: UUID, outcome: str) -> None:
    """Say why no letters were made."""
    await link.execute(
        "UPDATE asking.letter_request SET state = 'refused', outcome = $2, content = ''::bytea"
        " WHERE id = $1",
        request,
        outcome,
    )


async def _step(request: UUID, before: State, after: State, *, emptied: bool = False) -> bool:
    rows = await fetch(
        Login.WEB,
        "UPDATE asking.letter_request SET state = $3::text,"
        " content = CASE WHEN $4 THEN ''::bytea ELSE content END"
        " WHERE id = $1 AND state = $2 RETURNING id",
        request,
        before,
        after,
        emptied,
    )
    return bool(rows)


def _request(row: Row) -> AskedLetters:
    read: dict[str, Any] = dict(row)
    read["facts"] = json.loads(read["facts"])
    return AskedLetters(**read)
