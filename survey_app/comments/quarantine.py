"""The quarantine: filled at emptying, opened by two named people, left by masking and release.

What the two may do is held by the database too (``migrations/walls/comments.sql``): whoever masked
a comment cannot release it, and neither can anybody who is not one of the two.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from survey_app.audit.record import record
from survey_app.comments.errors import NotYoursError
from survey_app.shared.database import Link, Login, engine, fetch

# what somebody masked who is no keeper any more, nobody could release: it is looked through anew
_WAITING = (
    "SELECT id, wave, text, CASE WHEN comments.is_keeper(masked_by) THEN masked_by END AS masked_by"
    " FROM comments.quarantine WHERE gone_by IS NULL"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment in quarantine, and which of today's two masked it, if one did."""

    id: UUID
    wave: UUID
    text: str
    masked_by: UUID | None


@dataclass(frozen=True, slots=True)
class Handler:
    """Who does something to a comment: account and, for the audit log, address."""

    account: UUID
    email: str


async def put_in_quarantine(
    link: Link,  # as `worker`, in the emptying transaction
    *,
    wave: UUID,
    key: str,
    reason: Mapping[str, str],
    minimum: int,
    answered: int,
    comments: Sequence[str],
    delete_on: date,
) -> None:
    """Store a wave's comments, which the caller has shuffled; keys are random and sorted.

    An empty sequence says that too few wrote: how many is not kept then.
    """
    await link.execute(
        "INSERT INTO comments.wave (wave, key, reason, minimum, answered, written, held, removed,"
        " delete_on) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7)",
        wave,
        key,
        json.dumps(dict(reason), ensure_ascii=False),
        minimum,
        answered,
        len(comments) or None,
        delete_on,
    )
    ids = sorted(uuid.uuid4() for _ in comments)
    await link.copy_records_to_table(
        "quarantine",
        schema_name="comments",
        columns=("id", "wave", "text"),
        records=[(key, wave, text) for key, text in zip(ids, comments, strict=True)],
    )


async def list_waiting(wave: UUID) -> list[Waiting]:
    """Return what is in quarantine, in the order of its random keys."""
    rows = await fetch(
        Login.WEB,
        f"{_WAITING} AND wave = $1 ORDER BY id",
        wave,
    )
    return [Waiting(**row) for row in rows]


async def count_turns(handler: UUID) -> tuple[int, int]:
    """Count what one of the two may release, and what nobody has looked through yet."""
    rows = await fetch(
        Login.WEB,
        "SELECT count(masked_by) FILTER (WHERE masked_by <> $1) AS release,"  # noqa: S608 - ours
        f" count(*) FILTER (WHERE masked_by IS NULL) AS mask FROM ({_WAITING}) AS w",
        handler,
    )
    return rows[0]["release"], rows[0]["mask"]


async def find_waiting(comment: UUID) -> Waiting | None:
    """Return one comment in quarantine; None when it has left."""
    rows = await fetch(
        Login.WEB,
        f"{_WAITING} AND id = $1",
        comment,
    )
    return Waiting(**rows[0]) if rows else None


async def mask_comment(
    stored: Waiting, text: str, handler: Handler, *, key: str, now: datetime
) -> None:
    """Write the masked text over the old one; ``handler`` cannot release it from now on.

    Raises
    ------
    NotYoursError
        If ``handler`` is none of the two, or the comment has changed meanwhile.
    """
    async with engine(Login.WEB).transaction():
        rows = await fetch(
            Login.WEB,
            "SELECT comments.mask($1, $2, $3, $4) AS done",
            stored.id, handler.account, stored.text, text,
        )  # fmt: skip
        if not rows[0]["done"]:
            raise NotYoursError
        await _audit("comment masked", handler, key, now)


async def release_comment(stored: Waiting, handler: Handler, *, key: str, now: datetime) -> None:
    """Let a comment be read that the other of the two has masked.

    Raises
    ------
    NotYoursError
        If ``handler`` masked it, is none of the two, or it has changed meanwhile.
    """
    async with engine(Login.WEB).transaction():
        rows = await fetch(
            Login.WEB,
            "SELECT comments.release($1, $2, $3) AS done",
            stored.id, handler.account, stored.text,
        )  # fmt: skip
        if not rows[0]["done"]:
            raise NotYoursError
        await _audit("comment released", handler, key, now)


async def hold_back(stored: Waiting, handler: Handler, *, key: str, now: datetime) -> None:
    """Take out a comment that stays recognisable: unseen and counted at once, deleted by the night.

    Raises
    ------
    NotYoursError
        If ``handler`` is none of the two, or it has left already.
    """
    await _held("hold", "comment held back", stored.id, handler, key, now)


async def take_back_hold(comment: UUID, handler: Handler, *, key: str, now: datetime) -> None:
    """Put a comment that was held back today into quarantine again, as it was.

    Raises
    ------
    NotYoursError
        If ``handler`` is none of the two, or the night has deleted it.
    """
    await _held("unhold", "comment put back", comment, handler, key, now)


async def _held(
    function: str, act: str, comment: UUID, handler: Handler, key: str, now: datetime
) -> None:
    async with engine(Login.WEB).transaction():
        rows = await fetch(
            Login.WEB, f"SELECT comments.{function}($1, $2) AS done", comment, handler.account
        )
        if not rows[0]["done"]:
            raise NotYoursError
        await _audit(act, handler, key, now)


def in_any_order[T](comments: Sequence[T]) -> list[T]:
    """Return them shuffled anew."""
    shuffled = list(comments)
    secrets.SystemRandom().shuffle(shuffled)
    return shuffled


async def _audit(act: str, handler: Handler, key: str, now: datetime) -> None:
    # that it was done and by whom; the words are nowhere but in their table
    await record(Login.WEB, now=now, actor=handler.email, action=act, subject=key)
