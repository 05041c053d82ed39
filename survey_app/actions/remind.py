"""Remind the owner of an action a week before its due date and on it: each once, by mail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from survey_app.actions.reminder_mail import Notice, write_mail
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.one_by_one import Became, became, send_one_by_one
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, Row, fetch

BEFORE: Final = timedelta(days=7)
MORNING: Final = time(7)
# a due date that passed while the worker stood still is told of this long
STILL_NEWS: Final = timedelta(days=14)

_QUEUE = """
INSERT INTO actions.reminder (id, action, kind, day, state, due_at, attempts, problem)
SELECT gen_random_uuid(), a.id, $1::varchar, a.due_on, 'due', $2, 0, ''
FROM actions.action a
WHERE a.state IN ('planned', 'under_way') AND a.due_on BETWEEN $3 AND $4
  AND (a.created_at AT TIME ZONE 'Europe/Oslo')::date <= a.due_on - $5::int
ON CONFLICT (action, kind, day) DO NOTHING
RETURNING id
"""
# the campaign of the staff lends its sender: an action belongs to what staff were asked
_CLAIM = """
SELECT r.id, r.kind, r.day, r.attempts, r.problem, a.id AS action, a.what, a.due_on, a.state,
       a.unit AS place, o.id AS owner, o.email, o.language, o.role, o.unit,
       c.sender, coalesce(c.demo, false) AS demo
FROM actions.reminder r
JOIN actions.action a ON a.id = r.action
LEFT JOIN actions.owner o ON o.id = a.owner
LEFT JOIN LATERAL (SELECT sender, demo FROM asking.campaign k WHERE population = 'staff'
                   ORDER BY (SELECT max(opens_on) FROM asking.wave w WHERE w.campaign = k.id)
                   DESC NULLS LAST LIMIT 1) c ON true
WHERE r.state = 'due' AND r.due_at <= $1
ORDER BY r.due_at LIMIT 1
FOR UPDATE OF r SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class ActionOwner:
    """Whom an action's reminders go to, and as what they sign in."""

    account: UUID
    email: str
    language: str
    role: str
    unit: str


type SeesPlace = Callable[[ActionOwner, str], Awaitable[bool]]


async def queue_reminders(*, today: date, now: datetime) -> int:
    """Write down every reminder whose day has come; running twice changes nothing.

    An action that was made less than a week before its due date is reminded of on it alone.

    Returns
    -------
    int
        How many are new.
    """
    morning = max(now, datetime.combine(today, MORNING, OSLO))
    spans = {
        "before": (today + timedelta(days=1), today + BEFORE, BEFORE.days),
        "due": (today - STILL_NEWS, today, 0),
    }
    new = 0
    for kind, (first, last, days) in spans.items():
        new += len(await fetch(Login.WORKER, _QUEUE, kind, morning, first, last, days))
    return new


async def any_due(*, now: datetime) -> bool:
    """Tell whether any reminder waits to be sent."""
    rows = await fetch(
        Login.WORKER,
        "SELECT EXISTS (SELECT FROM actions.reminder WHERE state = 'due' AND due_at <= $1) AS some",
        now,
    )
    return bool(rows[0]["some"])


async def send_reminders(
    url: str, *, base_url: str, sees: SeesPlace, clock: Callable[[], datetime]
) -> int:
    """Send every reminder that is due, as `send_one_by_one` does.

    Parameters
    ----------
    url : str
        The mail server's.
    base_url : str
    sees : callable
        Tells whether an owner still sees the actions of a place: who leads another unit by now is
        told nothing of it.
    clock : callable
        Tells the time.

    Returns
    -------
    int
        How many were sent.

    Raises
    ------
    MailServerDown
        If the server takes no mail; what is not sent stays due.
    """
    async with MailServer(url) as server:

        async def look_at(row: Row, now: datetime) -> Became:
            return await _look_at(row, server, base_url, sees, now)

        return await send_one_by_one("actions.reminder", _CLAIM, look_at, clock=clock)


async def _look_at(
    row: Row,
    server: MailServer,
    base_url: str,
    sees: SeesPlace,
    now: datetime,
) -> Became:
    if row["state"] not in {"planned", "under_way"} or row["due_on"] != row["day"]:
        return Became("cancelled")
    if row["email"] is None:
        return Became("cancelled", "no active owner")
    names = ("email", "language", "role", "unit")
    owner = ActionOwner(UUID(str(row["owner"])), *(row[name] for name in names))
    if not await sees(owner, row["place"]):
        return Became("cancelled", "owner sees it no more")
    if not row["sender"]:
        return Became("failed", "no sender")
    notice = Notice(
        UUID(str(row["id"])), UUID(str(row["action"])), row["kind"], row["what"], row["day"],
        row["email"], row["language"], row["sender"], row["demo"],
    )  # fmt: skip
    verdict, code = await server.send(write_mail(notice, base_url=base_url, now=now))
    return became(verdict, code, attempts=row["attempts"])
