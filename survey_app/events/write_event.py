"""Store, change or take away an event, with a line in the audit log in the same transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from survey_app.audit.record import record
from survey_app.events.draft import TEXT, EventDraft, text_fields
from survey_app.events.errors import EventChangedMeanwhileError
from survey_app.events.queries import BEFORE, StoredEvent
from survey_app.shared.database import Login, engine, fetch

# a change of these makes it another thing to try on the figures
_TRIED = ("side", "day", "shape", "place")
_NO_WORDS: Final = {BEFORE[0]: "-"}


@dataclass(frozen=True, slots=True)
class EventAuthor:
    """Who writes: the role that stands with the event, and the name in the audit log alone."""

    role: str
    email: str


async def create_event(
    draft: EventDraft,
    author: EventAuthor,
    *,
    now: datetime,
    event: UUID | None = None,
    login: Login = Login.WEB,
) -> UUID:
    """Store a new event; one that is there with the id ``event`` stays as it is."""
    event = event or uuid.uuid4()
    async with engine(login).transaction():
        if await _insert(login, event, {**_values(draft, draft.text), "role": author.role}, now):
            await _audit(login, event, "event created", author, now, draft)
    return event


async def change_event(
    stored: StoredEvent, draft: EventDraft, author: EventAuthor, *, version: int, now: datetime
) -> None:
    """Store a change; what was tried under another day, shape or place stays as taken away.

    The event counts as written down now, then: a day that is moved when the figures are out is no
    better than one that is chosen when they are.

    Parameters
    ----------
    stored : StoredEvent
        As it is now.
    version : int
        The version that the form was opened with.

    Raises
    ------
    EventChangedMeanwhileError
        If the event has been changed or taken away since; nothing is written.
    """
    # words in a language that the agency does not have now are asked for by no form, and kept
    others = {
        language: text
        for language, text in stored.text.items()
        if f"{TEXT}{language}" not in text_fields()
    }
    told = [name for name, value in asdict(draft).items() if value != getattr(stored, name)]
    values = _values(draft, others | draft.text) | {"changed_at": now}
    if set(told) & set(_TRIED):
        values["created_at"] = now
    sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, start=3))
    async with engine(Login.WEB).transaction():
        written = await fetch(
            Login.WEB,
            f"UPDATE events.event SET {sets}, version = version + 1"  # noqa: S608 - our columns
            " WHERE id = $1 AND version = $2 AND removed_at IS NULL RETURNING id",
            stored.id,
            version,
            *values.values(),
        )
        if not written:
            raise EventChangedMeanwhileError
        if set(told) & set(_TRIED):
            await _insert(
                Login.WEB, uuid.uuid4(), _former(stored), now,
                created_at=stored.created_at, removed_at=now,
            )  # fmt: skip
        await _audit(Login.WEB, stored.id, "event changed", author, now, draft, fields=told)


async def remove_event(stored: StoredEvent, author: EventAuthor, *, now: datetime) -> None:
    """Take an event away from every page; the row stays, without its words."""
    async with engine(Login.WEB).transaction():
        gone = await fetch(
            Login.WEB,
            "UPDATE events.event SET removed_at = $2, changed_at = $2, version = version + 1,"
            " text = $3, text_nb = $4, text_nn = $5, text_en = $6"
            " WHERE id = $1 AND removed_at IS NULL RETURNING id",
            stored.id,
            now,
            *_words(_NO_WORDS).values(),
        )
        if not gone:
            return
        await record(
            Login.WEB,
            now=now,
            actor=author.email,
            action="event removed",
            subject=str(stored.id),
            side=stored.side.value,
            place=stored.place,
            day=stored.day,
        )


def _former(stored: StoredEvent) -> dict[str, Any]:
    kept = {name: getattr(stored, name) for name in (*_TRIED, "kind", "role")}
    return kept | _words(_NO_WORDS) | {"open": False}


def _values(draft: EventDraft, text: Mapping[str, str]) -> dict[str, Any]:
    """Return what is stored of a draft, by column."""
    values = asdict(draft)
    del values["text"]
    return values | _words(text)


def _words(text: Mapping[str, str]) -> dict[str, str]:
    """Return the words as they are stored, and for the version before."""
    columns = {f"text_{language}": text.get(language, "") for language in BEFORE}
    return {"text": json.dumps(dict(text)), **columns}


async def _insert(
    login: Login,
    event: UUID,
    values: dict[str, Any],
    now: datetime,
    **more: object,
) -> bool:
    row = {"id": event, **values, "version": 1, "created_at": now, "changed_at": now, **more}
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    rows = await fetch(
        login,
        f"INSERT INTO events.event ({', '.join(row)}) VALUES ({places})"  # noqa: S608 - ours
        " ON CONFLICT (id) DO NOTHING RETURNING id",
        *row.values(),
    )
    return bool(rows)


async def _audit(
    login: Login,
    event: UUID,
    act: str,
    author: EventAuthor,
    now: datetime,
    draft: EventDraft,
    **facts: object,
) -> None:
    # where and when, not the words: they may be mended, the log may not
    await record(
        login,
        now=now,
        actor=author.email,
        action=act,
        subject=str(event),
        side=draft.side.value,
        place=draft.place,
        day=draft.day,
        kind=draft.kind.value,
        **facts,
    )
