"""Mails that tell an account's owner what happened to their way of signing in: rows here."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from survey_app.shared.database import Login, fetch

SELDOM: Final = timedelta(days=1)
KEPT: Final = timedelta(days=30)

# one for each mail that is due, locked; the worker sees of accounts nothing else
CLAIM: Final = """
SELECT n.id, n.email, n.language, n.what, n.attempts, n.problem
FROM accounts.notice n
WHERE n.state = 'due' AND n.due_at <= $1
ORDER BY n.due_at, n.id LIMIT 1
FOR UPDATE OF n SKIP LOCKED
"""


class AccountEvent(StrEnum):
    """What happened to the way in which an account is signed in to."""

    ON = "on"
    OFF = "off"
    TAKEN = "taken"
    CODES = "codes"
    RECOVERY = "recovery"
    GUESSED = "guessed"
    PASSKEY_ADDED = "passkey added"
    PASSKEY_REMOVED = "passkey removed"


async def tell_owner(
    email: str, what: AccountEvent, *, now: datetime, login: Login = Login.WEB, seldom: bool = False
) -> None:
    """Leave a mail for the worker to send to an active account's owner.

    ``seldom``: not where the same was told within a day.
    """
    await fetch(
        login,
        "INSERT INTO accounts.notice (id, email, language, what, created_at, due_at, state,"
        " attempts, problem)"
        " SELECT $1::uuid, a.email, a.language, $3::varchar, $4::timestamptz, $4::timestamptz,"
        " 'due', 0, '' FROM accounts.account a"
        " WHERE a.email = $2 AND a.active AND NOT EXISTS (SELECT FROM accounts.notice n"
        "  WHERE n.email = $2 AND n.what = $3::varchar AND n.created_at > $5::timestamptz)",
        uuid.uuid4(),
        email,
        what.value,
        now,
        now - SELDOM if seldom else now,
    )


async def forget_notices(*, now: datetime) -> int:
    """Delete mails of more than `KEPT` ago, sent or not; return how many."""
    rows = await fetch(
        Login.WORKER,
        "DELETE FROM accounts.notice WHERE created_at < $1 RETURNING id",
        now - KEPT,
    )
    return len(rows)


async def notices_due(*, now: datetime) -> bool:
    """Tell whether any mail waits to be sent."""
    rows = await fetch(
        Login.WORKER,
        "SELECT EXISTS (SELECT FROM accounts.notice WHERE state = 'due' AND due_at <= $1) AS some",
        now,
    )
    return bool(rows[0]["some"])
