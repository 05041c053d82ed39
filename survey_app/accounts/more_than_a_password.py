"""Whether an account asks for more than its password, for statements that look at accounts."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from survey_app.shared.database import Login, fetch

SECOND_STEP: Final = (
    "(EXISTS (SELECT FROM accounts.second_step s WHERE s.account = {account})"
    " OR EXISTS (SELECT FROM accounts.passkey p WHERE p.account = {account}))"
)


async def has_second_step(account: UUID) -> bool:
    """Tell whether the password alone does not open an account."""
    rows = await fetch(Login.WEB, f"SELECT {SECOND_STEP.format(account='$1')} AS some", account)
    return bool(rows[0]["some"])


async def has_passkey(account: UUID) -> bool:
    """Tell whether a device of an account's owner signs them in."""
    rows = await fetch(
        Login.WEB,
        "SELECT EXISTS (SELECT FROM accounts.passkey WHERE account = $1) AS some",
        account,
    )
    return bool(rows[0]["some"])
