"""Which account somebody has whom the provider vouches for: found, made, or brought up to date."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

import asyncpg

from survey_app.accounts.change_account import is_last_administrator
from survey_app.accounts.create_account import as_address, store_account
from survey_app.accounts.errors import AccountError, AccountProblem
from survey_app.accounts.invitations import withdraw_invitations_of, withdraw_password_links
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.accounts.second_step.keep import forget_second_step
from survey_app.accounts.sign_on.claims import Somebody
from survey_app.accounts.sign_on.errors import SignOnError, SignOnProblem
from survey_app.accounts.tables import Account, AccountIdentity
from survey_app.audit.record import record
from survey_app.shared.database import Login, engine, fetch
from survey_app.shared.i18n import Language

LAST_ADMINISTRATOR_KEPT: Final = "last administrator kept"


async def account_of(
    somebody: Somebody, *, former: str = "", language: Language, now: datetime
) -> Account | None:
    """Return the account of a person, made or brought up to date by what the provider tells.

    Parameters
    ----------
    somebody : Somebody
    former : str
        What earlier versions knew them by; empty where that was nothing else.
    language : Language
    now : datetime

    Returns
    -------
    Account or None
        None where an account with a password has the same address and was not linked yet: an
        address alone proves nothing (it may be another person's by now).

    Raises
    ------
    SignOnError
        If the account was closed here, or somebody new has no role, no unit, no address, or one
        that may be read as another's.
    """
    try:
        async with engine(Login.WEB).transaction():
            account = await _account_of(somebody, former, language, now)
    except (asyncpg.UniqueViolationError, AccountError):
        # made by another reply of the same person, or by an invitation, a moment ago
        async with engine(Login.WEB).transaction():
            account = await _account_of(somebody, former, language, now)
    return account


async def link_account(account: Account, somebody: Somebody, *, now: datetime) -> bool:
    """Let a person sign in to an account that they proved theirs, and by nothing else from now on.

    Whoever leaves the directory must not come in by a password that stayed.

    Returns
    -------
    bool
        False where another tab of the same person did it a moment ago.

    Raises
    ------
    SignOnError
        If another person linked the account a moment ago, or it was closed; or if the person has
        linked another account by now.
    """
    try:
        return await _link_once(account, somebody, now)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "one_account":
            raise
        raise SignOnError("linked to another account", SignOnProblem.ELSEWHERE) from None


async def _link_once(account: Account, somebody: Somebody, now: datetime) -> bool:
    async with engine(Login.WEB).transaction():
        # nor by one that a link of before lets them choose: who uses one holds the link first, and
        # then the account
        await withdraw_password_links(account.email, now=now)
        still = await _still_has_a_password(account, somebody)
        account.password = ""
        if not still:
            return False
        await _link(account.id, somebody, now)
        await account.save([Account.password])
        # the provider asks for one, or none is asked for
        await forget_second_step(account.id, Login.WEB)
        await record(
            Login.WEB,
            now=now,
            actor=account.email,
            action="account linked",
            subject=account.email,
            issuer=somebody.issuer,
        )
        await _bring_up_to_date(account, somebody, now)
    return True


async def _still_has_a_password(account: Account, somebody: Somebody) -> bool:
    """Hold the account, and tell whether it is still to be linked: one password links it once."""
    if account.role == Role.ADMIN:
        # held in the order in which everybody holds them who looks for another administrator
        await is_last_administrator(Login.WEB, account.id)
    rows = await fetch(
        Login.WEB,
        "SELECT active, password <> '' AS has_password FROM accounts.account"
        " WHERE id = $1 FOR UPDATE",
        account.id,
    )
    if not rows or not rows[0]["active"]:
        raise SignOnError("the account was closed here", SignOnProblem.CLOSED)
    if rows[0]["has_password"]:
        return True
    # a statement of its own: the one above sees of other tables what was there as it began to wait
    linked = await _identity_of(somebody)
    if linked is None or linked.account != account.id:
        raise SignOnError("the address is another person's here", SignOnProblem.TAKEN)
    return False


async def _account_of(
    somebody: Somebody, former: str, language: Language, now: datetime
) -> Account | None:
    link = await _identity_of(somebody)
    if link is None and former and await _knew_as(former, somebody, now):
        link = await _identity_of(somebody)
    if link is None:
        return await _new_account(somebody, language, now)
    account = await Account.objects().where(Account.id == link.account).first()
    if account is None or not account.active:
        raise SignOnError("the account was closed here", SignOnProblem.CLOSED)
    await _bring_up_to_date(account, somebody, now)
    return account


async def _identity_of(somebody: Somebody) -> AccountIdentity | None:
    return (
        await AccountIdentity.objects()
        .where(
            AccountIdentity.issuer == somebody.issuer,
            AccountIdentity.subject == somebody.subject,
        )
        .first()
    )


async def _knew_as(former: str, somebody: Somebody, now: datetime) -> bool:
    """Know a person of before by their subject from now on: once, and by the same address."""
    rows = await fetch(
        Login.WEB,
        "SELECT a.id, a.email FROM accounts.account a JOIN accounts.identity i ON i.account = a.id"
        " WHERE i.issuer = $1 AND i.subject = $2 AND a.email = $3 FOR UPDATE OF a",
        somebody.issuer,
        former,
        somebody.email,
    )
    # a statement of its own: whoever held the account meanwhile may have done it
    if not rows or await _is_known_anew(rows[0]["id"], former, somebody):
        return False
    await _link(rows[0]["id"], somebody, now)
    await record(
        Login.WEB,
        now=now,
        actor=rows[0]["email"],
        action="account linked",
        subject=rows[0]["email"],
        issuer=somebody.issuer,
    )
    return True


async def _is_known_anew(account: uuid.UUID, former: str, somebody: Somebody) -> bool:
    return await AccountIdentity.exists().where(
        AccountIdentity.account == account,
        AccountIdentity.issuer == somebody.issuer,
        AccountIdentity.subject != former,
    )


async def _new_account(somebody: Somebody, language: Language, now: datetime) -> Account | None:
    try:
        email = as_address(somebody.email)
    except AccountError as error:
        alike = error.kind is AccountProblem.ALIKE
        kind = SignOnProblem.ALIKE if alike else SignOnProblem.NO_ADDRESS
        raise SignOnError(str(error), kind) from None
    there = await Account.objects().where(Account.email == email).first()
    if there is not None and not there.password:
        raise SignOnError("the address is another person's here", SignOnProblem.TAKEN)
    if there is not None:
        return None
    if somebody.role is None:
        raise SignOnError("roles are kept here, and there is none", SignOnProblem.NO_ROLE)
    if somebody.role in UNIT_ROLES and not somebody.unit:
        raise SignOnError("the role needs a unit", SignOnProblem.NO_UNIT)
    await store_account(
        email=email,
        password="",
        role=somebody.role,
        unit=somebody.unit,
        language=language,
        now=now,
    )
    account = await Account.objects().where(Account.email == email).first()
    if account is None:
        raise SignOnError("the account was not stored", SignOnProblem.AWAY)
    await _link(account.id, somebody, now)
    await record(
        Login.WEB,
        now=now,
        actor="single sign-on",
        action="account opened",
        subject=email,
        role=somebody.role.value,
        unit=somebody.unit,
        issuer=somebody.issuer,
    )
    return account


async def _bring_up_to_date(account: Account, somebody: Somebody, now: datetime) -> None:
    """Take role and unit from the directory, where it has them; its word is the later one."""
    role = somebody.role or Role(account.role)
    unit = (somebody.unit or account.unit) if role in UNIT_ROLES else ""
    if role in UNIT_ROLES and not unit:
        raise SignOnError("the role needs a unit", SignOnProblem.NO_UNIT)
    if (account.role, account.unit) == (role.value, unit):
        return
    if account.role == Role.ADMIN and await is_last_administrator(Login.WEB, account.id):
        # as on pages: an installation that nobody administers is mended by its operator alone
        await record(
            Login.WEB,
            now=now,
            actor="single sign-on",
            action=LAST_ADMINISTRATOR_KEPT,
            subject=account.email,
            role_there=role.value,
        )
        return
    then = (account.role, account.unit)
    account.role, account.unit = role.value, unit
    await account.save([Account.role, Account.unit])
    if role != Role.ADMIN:
        await withdraw_invitations_of(account.id, actor="single sign-on", now=now)
    await record(
        Login.WEB,
        now=now,
        actor="single sign-on",
        action="account changed",
        subject=account.email,
        role=role.value,
        unit=unit,
        role_before=then[0],
        unit_before=then[1],
        password=False,
    )


async def _link(account: uuid.UUID, somebody: Somebody, now: datetime) -> None:
    await AccountIdentity(
        id=uuid.uuid4(),
        account=account,
        issuer=somebody.issuer,
        subject=somebody.subject,
        linked_at=now,
    ).save()
