"""Delete accounts that were closed long ago, and links and tokens that open nothing any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from survey_app.audit.record import record
from survey_app.settings import Settings, settings
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, engine, fetch

LINK_DAYS: Final = 30
"""So long after it was used, withdrawn or over an invitation or a new password's link is kept."""
TOKEN_DAYS: Final = 365
"""So long after its last day a program's token is kept."""


@dataclass(frozen=True, slots=True)
class Closed:
    """How many accounts are closed and still here, and since when the first of them."""

    accounts: int
    first: date | None


async def forget_closed_accounts(context: dict[str, Any]) -> None:
    """Delete what nobody signs in with any more; what its owner did stays in the log."""
    chosen: Settings = context.get("settings") or settings()
    async with engine(Login.WORKER).transaction():
        [gone] = await fetch(
            Login.WORKER,
            "SELECT accounts, links, tokens FROM accounts.forget($1, $2, $3)",
            today() - timedelta(days=chosen.closed_account_days),
            now() - timedelta(days=LINK_DAYS),
            today() - timedelta(days=TOKEN_DAYS),
        )
        if any(gone.values()):
            await record(
                Login.WORKER, now=now(), actor="system", action="closed accounts deleted",
                subject="accounts", **gone,
            )  # fmt: skip


async def closed_accounts(login: Login) -> Closed:
    """Count those that are closed and not deleted yet."""
    [row] = await fetch(
        login,
        "SELECT count(*) AS accounts, min(closed_on) AS first FROM accounts.account"
        " WHERE NOT active",
    )
    return Closed(**row)
