"""Invitations to an account, and links to choose a new password: rows here, mails by the worker."""

from __future__ import annotations

import functools
import uuid
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from survey_app.accounts.create_account import (
    as_address,
    check_unit,
    hashed,
    refuse_taken,
    store_account,
)
from survey_app.accounts.errors import AccountError, AccountProblem
from survey_app.accounts.hashing import beside_the_pages
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.audit.record import record, record_if
from survey_app.shared.database import Login, engine, fetch
from survey_app.shared.i18n import Language, as_language

TO_COME: Final = timedelta(days=7)
TO_REMEMBER: Final = timedelta(hours=2)

# one for each mail that is due, locked; the worker sees of accounts nothing else
CLAIM: Final = """
SELECT i.id, i.purpose, i.email, i.role, i.language, i.ends_at, i.attempts, i.problem
FROM accounts.invitation i
WHERE i.state = 'due' AND i.due_at <= $1 AND i.ends_at > $1
  AND i.used_at IS NULL AND i.withdrawn_at IS NULL
ORDER BY i.due_at, i.id LIMIT 1 FOR UPDATE OF i SKIP LOCKED
"""
_QUEUE: Final = (
    "INSERT INTO accounts.invitation (id, purpose, email, role, unit, language, actor,"
    " invited_by, created_at, ends_at, due_at, state, attempts, problem)"
    " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, 'due', 0, '' WHERE $3::varchar <> ''"
)
_LINKS: Final = 731  # of links, among locks with two numbers
OPEN_RESET: Final = "email = $1 AND purpose = 'reset' AND used_at IS NULL AND withdrawn_at IS NULL"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that somebody is invited to."""

    email: str
    role: Role
    unit: str
    language: Language


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A link that was sent, or waits to be, as it is stored."""

    id: UUID
    purpose: str
    email: str
    role: str
    unit: str
    language: str
    ends_at: datetime
    state: str
    problem: str
    invited_by: UUID | None

    def is_over(self, now: datetime) -> bool:
        """Tell whether its link is worth nothing any more."""
        return now >= self.ends_at


_COLUMNS: Final = ", ".join(one.name for one in fields(StoredLink))


async def invite(
    wanted: NewAccount, *, actor: str, now: datetime, account: UUID | None = None
) -> None:
    """Invite somebody by mail; a former invitation to the same address ends.

    ``account`` is that of ``actor``, who invites.

    Raises
    ------
    AccountError
        If the address is none or has an account, or the unit is missing for a role that has one.
    """
    email = as_address(wanted.email)
    unit = wanted.unit if wanted.role in UNIT_ROLES else ""
    check_unit(wanted.role, unit)
    await refuse_taken(email)
    async with engine(Login.WEB).transaction():
        await one_link_at_a_time(email)
        await fetch(
            Login.WEB,
            "UPDATE accounts.invitation SET withdrawn_at = $2"
            " WHERE email = $1 AND used_at IS NULL AND withdrawn_at IS NULL",
            email,
            now,
        )
        told = wanted.role.value, unit, wanted.language, actor, account
        await queue_link("invite", email, *told, now)
        await note_link("account invited", email, actor, now, role=wanted.role.value, unit=unit)


async def send_again(invitation: UUID, *, actor: str, now: datetime) -> bool:
    """Send an invitation once more, for as long as the first time; tell whether it is open."""
    async with engine(Login.WEB).transaction():
        rows = await fetch(
            Login.WEB,
            "UPDATE accounts.invitation SET state = 'due', due_at = $2, ends_at = $3, attempts = 0,"
            " problem = '', sent_at = NULL WHERE id = $1 AND purpose = 'invite'"
            " AND used_at IS NULL AND withdrawn_at IS NULL RETURNING email",
            invitation,
            now,
            now + TO_COME,
        )
        for row in rows:
            await note_link("account invited", row["email"], actor, now, again=True)
    return bool(rows)


async def withdraw_invitation(invitation: UUID, *, actor: str, now: datetime) -> bool:
    """Take an invitation back: its link is worth nothing from now on."""
    async with engine(Login.WEB).transaction():
        rows = await fetch(
            Login.WEB,
            "UPDATE accounts.invitation SET withdrawn_at = $2, state = 'cancelled'"
            " WHERE id = $1 AND used_at IS NULL AND withdrawn_at IS NULL RETURNING email",
            invitation,
            now,
        )
        for row in rows:
            await note_link("invitation withdrawn", row["email"], actor, now)
    return bool(rows)


async def withdraw_invitations_of(
    account: UUID, *, actor: str, now: datetime, login: Login = Login.WEB
) -> None:
    """Take back what somebody invited others to who may invite nobody any more."""
    rows = await fetch(
        login,
        "UPDATE accounts.invitation SET withdrawn_at = $2, state = 'cancelled'"
        " WHERE invited_by = $1 AND purpose = 'invite' AND used_at IS NULL"
        " AND withdrawn_at IS NULL RETURNING email",
        account,
        now,
    )
    for row in rows:
        await record(
            login, now=now, actor=actor, action="invitation withdrawn", subject=row["email"]
        )


