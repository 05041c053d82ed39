"""That somebody signed in, or failed to, is in the log; what they read afterwards is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from survey_app.accounts.addresses import known_as
from survey_app.audit.read import moment_of
from survey_app.audit.record import record, record_if
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, engine, fetch

SIGN_IN_REFUSED: Final = "sign-in refused"
CODE_REFUSED: Final = "code refused"
LATELY: Final = timedelta(minutes=10)
# with `tries` at work one browser that is known, and all others together, come to 40 and to 20
MOST_REFUSED: Final = {SIGN_IN_REFUSED: 60, CODE_REFUSED: 40}


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
    found = await fetch(
        Login.WEB,
        "SELECT coalesce(min(email), '') AS email FROM accounts.account WHERE email = $1",
        known_as(email),
    )
    known = found[0]["email"]
    # the same is asked of the database where there is none: no time tells of it, to nobody
    await record_if(
        Login.WEB,
        happened=bool(known),
        now=now(),
        actor="system",
        action=SIGN_IN_REFUSED,
        subject=known,
        facts={},
    )


async def refused_too_often(action: str, email: str) -> float:
    """Return the seconds to wait where more was refused than `tries` lets anybody try, else 0.

    Whoever writes to Redis takes away what is counted there; nobody takes a row out of the log.
    """
    then = now()
    last = await moment_of(MOST_REFUSED[action], action, known_as(email), then - LATELY)
    return (last + LATELY - then).total_seconds() if last else 0
