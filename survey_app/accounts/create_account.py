"""Make an account; the password is hashed with argon2id and never stored otherwise."""

from __future__ import annotations

import functools
import uuid
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from asyncpg.exceptions import UniqueViolationError

from survey_app.accounts.addresses import known_as, looks_like_another
from survey_app.accounts.errors import AccountError, AccountProblem
from survey_app.accounts.guessable import is_guessable
from survey_app.accounts.hashing import beside_the_pages
from survey_app.accounts.roles import LONGEST_SCOPE, UNIT_ROLES, Role
from survey_app.accounts.tables import Account
from survey_app.shared.i18n import Language
from survey_app.shared.mail_address import is_one_address

SHORTEST_PASSWORD = 10
_hasher = PasswordHasher()
# compared with when the address is unknown, so that the reply takes as long: of a password that was
# drawn and thrown away, as hard as `_hasher` makes them (every process that starts would hash it)
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$q/n/Y4M8LCgl/eVP1LuUuw$"
    "cl965jfz0/T7x8bV/C5ExQnOq47I7eyVEpUn0Ii0Ab0"
)


async def create_account(
    *, email: str, role: Role, password: str, unit: str, language: Language, now: datetime
) -> None:
    """Create an account.

    Raises
    ------
    AccountError
        If the address is taken or none, the password too short or easy to guess, or the unit
        missing for a role that is bound to one.
    """
    email = as_address(email)
    secret = hashed(password)
    check_unit(role, unit)
    await refuse_taken(email)
    await store_account(
        email=email, password=secret, role=role, unit=unit, language=language, now=now
    )


async def store_account(
    *,
    email: str,
    password: str,
    role: Role,
    unit: str,
    language: Language,
    now: datetime,
    given_by: UUID | None = None,
) -> None:
    """Write an account whose parts were looked at before; ``password`` is its hash.

    ``given_by`` is the account that invited it on a page.

    Raises
    ------
    AccountError
        If somebody else made one for the address a moment ago.
    """
    made = Account(
        id=uuid.uuid4(),
        email=email,
        password=password,
        role=role.value,
        unit=unit,
        language=language,
        created_at=now,
        given_by=given_by,
        given_at=now if given_by else None,
    )
    try:
        await made.save()
    except UniqueViolationError:
        raise _taken(email) from None


def as_address(email: str) -> str:
    """Return an e-mail address as it is stored.

    Raises
    ------
    AccountError
        If it is none, or may be read as another one.
    """
    email = known_as(email)
    if not is_one_address(email):
        raise AccountError(f"'{email}' is not an e-mail address", AccountProblem.ADDRESS)
    if looks_like_another(email):
        raise AccountError(
            f"'{email}' may be read as another address: it has letters of several alphabets, or a"
            " sign that looks like another",
            AccountProblem.ALIKE,
        )
    return email


def check_unit(role: Role, unit: str) -> None:
    """Refuse a role that is bound to a unit without one, and more units than an account can hold.

    Raises
    ------
    AccountError
        If ``unit`` is missing or too long.
    """
    if role in UNIT_ROLES and not unit:
        raise AccountError(f"the role '{role}' needs a unit: --unit CODE", AccountProblem.UNIT)
    if len(unit) > LONGEST_SCOPE:
        raise AccountError(
            f"the units take {len(unit)} characters with their commas, and {LONGEST_SCOPE} is the"
            " most: give a region instead, or fewer units",
            AccountProblem.UNIT,
        )


async def refuse_taken(email: str) -> None:
    """Refuse a second account for an address.

    Raises
    ------
    AccountError
        If there is one, open or closed.
    """
    if await Account.exists().where(Account.email == email):
        raise _taken(email)


def _taken(email: str) -> AccountError:
    return AccountError(f"there is already an account for {email}", AccountProblem.TAKEN)


def hashed(password: str) -> str:
    """Return what is stored of a password.

    Raises
    ------
    AccountError
        If it is too short, or too easy to guess.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(
            f"the password needs at least {SHORTEST_PASSWORD} characters", AccountProblem.PASSWORD
        )
    if is_guessable(password):
        raise AccountError(
            "the password is among the first that somebody would guess: take a longer one, such as"
            " four words that have nothing to do with one another",
            AccountProblem.PASSWORD,
        )
    return _hasher.hash(password)


async def check_password(email: str, password: str) -> Account | None:
    """Return the active account that these belong to, in the same time whether it exists or not.

    Raises
    ------
    TooBusy
        If too many wait for theirs already.
    """
    account = await Account.objects().where(Account.email == known_as(email)).first()
    # an account of single sign-on has no password
    stored = (account.password if account else "") or _NOBODY
    right = await beside_the_pages(functools.partial(_fits, stored, password))
    known = account is not None and account.active and account.password
    return account if right and known else None


def _fits(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
