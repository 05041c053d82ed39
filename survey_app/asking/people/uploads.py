"""Files of the register between choosing and carrying out: whose, what was looked over, how far.

Pages write none of the register. Whoever confirmed leaves a row, and the worker carries it out.
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from survey_app.shared.database import Link, Login, Row, fetch

LARGEST: Final = 20_000_000  # bytes of a file: 50,000 people take about four million
KEPT: Final = timedelta(hours=24)

COLUMN: Final = "column:"

type State = Literal["waiting", "confirmed", "done", "changed"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody uploaded; ``content`` is empty once it was carried out."""

    id: UUID
    account: str
    actor: str
    file_name: str
    content: bytes
    fields: Mapping[str, str]
    """What was said of it: ``column:NAME`` = meaning, ``type:CODE`` and ``parent:CODE``."""
    seen: str
    state: State
    counts: Mapping[str, int]


async def keep_upload(
    file_name: str, content: bytes, *, account: str, actor: str, now: datetime
) -> UUID:
    """Keep a file for a day; what its columns mean was said of the last one, perhaps."""
    made = uuid.uuid4()
    before = await _last_fields()
    await fetch(
        Login.WEB,
        "INSERT INTO asking.register_upload"
        " (id, uploaded_at, account, actor, file_name, content, fields, seen, state, counts)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, '', 'waiting', '{}')",
        made,
        now,
        UUID(account),
        actor,
        file_name[:200],
        zlib.compress(content),
        json.dumps({name: told for name, told in before.items() if name.startswith(COLUMN)}),
    )
    return made


_COLUMNS = (
    "SELECT id, account, actor, file_name, content, fields, seen, state, counts"
    " FROM asking.register_upload"
)


async def find_upload(upload: str, *, account: str) -> Upload | None:
    """Find one of the account's own; None where it is not, or not any more."""
    try:
        wanted = UUID(upload)
    except ValueError:
        return None
    rows = await fetch(
        Login.WEB, f"{_COLUMNS} WHERE id = $1 AND account = $2", wanted, UUID(account)
    )
    return _upload(rows[0]) if rows else None


async def left_upload(account: str) -> Upload | None:
    """Find the newest of the account's own that it has neither confirmed nor thrown away."""
    rows = await fetch(
        Login.WEB,
        f"{_COLUMNS} WHERE account = $1 AND state IN ('waiting', 'changed')"
        " ORDER BY uploaded_at DESC LIMIT 1",
        UUID(account),
    )
    return _upload(rows[0]) if rows else None


async def _last_fields() -> Mapping[str, str]:
    rows = await fetch(
        Login.WEB,
        "SELECT fields FROM asking.register_upload WHERE state = 'done'"
        " ORDER BY confirmed_at DESC LIMIT 1",
    )
    found: Mapping[str, str] = json.loads(rows[0]["fields"]) if rows else {}
    return found


async def keep_fields(upload: UUID, fields: Mapping[str, str]) -> None:
    """Keep what was said of a file: what its columns mean, where new units belong."""
    await fetch(
        Login.WEB,
        "UPDATE asking.register_upload SET fields = $2"
        " WHERE id = $1 AND state IN ('waiting', 'changed')",
        upload,
        json.dumps(dict(fields)),
    )


async def confirm_upload(upload: UUID, seen: str, *, now: datetime) -> None:
    """Leave it to the worker, which carries out what was ``seen`` or nothing."""
    await fetch(
        Login.WEB,
        "UPDATE asking.register_upload SET state = 'confirmed', seen = $2, confirmed_at = $3"
        " WHERE id = $1 AND state IN ('waiting', 'changed')",
        upload,
        seen,
        now,
    )


async def forget_upload(upload: UUID) -> None:
    """Forget one that nobody confirmed."""
    await fetch(
        Login.WEB,
        "DELETE FROM asking.register_upload WHERE id = $1 AND state IN ('waiting', 'changed')",
        upload,
    )


async def register_comes(login: Login) -> bool:
    """Tell whether a file is confirmed that the worker has yet to carry out."""
    rows = await fetch(
        login,
        "SELECT EXISTS (SELECT FROM asking.register_upload WHERE state = 'confirmed') AS found",
    )
    return bool(rows[0]["found"])


async def came_to_nothing(login: Login, account: UUID) -> str:
    """Find the last file that an account confirmed and that came to nothing, or return nothing.

    Whoever confirmed one may have left the page. Once another is confirmed, it is of the past.
    """
    rows = await fetch(
        login,
        "SELECT id, account, state FROM asking.register_upload WHERE state <> 'waiting'"
        " ORDER BY confirmed_at DESC LIMIT 1",
    )
    own = [str(row["id"]) for row in rows if row["account"] == account]
    return own[0] if own and rows[0]["state"] == "changed" else ""


async def next_confirmed(link: Link) -> Upload | None:
    """Take the oldest that is confirmed, and keep others from it until the transaction ends."""
    row = await link.fetchrow(
        f"{_COLUMNS} WHERE state = 'confirmed' ORDER BY confirmed_at LIMIT 1 FOR UPDATE SKIP LOCKED"
    )
    return _upload(row) if row else None


async def note_outcome(link: Link, upload: UUID, state: State, counts: Mapping[str, int]) -> None:
    """Say what came of it; once it is done nothing of the file is kept."""
    await link.execute(
        "UPDATE asking.register_upload SET state = $2::text, counts = $3,"
        " content = CASE WHEN $2::text = 'done' THEN ''::bytea ELSE content END WHERE id = $1",
        upload,
        state,
        json.dumps(dict(counts)),
    )


async def forget_old(link: Link, *, now: datetime) -> None:
    """Delete what has lain for a day, but never what waits to be carried out.

    Of the last that was carried out, the meanings of columns stay: the next file has the same. Not
    who uploaded it.
    """
    await link.execute(
        "UPDATE asking.register_upload SET actor = '', file_name = ''"
        " WHERE uploaded_at < $1 AND state = 'done' AND actor <> ''",
        now - KEPT,
    )
    await link.execute(
        "DELETE FROM asking.register_upload u WHERE uploaded_at < $1 AND state <> 'confirmed'"
        " AND NOT (state = 'done' AND confirmed_at = (SELECT max(confirmed_at)"
        " FROM asking.register_upload WHERE state = 'done'))",
        now - KEPT,
    )


def _upload(row: Row) -> Upload:
    content = zlib.decompress(row["content"]) if row["content"] else b""
    return Upload(
        row["id"],
        str(row["account"]),
        row["actor"],
        row["file_name"],
        content,
        json.loads(row["fields"]),
        row["seen"],
        row["state"],
        json.loads(row["counts"]),
    )
