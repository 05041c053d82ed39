"""The passkeys of an account: added, used, removed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from survey_app.accounts.notices import AccountEvent
from survey_app.accounts.second_step.keep import (
    forget_codes_without_use,
    log_and_tell,
    new_codes_for,
    recovery_codes_left,
)
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, engine, fetch

LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class ListedPasskey:
    """A passkey as its owner sees it."""

    id: UUID
    credential: bytes
    name: str
    added_on: date
    last_used_on: date | None


@dataclass(frozen=True, slots=True)
class KnownPasskey:
    """What an answer of a device is held against."""

    id: UUID
    account: UUID
    public_key: bytes
    sign_count: int


async def list_passkeys(account: UUID) -> list[ListedPasskey]:
    """Return the passkeys of an account, in the order in which they were added."""
    rows = await fetch(
        Login.WEB,
        "SELECT id, credential, name, added_on, last_used_on FROM accounts.passkey"
        " WHERE account = $1 ORDER BY added_on, name, id",
        account,
    )
    return [ListedPasskey(**row) for row in rows]


async def find_passkey(credential: bytes) -> KnownPasskey | None:
    """Find a passkey of an account that is open and signed in to here, by what its device says."""
    rows = await fetch(
        Login.WEB,
        "SELECT p.id, p.account, p.public_key, p.sign_count FROM accounts.passkey p"
        " JOIN accounts.account a ON a.id = p.account"
        " WHERE p.credential = $1 AND a.active AND a.password <> ''",
        credential,
    )
    return KnownPasskey(**rows[0]) if rows else None


async def add_passkey(
    account: UUID,
    email: str,
    *,
    credential: bytes,
    public_key: bytes,
    sign_count: int,
    name: str,
    key: bytes,
    now: datetime,
) -> list[str] | None:
    """Add a passkey; return codes for paper, told this once, where there were none.

    Returns
    -------
    list of str or None
        None where the device's key is known already.
    """
    async with engine(Login.WEB).transaction():
        rows = await fetch(
            Login.WEB,
            "INSERT INTO accounts.passkey (id, account, credential, public_key, sign_count, name,"
            " added_on) VALUES ($1, $2, $3, $4, $5, $6, $7)"
            " ON CONFLICT (credential) DO NOTHING RETURNING id",
            uuid.uuid4(),
            account,
            credential,
            public_key,
            sign_count,
            name.strip()[:LONGEST_NAME],
            now.astimezone(OSLO).date(),
        )
        if not rows:
            return None
        codes = [] if await recovery_codes_left(account) else await new_codes_for(account, key)
        await log_and_tell(email, "passkey added", AccountEvent.PASSKEY_ADDED, now)
    return codes


async def use_passkey(passkey: UUID, *, sign_count: int, today: date) -> bool:
    """Keep the count of a passkey that signed; tell whether no other answer came first."""
    rows = await fetch(
        Login.WEB,
        "UPDATE accounts.passkey SET sign_count = $2, last_used_on = $3 WHERE id = $1"
        " AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0)) RETURNING id",
        passkey,
        sign_count,
        today,
    )
    return bool(rows)


async def remove_passkey(account: UUID, email: str, passkey: UUID, *, now: datetime) -> bool:
    """Remove a passkey of an account; tell whether there was such a one."""
    async with engine(Login.WEB).transaction():
        rows = await fetch(
            Login.WEB,
            "DELETE FROM accounts.passkey WHERE id = $1 AND account = $2 RETURNING id",
            passkey,
            account,
        )
        if rows:
            await forget_codes_without_use(account)
            await log_and_tell(email, "passkey removed", AccountEvent.PASSKEY_REMOVED, now)
    return bool(rows)
