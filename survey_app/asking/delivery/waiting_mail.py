"""How long mail of waves has waited, and how much came back: for those who run the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from survey_app.shared.database import Login, fetch

HOUR: Final = 3600  # seconds


async def oldest_waiting(login: Login) -> dict[str, float]:
    """Return the seconds for which the oldest due mail has waited, by kind; 0 without one.

    Reminders are told in whole hours: they go to those who have not answered, and how long a run
    of them lasts tells how many these are.
    """
    rows = await fetch(
        login,
        "SELECT kind = 'invitation' AS first, extract(epoch FROM clock_timestamp() - min(due_at))"
        " AS waited FROM asking.outbox WHERE state = 'due' AND due_at <= clock_timestamp()"
        " GROUP BY 1",
    )
    waited = {row["first"]: max(float(row["waited"]), 0.0) for row in rows}
    return {
        "invitation": waited.get(True, 0.0),
        "reminder": waited.get(False, 0.0) // HOUR * HOUR,
    }


async def mail_moves(login: Login, kind: str, *, since: datetime) -> bool:
    """Tell whether any ``invitation`` or ``reminder`` has gone since then."""
    [row] = await fetch(
        login,
        "SELECT EXISTS (SELECT FROM asking.outbox WHERE state = 'sent' AND sent_at > $1"
        " AND (kind = 'invitation') = $2) AS moves",
        since,
        kind == "invitation",
    )
    return bool(row["moves"])


async def mail_went(login: Login, *, since: datetime) -> bool:
    """Tell whether a mail server has taken any mail of a wave since then."""
    [row] = await fetch(
        login,
        "SELECT EXISTS (SELECT FROM asking.outbox WHERE channel = 'email' AND sent_at > $1)"
        " AS went",
        since,
    )
    return bool(row["went"])


@dataclass(frozen=True, slots=True)
class BouncedInvitations:
    """How many invitations of an open wave were written, and how many did not arrive."""

    wave_key: str
    written: int
    failed: int


async def bounced_invitations(login: Login) -> list[BouncedInvitations]:
    """Return the open waves of which any invitation did not arrive."""
    rows = await fetch(
        login,
        "SELECT w.key, count(*) AS written, count(*) FILTER (WHERE o.state = 'failed') AS failed"
        " FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation"
        " JOIN asking.wave w ON w.id = i.wave"
        " WHERE w.state = 'open' AND o.kind = 'invitation' GROUP BY w.key ORDER BY w.key",
    )
    return [
        BouncedInvitations(row["key"], row["written"], row["failed"])
        for row in rows
        if row["failed"]
    ]
