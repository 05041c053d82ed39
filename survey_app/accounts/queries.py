"""Accounts as other rooms may ask for them, by e-mail address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from survey_app.shared.database import Login, fetch


@dataclass(frozen=True, slots=True)
class ActiveAccount:
    """An account that can sign in."""

    id: UUID
    email: str
    role: str


async def active_accounts(login: Login, emails: Sequence[str]) -> dict[str, ActiveAccount]:
    """Return the active accounts among ``emails``, by address."""
    rows = await fetch(
        login,
        "SELECT id, email, role FROM accounts.account WHERE active AND email = ANY($1::text[])",
        list(emails),
    )
    return {row["email"]: ActiveAccount(**row) for row in rows}


async def active_addresses(login: Login, domain: str) -> list[str]:
    """Return the addresses of all active accounts in a mail domain, in order."""
    rows = await fetch(
        login,
        "SELECT email FROM accounts.account WHERE active AND email LIKE '%@' || $1 ORDER BY email",
        domain,
    )
    return [row["email"] for row in rows]


async def count_of_role(login: Login, role: str) -> int:
    """Return how many active accounts have a role."""
    rows = await fetch(
        login, "SELECT count(*) FROM accounts.account WHERE active AND role = $1", role
    )
    return int(rows[0]["count"])


async def has_password(account: UUID) -> bool:
    """Tell whether an account is signed in to here, and not at a provider."""
    rows = await fetch(
        Login.WEB, "SELECT password <> '' AS here FROM accounts.account WHERE id = $1", account
    )
    return bool(rows and rows[0]["here"])


async def address_of_account(login: Login, account: UUID) -> str:
    """Return the address of an account, also of one that is closed."""
    rows = await fetch(login, "SELECT email FROM accounts.account WHERE id = $1", account)
    return str(rows[0]["email"]) if rows else ""