async def one_link_at_a_time(email: str) -> None:
    """Let the second of two who send links to one address at once find that of the first."""
    await fetch(Login.WEB, "SELECT pg_advisory_xact_lock($1, hashtext($2))", _LINKS, email)


async def withdraw_password_links(
    email: str,
    *,
    now: datetime,
    mailed_before: datetime | None = None,
    login: Login = Login.WEB,
) -> None:
    """Let no link that was sent to choose a new password be used any more.

    With ``mailed_before`` those that were mailed since then stay.
    """
    await fetch(
        login,
        f"UPDATE accounts.invitation SET withdrawn_at = $2 WHERE {OPEN_RESET}"  # noqa: S608 - ours
        " AND ($3::timestamptz IS NULL OR state = 'due' OR coalesce(sent_at, due_at) <= $3)",
        email,
        now,
        mailed_before,
    )


async def find_link(invitation: UUID, *, now: datetime) -> StoredLink | None:
    """Find an invitation whose link still opens something; ``None`` for any other."""
    rows = await fetch(
        Login.WEB,
        f"SELECT {_COLUMNS} FROM accounts.invitation"  # noqa: S608 - ours
        f" WHERE id = $1 AND ends_at > $2 AND used_at IS NULL AND withdrawn_at IS NULL",
        invitation,
        now,
    )
    return StoredLink(**rows[0]) if rows else None


async def open_invitations() -> list[StoredLink]:
    """List whom somebody invited and who has not come, the newest first; none for two addresses."""
    rows = await fetch(
        Login.WEB,
        f"SELECT {_COLUMNS} FROM accounts.invitation"  # noqa: S608 - ours
        " WHERE purpose = 'invite' AND used_at IS NULL AND withdrawn_at IS NULL"
        " ORDER BY created_at DESC, id",
    )
    return [StoredLink(**row) for row in rows]


async def choose_password(invitation: UUID, password: str, *, now: datetime) -> str:
    """Use a link: make the account, or give it the new password. A link works once.

    Returns
    -------
    str
        The address to sign in with.

    Raises
    ------
    AccountError
        If the password is too short, the link is used, withdrawn or too old, or the account was
        made or closed since.
    TooBusy
        If too many wait for their passwords to be hashed.
    """
    secret = await beside_the_pages(functools.partial(hashed, password))
    async with engine(Login.WEB).transaction():
        rows = await fetch(
            Login.WEB,
            "UPDATE accounts.invitation SET used_at = $2"  # noqa: S608 - ours
            f" WHERE id = $1 AND ends_at > $2 AND used_at IS NULL AND withdrawn_at IS NULL"
            f" RETURNING {_COLUMNS}",
            invitation,
            now,
        )
        if not rows:
            raise AccountError("the link opens nothing any more", AccountProblem.LINK)
        used = StoredLink(**rows[0])
        if used.purpose == "invite":
            await refuse_taken(used.email)
            await store_account(
                email=used.email,
                password=secret,
                role=Role(used.role),
                unit=used.unit,
                language=as_language(used.language),
                now=now,
                given_by=used.invited_by,
            )
            await note_link("account opened", used.email, used.email, now, role=used.role)
        else:
            await _give_password(used.email, secret, now)
            await withdraw_password_links(used.email, now=now)
    return used.email


async def _give_password(email: str, secret: str, now: datetime) -> None:
    rows = await fetch(
        Login.WEB,
        "UPDATE accounts.account SET password = $2 WHERE email = $1 AND active RETURNING id",
        email,
        secret,
    )
    if not rows:
        raise AccountError("the account is closed", AccountProblem.LINK)
    await note_link("password chosen", email, email, now)


async def queue_link(
    purpose: str,
    email: str,
    role: str,
    unit: str,
    language: Language,
    actor: str,
    account: UUID | None,
    now: datetime,
) -> None:
    """Store a link whose mail is due now; none for nobody's address."""
    ends = now + (TO_COME if purpose == "invite" else TO_REMEMBER)
    told = (purpose, email, role, unit, language, actor, account)
    await fetch(Login.WEB, _QUEUE, uuid.uuid4(), *told, now, ends)


async def note_link(action: str, email: str, actor: str, now: datetime, **facts: object) -> None:
    """Tell the audit log of a link; nothing of nobody's address, which takes as long."""
    await record_if(
        Login.WEB,
        happened=bool(email),
        now=now,
        actor=actor,
        action=action,
        subject=email,
        facts=facts,
    )


async def password_links_due(*, now: datetime) -> bool:
    """Tell whether any mail waits to be sent."""
    rows = await fetch(
        Login.WORKER,
        "SELECT EXISTS (SELECT FROM accounts.invitation WHERE state = 'due' AND due_at <= $1"
        " AND ends_at > $1 AND used_at IS NULL AND withdrawn_at IS NULL) AS some",
        now,
    )
    return bool(rows[0]["some"])
