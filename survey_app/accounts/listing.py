"""All accounts, for the page that keeps them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from survey_app.accounts.more_than_a_password import SECOND_STEP
from survey_app.shared.database import Login, fetch


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account without its password."""

    id: UUID
    email: str
    role: str
    unit: str
    language: str
    active: bool
    last_seen_on: date | None
    second_step: bool
    """Whether more than the password is asked for here."""
    signs_on: bool
    """Whether the owner signs in with an account at the agency's provider."""


_MADE = {
    "second_step": SECOND_STEP.format(account="account.id"),
    "signs_on": "EXISTS (SELECT FROM accounts.identity i WHERE i.account = account.id)",
}
_COLUMNS = ", ".join(
    f"{_MADE[one.name]} AS {one.name}" if one.name in _MADE else one.name
    for one in fields(ListedAccount)
)


async def list_accounts() -> list[ListedAccount]:
    """Return all accounts, the open ones first, by address."""
    rows = await fetch(
        Login.WEB,
        f"SELECT {_COLUMNS} FROM accounts.account ORDER BY NOT active, email",  # noqa: S608 - ours
    )
    return [ListedAccount(**row) for row in rows]


async def find_account(account: UUID) -> ListedAccount | None:
    """Find one; ``None`` where there is none."""
    rows = await fetch(
        Login.WEB,
        f"SELECT {_COLUMNS} FROM accounts.account WHERE id = $1",  # noqa: S608 - ours
        account,
    )
    return ListedAccount(**rows[0]) if rows else None
