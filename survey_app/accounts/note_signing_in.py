"""That somebody signed in, or failed to, is in the log; what they read afterwards is not."""

from __future__ import annotations

from uuid import UUID

from survey_app.accounts.addresses import known_as
from survey_app.audit.record import record
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, engine, fetch


async def note_signing_in(account: UUID, email: str) -> None:
    """Write it down, and keep the day: which accounts nobody uses can be seen."""
    async with engine(Login.WEB).transaction():
        await fetch(
            Login.WEB,
            "UPDATE accounts.account SET last_seen_on = $2"
            " WHERE id = $1 AND last_seen_on IS DISTINCT FROM $2",
            account,
            today(),
        )
        await record(Login.WEB, now=now(), actor=email, action="signed in", subject=email)


async def note_refusal(email: str) -> None:
    """Write down a wrong password for an account that there is.

    Anything else that was typed as an address is kept nowhere: it may be a password.
    """
    email = known_as(email)
    found = await fetch(Login.WEB, "SELECT email FROM accounts.account WHERE email = $1", email)
    for row in found:
        await record(
            Login.WEB, now=now(), actor="system", action="sign-in refused", subject=row["email"]
        )
