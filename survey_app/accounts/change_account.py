"""Change, close or reopen an account; it holds from the next request on, also in open sessions."""

from __future__ import annotations

from datetime import datetime

from survey_app.accounts.create_account import hashed
from survey_app.accounts.errors import AccountError
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.accounts.tables import Account
from survey_app.audit.record import record
from survey_app.shared.database import Login


async def change_account(
    email: str,
    *,
    now: datetime,
    role: Role | None = None,
    unit: str | None = None,
    password: str | None = None,
) -> None:
    """Give an account another role, unit or password; what is None stays.

    Raises
    ------
    AccountError
        If there is none, nothing is changed, the password is too short, or the unit is missing for
        a role that is bound to one.
    """
    account = await _find(email)
    if role is None and unit is None and password is None:
        raise AccountError("say what to change: --role, --unit or --new-password")
    then = (account.role, account.unit)
    account.role = role.value if role else account.role
    account.unit = account.unit if unit is None else unit
    if Role(account.role) not in UNIT_ROLES:
        account.unit = ""
    elif not account.unit:
        raise AccountError(f"the role '{account.role}' needs a unit: --unit CODE")
    if password is not None:
        account.password = hashed(password)
    await account.save([Account.role, Account.unit, Account.password])
    await _audit(
        "account changed",
        account,
        now,
        role_before=then[0],
        unit_before=then[1],
        password=password is not None,
    )


async def set_active(email: str, *, active: bool, now: datetime) -> None:
    """Close an account, or open it again: its mails stop, and its sessions end, with the closing.

    Raises
    ------
    AccountError
        If there is none.
    """
    account = await _find(email)
    account.active = active
    await account.save([Account.active])
    await _audit("account reopened" if active else "account closed", account, now)


async def _find(email: str) -> Account:
    account = await Account.objects().where(Account.email == email.strip().lower()).first()
    if account is None:
        raise AccountError(f"there is no account for {email}")
    return account


async def _audit(action: str, account: Account, now: datetime, **facts: object) -> None:
    await record(
        Login.MIGRATOR,
        now=now,
        actor="system",
        action=action,
        subject=account.email,
        role=account.role,
        unit=account.unit,
        **facts,
    )
