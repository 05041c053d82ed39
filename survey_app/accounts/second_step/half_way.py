"""Between the password and the second step: what the page carries, sealed, for ten minutes.

Nothing is kept on the server, and nobody is signed in: who has it needs a code all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from survey_app.accounts.second_step.page_seal import opened_from_a_page, sealed_for_a_page
from survey_app.accounts.sessions import password_mark
from survey_app.accounts.tables import Account

LASTS: Final = timedelta(minutes=10)
PURPOSE: Final = b"half-way"


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Whose password was right."""

    account: UUID
    password: str
    """What marks the password, as sessions have it: a new one ends this, too."""


def half_way_token(account: Account, *, key: bytes, now: datetime) -> str:
    """Return what the page carries; ``key`` is the installation's secret."""
    told = [str(account.id), password_mark(account.password), (now + LASTS).isoformat()]
    return sealed_for_a_page(told, PURPOSE, key)


def read_half_way(token: str, *, key: bytes, now: datetime) -> HalfWay | None:
    """Return whose password was right; None for a token that is too old, or none of ours."""
    told = opened_from_a_page(token, PURPOSE, key)
    if told is None or now > datetime.fromisoformat(told[2]):
        return None
    return HalfWay(UUID(told[0]), told[1])


async def account_half_way(found: HalfWay) -> Account | None:
    """Return the account, unless it was closed or got another password since."""
    account = await Account.objects().where(Account.id == found.account).first()
    if account is None or not account.active or password_mark(account.password) != found.password:
        return None
    return account
