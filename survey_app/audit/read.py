"""The log as somebody reads it: the newest first, by who did what, and from when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from survey_app.shared.database import Login, fetch

PAGE = 50  # rows
MOST = 50_000  # rows of a file
_NEWEST = 20_000  # rows that are looked through where a page waits: the log grows for years


@dataclass(frozen=True, slots=True)
class Logged:
    """One act."""

    at: datetime
    actor: str
    action: str
    subject: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; an empty part restricts nothing.

    Attributes
    ----------
    actions : sequence of str
        As they are stored.
    actor : str
        The account's address, or ``system``.
    since, before : datetime, optional
        From the first on, and before the second.
    """

    actions: Sequence[str] = ()
    actor: str = ""
    since: datetime | None = None
    before: datetime | None = None


_WHERE = (
    " FROM audit.event WHERE (cardinality($1::text[]) = 0 OR action = ANY($1::text[]))"
    " AND ($2 = '' OR actor = $2)"
    " AND ($3::timestamptz IS NULL OR at >= $3) AND ($4::timestamptz IS NULL OR at < $4)"
)


@dataclass(frozen=True, slots=True)
class SinceWhen:
    """When an act was last done; and when the log begins, for acts that never were."""

    last: datetime | None
    began: datetime | None


async def since_when(login: Login, action: str) -> SinceWhen:
    """Return when an act was last done."""
    [row] = await fetch(
        login,
        "SELECT max(at) FILTER (WHERE action = $1) AS last, min(at) AS began FROM audit.event",
        action,
    )
    return SinceWhen(row["last"], row["began"])


async def subjects_since(login: Login, actions: Sequence[str], since: datetime) -> set[str]:
    """Return whom or what any of these acts was done to since a moment."""
    rows = await fetch(
        login,
        "SELECT DISTINCT subject FROM audit.event WHERE action = ANY($1) AND at >= $2",
        list(actions),
        since,
    )
    return {row["subject"] for row in rows}


async def moment_of(nth: int, action: str, subject: str, since: datetime) -> datetime | None:
    """Return when an act was done to somebody the nth last time since a moment, if so often.

    It is sought among the newest rows of the log.
    """
    rows = await fetch(
        Login.WEB,
        "SELECT at FROM audit.event WHERE action = $1 AND subject = $2 AND at > $3"
        " AND number > (SELECT max(number) - $4::bigint FROM audit.event)"
        " ORDER BY at DESC OFFSET $5 LIMIT 1",
        action,
        subject,
        since,
        _NEWEST,
        nth - 1,
    )
    return rows[0]["at"] if rows else None


async def list_log(sought: Sought, *, most: int = PAGE, first: int = 0) -> list[Logged]:
    """Return what was done, the newest first.

    Parameters
    ----------
    sought : Sought
    most, first : int
        How many rows, after how many that are newer.
    """
    rows = await fetch(
        Login.WEB,
        "SELECT at, actor, action, subject, facts"
        + _WHERE
        + " ORDER BY at DESC, id LIMIT $5 OFFSET $6",
        *_values(sought),
        most,
        first,
    )
    return [Logged(**{**row, "facts": json.loads(row["facts"])}) for row in rows]


async def count_log(sought: Sought) -> int:
    """Return how many rows there are of what is sought."""
    rows = await fetch(Login.WEB, "SELECT count(*)" + _WHERE, *_values(sought))
    return int(rows[0]["count"])


async def list_actors() -> list[str]:
    """Return everybody who did something, in order."""
    rows = await fetch(Login.WEB, "SELECT DISTINCT actor FROM audit.event ORDER BY actor")
    return [row["actor"] for row in rows]


async def list_about(names: Sequence[str]) -> list[Logged]:
    """Return what somebody did, and what was done to them, the newest first.

    Parameters
    ----------
    names : sequence of str
        What they are called in the log: addresses, and numbers of their rows.
    """
    rows = await fetch(
        Login.WEB,
        "SELECT at, actor, action, subject, facts FROM audit.event"
        " WHERE actor = ANY($1::text[]) OR subject = ANY($1::text[]) ORDER BY at DESC, id LIMIT $2",
        list(names),
        MOST,
    )
    return [Logged(**{**row, "facts": json.loads(row["facts"])}) for row in rows]


async def list_acts() -> list[str]:
    """Return every kind of act that the log holds, in order."""
    rows = await fetch(Login.WEB, "SELECT DISTINCT action FROM audit.event ORDER BY action")
    return [row["action"] for row in rows]


def _values(sought: Sought) -> tuple[object, ...]:
    return list(sought.actions), sought.actor, sought.since, sought.before


async def newest_subject(login: Login, action: str) -> str:
    """Return whom an act was done to last; empty where the log has none."""
    rows = await fetch(
        login,
        "SELECT subject FROM audit.event WHERE action = $1 ORDER BY number DESC LIMIT 1",
        action,
    )
    return str(rows[0]["subject"]) if rows else ""
