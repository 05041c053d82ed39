"""Write down an act in the caller's transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from survey_app.shared.database import Link, Login, fetch

COMMAND_LINE: Final = "command line"
"""Whoever typed a command: the operator's hand, where "system" is what the installation does."""
_ROW: Final = (
    "INSERT INTO audit.event (id, at, actor, action, subject, facts)"
    " SELECT $1, $2, $3, $4, $5, $6 WHERE $7::boolean"
)


async def record(
    login: Login,
    *,
    now: datetime,
    actor: str,
    action: str,
    subject: str,
    **facts: object,
) -> None:
    """Add one row to the audit log; ``facts`` hold counts, codes and hashes, never a person."""
    await record_if(
        login,
        happened=True,
        now=now,
        actor=actor,
        action=action,
        subject=subject,
        facts=facts,
    )


async def record_on(
    link: Link, *, now: datetime, actor: str, action: str, subject: str, **facts: object
) -> None:
    """Add a row as `record` does, by a connection that the caller holds: none waits for another."""
    await link.execute(_ROW, *_values(now, actor, action, subject, facts), True)


async def record_if(
    login: Login,
    *,
    happened: bool,
    now: datetime,
    actor: str,
    action: str,
    subject: str,
    facts: Mapping[str, object],
) -> None:
    """Add a row as `record` does, if something happened; by no time does this process tell if.

    Plain SQL without RETURNING: the writing logins may add rows, not read them.
    """
    await fetch(login, _ROW, *_values(now, actor, action, subject, facts), happened)


def _values(
    now: datetime, actor: str, action: str, subject: str, facts: Mapping[str, object]
) -> tuple[object, ...]:
    told = json.dumps(facts, default=str, sort_keys=True)
    return uuid.uuid4(), now, actor, action, subject, told
