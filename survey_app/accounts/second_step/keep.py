"""The second step of an account: turned on, asked for, turned off, taken away."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Final, cast
from uuid import UUID

from survey_app.accounts.addresses import known_as
from survey_app.accounts.change_account import OPERATOR, Hand
from survey_app.accounts.errors import AccountError, AccountProblem
from survey_app.accounts.more_than_a_password import has_second_step
from survey_app.accounts.notices import AccountEvent, tell_owner
from survey_app.accounts.second_step.codes import (
    DIGITS,
    new_recovery_codes,
    open_app_secret,
    recovery_digest,
    seal_app_secret,
    step_at,
    step_of_code,
    unspaced,
)
from survey_app.accounts.sessions import CLOCKS_APART
from survey_app.audit.record import record
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, engine, fetch
from survey_app.shared.secret import accepted

LONGEST: Final = 40  # signs of what is looked at as a code


class Taken(StrEnum):
    """What a code was that was taken."""

    NONE = ""
    APP = "app"
    RECOVERY = "recovery"


async def has_app(account: UUID) -> bool:
    """Tell whether an account is asked for codes of an app."""
    rows = await fetch(
        Login.WEB,
        "SELECT EXISTS (SELECT FROM accounts.second_step WHERE account = $1) AS some",
        account,
    )
    return bool(rows[0]["some"])


async def recovery_codes_left(account: UUID) -> int:
    """Return how many codes on paper were not used."""
    rows = await fetch(
        Login.WEB, "SELECT count(*) FROM accounts.recovery_code WHERE account = $1", account
    )
    return int(rows[0]["count"])


async def accept_code(account: UUID, typed: str, *, key: bytes, now: datetime) -> Taken:
    """Take a code of the app or on paper, each once; ``key`` is the installation's secret."""
    code = unspaced(typed[:LONGEST])
    if len(code) == DIGITS and code.isdecimal():
        return Taken.APP if await _take_step(account, code, key, now) else Taken.NONE
    rows = await fetch(
        Login.WEB,
        "DELETE FROM accounts.recovery_code WHERE account = $1 AND digest = ANY($2) RETURNING id",
        account,
        [recovery_digest(code, account, one) for one in accepted(key)],
    )
    return Taken.RECOVERY if rows else Taken.NONE


async def turn_on(
    account: UUID, email: str, secret: str, *, step: int, key: bytes, now: datetime
) -> list[str]:
    """Ask for codes of an app from now on; return codes for paper, told this once.

    Parameters
    ----------
    step : int
        Of the code that was typed back, which is not taken again.
    key : bytes
        The installation's secret.

    Raises
    ------
    AccountError
        If it is on already.
    """
    async with engine(Login.WEB).transaction():
        rows = await fetch(
            Login.WEB,
            "INSERT INTO accounts.second_step (id, account, sealed, last_step, since)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account) DO NOTHING RETURNING id",
            uuid.uuid4(),
            account,
            seal_app_secret(secret, account, key),
            step,
            now.astimezone(OSLO).date(),
        )
        if not rows:
            raise AccountError("the second step is on already", AccountProblem.SECOND_STEP)
        codes = await new_codes_for(account, key)
        await log_and_tell(email, "second step turned on", AccountEvent.ON, now)
    return codes


async def turn_off(account: UUID, email: str, *, now: datetime) -> None:
    """Ask for no codes any more."""
    async with engine(Login.WEB).transaction():
        await fetch(Login.WEB, "DELETE FROM accounts.second_step WHERE account = $1", account)
        await forget_codes_without_use(account)
        await log_and_tell(email, "second step turned off", AccountEvent.OFF, now)


async def renew_codes(account: UUID, email: str, *, key: bytes, now: datetime) -> list[str]:
    """Return new codes for paper, told this once; the former ones are worth nothing."""
    async with engine(Login.WEB).transaction():
        codes = await new_codes_for(account, key)
        await log_and_tell(email, "recovery codes made", AccountEvent.CODES, now)
    return codes


async def take_second_step_away(email: str, *, now: datetime, hand: Hand = OPERATOR) -> UUID | None:
    """Take a lost second step away, as an administrator or the operator; nobody sets one so.

    Returns
    -------
    UUID or None
        The account, whose sessions the caller ends; None where there was nothing to take away.

    Raises
    ------
    AccountError
        If there is no such account.
    """
    async with engine(hand.login).transaction():
        # as it is stored, else as it is written: as in `change_account`
        rows = await fetch(
            hand.login,
            "SELECT id, email FROM accounts.account WHERE email IN ($1, $2)"
            " ORDER BY email = $1 DESC LIMIT 1",
            email,
            known_as(email),
        )
        if not rows:
            raise AccountError(f"there is no account for {email}", AccountProblem.UNKNOWN)
        email = rows[0]["email"]
        if not await forget_second_step(rows[0]["id"], hand.login):
            return None
        await record(
            hand.login, now=now, actor=hand.actor, action="second step taken away", subject=email
        )
        await tell_owner(email, AccountEvent.TAKEN, now=now, login=hand.login)
    return cast("UUID", rows[0]["id"])


async def forget_second_step(account: UUID, login: Login) -> bool:
    """Delete all that an account's second step consists of; the caller writes it in the log.

    Returns
    -------
    bool
        Whether there was anything of it.
    """
    gone = 0
    for table in ("second_step", "passkey", "recovery_code"):
        statement = f"DELETE FROM accounts.{table} WHERE account = $1 RETURNING 1"  # noqa: S608 - ours
        gone += len(await fetch(login, statement, account))
    return gone > 0


async def log_and_tell(email: str, action: str, what: AccountEvent, now: datetime) -> None:
    """Write into the log what an owner did to their way of signing in, and tell them by mail."""
    await record(Login.WEB, now=now, actor=email, action=action, subject=email)
    await tell_owner(email, what, now=now)


async def _take_step(account: UUID, code: str, key: bytes, now: datetime) -> bool:
    rows = await fetch(
        Login.WEB, "SELECT sealed FROM accounts.second_step WHERE account = $1", account
    )
    secret = open_app_secret(bytes(rows[0]["sealed"]), account, key) if rows else None
    step = step_of_code(secret, code, now) if secret else None
    if step is None:
        return False
    # one statement: of two that come with the same code at once one is refused
    return bool(
        await fetch(
            Login.WEB,
            "UPDATE accounts.second_step SET last_step = $2"
            " WHERE account = $1 AND (last_step < $2 OR last_step > $3) RETURNING id",
            account,
            step,
            # one taken while the clock was ahead keeps nobody out once it is right
            step_at(now + CLOCKS_APART),
        )
    )


async def forget_codes_without_use(account: UUID) -> None:
    """Delete codes on paper of an account that asks for its password alone again."""
    if not await has_second_step(account):
        await fetch(Login.WEB, "DELETE FROM accounts.recovery_code WHERE account = $1", account)


async def new_codes_for(account: UUID, key: bytes) -> list[str]:
    """Store new codes for paper in the place of the former, in a transaction, and return them."""
    codes = new_recovery_codes()
    # of two sheets that are made at once the later one takes the other's place
    await fetch(
        Login.WEB, "SELECT id FROM accounts.account WHERE id = $1 FOR NO KEY UPDATE", account
    )
    await fetch(Login.WEB, "DELETE FROM accounts.recovery_code WHERE account = $1", account)
    for code in codes:
        await fetch(
            Login.WEB,
            "INSERT INTO accounts.recovery_code (id, account, digest) VALUES ($1, $2, $3)",
            uuid.uuid4(),
            account,
            recovery_digest(code, account, key),
        )
    return codes
