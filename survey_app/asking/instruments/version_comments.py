"""What is said of the questions of a version until it is released, and how it was answered."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from survey_app.asking.instruments.versions import WrittenVersion
from survey_app.shared.database import Login, fetch


@dataclass(frozen=True, slots=True)
class ItemComment:
    """What somebody said of a question; without an `answer` it is not answered yet."""

    id: UUID
    item: str
    said: str
    said_at: datetime
    actor: str
    answer: str
    answered_at: datetime | None
    answered_actor: str


async def comment_on(
    login: Login,
    was: WrittenVersion,
    item: str,
    said: str,
    *,
    once: str,
    actor: str,
    now: datetime,
) -> bool:
    """Keep what somebody says of a question; false where the version is released or gone.

    The same words from the same page, which `once` tells, are kept once: a button that is pressed
    twice says nothing twice.
    """
    same = uuid.uuid5(was.id, f"{once}\0{actor}\0{item}\0{said}")
    rows = await fetch(
        login,
        "INSERT INTO asking.version_comment"
        " (id, version, item, said, said_at, actor, answer, answered_actor)"
        " SELECT $2, id, $3, $4, $5, $6, '', '' FROM asking.instrument_version"
        " WHERE id = $1 AND state <> 'released' ON CONFLICT (id) DO NOTHING RETURNING id",
        was.id,
        same if once else uuid.uuid4(),
        item,
        said,
        now,
        actor,
    )
    return bool(rows)


async def answer_comment(
    login: Login, was: WrittenVersion, comment: UUID, answer: str, *, actor: str, now: datetime
) -> bool:
    """Keep an answer; false where somebody answered before, or there is no such comment."""
    rows = await fetch(
        login,
        "UPDATE asking.version_comment SET answer = $3, answered_at = $4, answered_actor = $5"
        " WHERE id = $2 AND version = $1 AND answer = '' RETURNING id",
        was.id,
        comment,
        answer,
        now,
        actor,
    )
    return bool(rows)


async def comments_on(login: Login, was: WrittenVersion) -> tuple[ItemComment, ...]:
    """Return what was said of a version's questions, the oldest first."""
    rows = await fetch(
        login,
        "SELECT id, item, said, said_at, actor, answer, answered_at, answered_actor"
        " FROM asking.version_comment WHERE version = $1 ORDER BY said_at, id",
        was.id,
    )
    return tuple(ItemComment(**row) for row in rows)


async def drop_comments(login: Login, was: WrittenVersion) -> None:
    """Let what was said go with the draft that became a released version."""
    await fetch(login, "DELETE FROM asking.version_comment WHERE version = $1", was.id)
