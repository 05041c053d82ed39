"""Make an account; the password is hashed with argon2id and never stored otherwise."""

from __future__ import annotations

import functools
import uuid
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from survey_app.accounts.errors import AccountError
from survey_app.accounts.hashing import beside_the_pages
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.accounts.tables import Account
from survey_app.shared.i18n import Language

SHORTEST_PASSWORD = 10
_hasher = PasswordHasher()
# compared with when the address is unknown, so that the reply takes as long
_NOBODY = _hasher.hash("nobody has this password")


async def create_account(
    *, email: str, role: Role, password: str, unit: str, language: Language, now: datetime
) -> None:
    """Create an account.

    Raises
    ------
    AccountError
        If the address is taken or none, the password too short, or the unit missing for a role
        that is bound to one.
    """
    email = email.strip().lower()
    if "@" not in email:
        raise AccountError(f"'{email}' is not an e-mail address")
    secret = hashed(password)
    if role in UNIT_ROLES and not unit:
        raise AccountError(f"the role '{role}' needs a unit: --unit CODE")
    if await Account.exists().where(Account.email == email):
        raise AccountError(f"there is already an account for {email}")
    await Account(
        id=uuid.uuid4(),
        email=email,
        password=secret,
        role=role.value,
        unit=unit,
        language=language,
        created_at=now,
    ).save()


def hashed(password: str) -> str:
    """Return what is stored of a password.

    Raises
    ------
    AccountError
        If it is too short.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(f"the password needs at least {SHORTEST_PASSWORD} characters")
    return _hasher.hash(password)


async def check_password(email: str, password: str) -> Account | None:
    """Return the active account that these belong to, in the same time whether it exists or not.

    Raises
    ------
    TooBusy
        If too many wait for theirs already.
    """
    account = await Account.objects().where(Account.email == email.strip().lower()).first()
    stored = account.password if account else _NOBODY
    right = await beside_the_pages(functools.partial(_fits, stored, password))
    return account if right and account is not None and account.active else None


def _fits(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
