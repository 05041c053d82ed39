"""Addresses of the register that a server sent our mail back from, and taking the mark away.

The mark comes from invitations, which everybody gets, and never from reminders: it says that an
address does not work, and nothing about who has answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from survey_app.asking.delivery.failed import Cause, cause_of
from survey_app.shared.database import Login, fetch


@dataclass(frozen=True, slots=True)
class MarkedAddress:
    """An address that did not work; ``number`` is the person's key in the HR system."""

    person: UUID
    number: str
    email: str
    unit: str
    cause: Cause


async def marked_addresses(login: Login) -> list[MarkedAddress]:
    """Return all of them, by unit in the organisation's order."""
    rows = await fetch(
        login,
        "SELECT p.id, p.number, p.email, u.name, p.undelivered FROM asking.person p"
        " JOIN asking.unit u ON u.id = p.unit WHERE p.active AND p.undelivered <> ''"
        " ORDER BY u.position, u.code, p.number",
    )
    return [
        MarkedAddress(
            row["id"], row["number"], row["email"], row["name"], cause_of(row["undelivered"])
        )
        for row in rows
    ]


async def take_mark_away(person: UUID, email: str) -> bool:
    """Say that an address works again; False where it changed meanwhile, or has no mark."""
    rows = await fetch(
        Login.WEB,
        "UPDATE asking.person SET undelivered = '' WHERE id = $1 AND email = $2"
        " AND undelivered <> '' RETURNING id",
        person,
        email,
    )
    return bool(rows)
