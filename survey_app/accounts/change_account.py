"""Change, close or reopen an account; it holds from the next request on, also in open sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from survey_app.accounts.addresses import known_as
from survey_app.accounts.create_account import check_unit, hashed
from survey_app.accounts.errors import AccountError, AccountProblem
from survey_app.accounts.invitations import withdraw_invitations_of, withdraw_password_links
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.accounts.tables import Account
from survey_app.accounts.two_people import stands_behind
from survey_app.audit.record import COMMAND_LINE, record
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, engine, fetch
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class Hand:
    """Who changes accounts, and as which login: the operator's command, or a page.

    ``keeps_one``: an administrator is left who can sign in; the operator may do without.
    ``account``: of who does it on a page, whom the changed one counts as one with for a while
    (docs/adr/0109); what the operator gives, nobody on a page gave.
    """

    login: Login = Login.MIGRATOR
    actor: str = COMMAND_LINE
    keeps_one: bool = False
    account: UUID | None = None


OPERATOR: Final = Hand()
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('account/' || $1, 0))"


def access_seen(role: str, unit: str, language: str) -> str:
    """Name what a form changes of an account, as it stood when the form was opened."""
    return f"{role} {unit} {language}"


async def change_account(
    email: str,
    *,
    now: datetime,
    role: Role | None = None,
    unit: str | None = None,
    password: str | None = None,
    language: Language | None = None,
    hand: Hand = OPERATOR,
    seen: str = "",
) -> None:
    """Give an account another role, unit, password or language; what is None stays.

    ``seen`` is how a form saw it (`access_seen`); empty for whoever saw nothing.

    Raises
    ------
    AccountError
        If there is none, nothing is changed, the password is too short, the unit is missing for a
        role that is bound to one, no administrator would be left, or somebody else changed it since
        it was seen.
    """
    if role is None and unit is None and password is None and language is None:
        raise AccountError(
            "say what to change: --role, --unit or --new-password", AccountProblem.UNCHANGED
        )
    async with engine(hand.login).transaction():
        # of two who change it in the same moment, the second sees what the first has made of it
        await fetch(hand.login, _ONE_AT_A_TIME, email)
        account = await _find(email)
        _check_seen(account, seen, access_seen(role or "", unit or "", language or ""))
        if password is not None:
            await withdraw_password_links(account.email, now=now, login=hand.login)
        then = (account.role, account.unit)
        account.role = role.value if role else account.role
        account.unit = account.unit if unit is None else unit
        account.language = language or account.language
        if Role(account.role) not in UNIT_ROLES:
            account.unit = ""
        check_unit(Role(account.role), account.unit)
        if account.role != Role.ADMIN:
            await _keep_one(account, hand)
            await _invite_no_more(account, hand, now)
        if password is not None:
            account.password = hashed(password)
        if account.role != then[0] or (role and hand.account is None):
            await _note_giver(account, hand, now)
        changed = [
            Account.role, Account.unit, Account.language, Account.given_by, Account.given_at,
        ]  # fmt: skip
        # else one that its owner chooses just now would give way to the one before
        await account.save([*changed, Account.password] if password is not None else changed)
        await _audit(
            "account changed",
            account,
            now,
            hand,
            role_before=then[0],
            unit_before=then[1],
            password=password is not None,
        )


def _check_seen(account: Account, seen: str, wanted: str) -> None:
    """Refuse a form that was opened before somebody else changed the account to something else."""
    stands = access_seen(account.role, account.unit, account.language)
    if seen and stands not in {seen, wanted}:
        raise AccountError("somebody else changed it meanwhile", AccountProblem.CHANGED)


async def set_active(email: str, *, active: bool, now: datetime, hand: Hand = OPERATOR) -> None:
    """Close an account, or open it again: mails, sessions and links to it end with the closing.

    Raises
    ------
    AccountError
        If there is none, or no administrator would be left.
    """
    async with engine(hand.login).transaction():
        account = await _find(email)
        if not active:
            # opened again, it has no key to it from before
            await withdraw_password_links(account.email, now=now, login=hand.login)
            await _keep_one(account, hand)
            await _invite_no_more(account, hand, now)
        if active and not account.active:
            await _note_giver(account, hand, now)
        account.active = active
        account.closed_on = None if active else now.astimezone(OSLO).date()
        await account.save([Account.active, Account.closed_on, Account.given_by, Account.given_at])
        await _audit("account reopened" if active else "account closed", account, now, hand)


async def is_last_administrator(login: Login, account: UUID) -> bool:
    """Tell, in a transaction, whether nobody else could administer accounts."""
    # locked: two administrators who close each other at once are still two here
    rows = await fetch(
        login,
        "SELECT id FROM accounts.account WHERE active AND role = $1 ORDER BY id FOR UPDATE",
        Role.ADMIN.value,
    )
    return bool(rows) and all(row["id"] == account for row in rows)


async def _keep_one(account: Account, hand: Hand) -> None:
    if hand.keeps_one and await is_last_administrator(hand.login, account.id):
        raise AccountError("no administrator would be left", AccountProblem.LAST_ADMINISTRATOR)


async def _invite_no_more(account: Account, hand: Hand, now: datetime) -> None:
    # else whoever lost their access leaves a way in behind, for a week
    await withdraw_invitations_of(account.id, actor=hand.actor, now=now, login=hand.login)


async def _note_giver(account: Account, hand: Hand, now: datetime) -> None:
    if hand.account and await stands_behind(hand.login, account.id, hand.account):
        # by its own hand, or by one that it gave a role: it still stands for who gave it its own
        return
    account.given_by = hand.account
    account.given_at = now if hand.account else None


async def _find(email: str) -> Account:
    # a page gives an address as it is stored: of two that are read alike, that one is meant
    found = await Account.objects().where(Account.email.is_in([email, known_as(email)]))
    account = max(found, key=lambda one: one.email == email, default=None)
    if account is None:
        raise AccountError(f"there is no account for {email}", AccountProblem.UNKNOWN)
    return account


async def _audit(action: str, account: Account, now: datetime, hand: Hand, **facts: object) -> None:
    await record(
        hand.login,
        now=now,
        actor=hand.actor,
        action=action,
        subject=account.email,
        role=account.role,
        unit=account.unit,
        **facts,
    )
