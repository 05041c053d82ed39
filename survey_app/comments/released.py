"""Released comments: of a wave, from its minimum up; whoever removes one may bring it back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from survey_app.audit.record import record
from survey_app.comments.quarantine import Handler
from survey_app.shared.database import Login, engine, fetch


@dataclass(frozen=True, slots=True)
class Comment:
    """A released comment."""

    id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class CommentedWave:
    """A wave that asked for comments, with counts; ``written`` is None where too few wrote."""

    wave: UUID
    key: str
    reason: dict[str, str]
    minimum: int
    answered: int
    written: int | None
    held: int
    removed: int
    delete_on: date
    waiting: int
    released: int

    @property
    def shows(self) -> bool:
        """Whether enough are released for any to be read."""
        return self.released >= self.minimum


async def commented_waves() -> list[CommentedWave]:
    """Return the waves whose comments are not deleted yet, the latest first."""
    rows = await fetch(
        Login.WEB,
        "SELECT w.*, (SELECT count(*) FROM comments.quarantine q WHERE q.wave = w.wave"
        " AND q.gone_by IS NULL) AS waiting,"
        " (SELECT count(*) FROM comments.released r WHERE r.wave = w.wave AND r.gone_by IS NULL)"
        " AS released"
        " FROM comments.wave w ORDER BY w.delete_on DESC, w.key DESC",
    )
    return [CommentedWave(**row | {"reason": _read(row["reason"])}) for row in rows]


def _read(reason: str | dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = json.loads(reason) if isinstance(reason, str) else reason
    return found


async def released_of(wave: CommentedWave) -> list[Comment]:
    """Return what may be read of a wave: nothing while fewer than its minimum are released."""
    if not wave.shows:
        return []
    rows = await fetch(
        Login.WEB,
        "SELECT id, text FROM comments.released WHERE wave = $1 AND gone_by IS NULL ORDER BY id",
        wave.wave,
    )
    return [Comment(**row) for row in rows]


async def remove_comment(comment: UUID, reader: Handler, *, now: datetime) -> bool:
    """Hide a released comment from everybody, at once; the night deletes it. Tell whether it was.

    The audit log says who removed one and of which wave, and not what it said.
    """
    return await _moved("remove", "comment removed", comment, reader, now)


async def bring_back(comment: UUID, reader: Handler, *, now: datetime) -> bool:
    """Show a comment again that this very reader removed today; tell whether it was there."""
    return await _moved("bring_back", "comment brought back", comment, reader, now)


async def _moved(function: str, act: str, comment: UUID, reader: Handler, now: datetime) -> bool:
    async with engine(Login.WEB).transaction():
        rows = await fetch(
            Login.WEB, f"SELECT comments.{function}($1, $2) AS key", comment, reader.account
        )
        key = rows[0]["key"]
        if key is None:
            return False
        await record(Login.WEB, now=now, actor=reader.email, action=act, subject=key)
    return True
