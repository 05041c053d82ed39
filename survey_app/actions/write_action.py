"""Store a new action, or a change of one, with a line in the audit log in the same transaction."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from survey_app.actions.draft import ActionDraft
from survey_app.actions.errors import ChangedMeanwhileError
from survey_app.actions.states import OPEN, ActionRow
from survey_app.audit.record import record
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, engine, fetch


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: the account that reminders go to, and the name in the audit log."""

    account: UUID
    email: str


async def create_action(
    draft: ActionDraft,
    author: Author,
    *,
    now: datetime,
    action: UUID | None = None,
    login: Login = Login.WEB,
) -> UUID:
    """Store a new action; its author is reminded of its dates.

    One that is there with the id ``action`` stays as it is.
    """
    action = action or uuid.uuid4()
    values = _values(draft, None, now) | {
        "id": action,
        "owner": author.account,
        "created_at": now,
        "changed_at": now,
        "version": 1,
    }
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    async with engine(login).transaction():
        made = await fetch(
            login,
            f"INSERT INTO actions.action ({', '.join(values)}) VALUES ({places})"  # noqa: S608
            " ON CONFLICT (id) DO NOTHING RETURNING id",
            *values.values(),
        )
        if made:
            await _audit(login, action, "action created", author, now, draft)
    return action


async def change_action(
    stored: ActionRow,
    draft: ActionDraft,
    author: Author,
    *,
    version: int,
    mine: bool,
    now: datetime,
) -> None:
    """Store a change.

    Parameters
    ----------
    stored : ActionRow
        As it is now.
    version : int
        The version that the form was opened with.
    mine : bool
        Whether its author takes over the reminders.

    Raises
    ------
    ChangedMeanwhileError
        If the action has been changed since; nothing is written.
    """
    values = _values(draft, stored, now) | {"changed_at": now}
    if mine:
        values["owner"] = author.account
    told = [name for name, value in values.items() if value != getattr(stored, name, value)]
    sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, start=3))
    async with engine(Login.WEB).transaction():
        written = await fetch(
            Login.WEB,
            f"UPDATE actions.action SET {sets}, version = version + 1"  # noqa: S608 - our columns
            " WHERE id = $1 AND version = $2 RETURNING id",
            stored.id,
            version,
            *values.values(),
        )
        if not written:
            raise ChangedMeanwhileError
        await _audit(Login.WEB, stored.id, "action changed", author, now, draft, fields=told)


async def note_discussion(
    stored: ActionRow,
    day: date | None,
    author: Author,
    *,
    now: datetime,
    login: Login = Login.WEB,
) -> None:
    """Write when an action was discussed with representatives; they alone say so."""
    async with engine(login).transaction():
        noted = await fetch(
            login,
            "UPDATE actions.action SET discussed_on = $2, changed_at = $3 WHERE id = $1"
            " AND discussed_on IS DISTINCT FROM $2::date RETURNING id",
            stored.id,
            day,
            now,
        )
        if not noted:
            return
        await record(
            login,
            now=now,
            actor=author.email,
            action="action discussed",
            subject=str(stored.id),
            unit=stored.unit,
            day=day,
        )


def _values(draft: ActionDraft, stored: ActionRow | None, now: datetime) -> dict[str, Any]:
    values = asdict(draft) | {"state": draft.state.value, "ended_on": None}
    if draft.state not in OPEN:
        same = stored is not None and stored.state is draft.state
        values["ended_on"] = stored.ended_on if stored and same else now.astimezone(OSLO).date()
    return values


async def _audit(
    login: Login,
    action: UUID,
    act: str,
    author: Author,
    now: datetime,
    draft: ActionDraft,
    **facts: object,
) -> None:
    # where and how far, not the words: they may be mended, the log may not
    await record(
        login,
        now=now,
        actor=author.email,
        action=act,
        subject=str(action),
        unit=draft.unit,
        state=draft.state.value,
        visible=draft.visible,
        **facts,
    )
