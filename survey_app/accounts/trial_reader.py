"""Where a mail goes that somebody asked to see: the only address of accounts that it may have."""

from __future__ import annotations

from uuid import UUID

from survey_app.shared.database import Login, fetch


async def trial_address(account: UUID) -> str:
    """Return the address of an account that waits for such a mail; empty where it is closed."""
    rows = await fetch(
        Login.WORKER, "SELECT email FROM accounts.trial_reader WHERE id = $1", account
    )
    return str(rows[0]["email"]) if rows else ""
