"""Tokens of the API: told once, kept as a hash, bound to scopes and a last day."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from survey_app.accounts.change_account import OPERATOR
from survey_app.accounts.errors import AccountError, AccountProblem
from survey_app.accounts.scopes import Scope
from survey_app.accounts.tables import ApiToken
from survey_app.audit.record import record
from survey_app.shared.clock import OSLO
from survey_app.shared.database import engine, fetch

PREFIX: Final = "vb_"  # a token that leaks into a file can be found by its beginning
LONGEST: Final = 730  # days
BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """A program that showed a token which is good today."""

    name: str
    scopes: frozenset[Scope]


async def create_token(
    *, name: str, scopes: Sequence[Scope], days: int, now: datetime
) -> tuple[str, date]:
    """Make a token; return it, for the first and only time, with its last day in Norway.

    Raises
    ------
    AccountError
        If it has no name, no scope, or would live too long.
    """
    if not name.strip():
        raise AccountError("the token needs a name that says what it is for", AccountProblem.TOKEN)
    if not scopes:
        known = ", ".join(scope.value for scope in Scope)
        raise AccountError(
            f"the token needs a scope: --scope with one of {known}", AccountProblem.TOKEN
        )
    if not 1 <= days <= LONGEST:
        raise AccountError(
            f"a token lives from 1 to {LONGEST} days, not {days}", AccountProblem.TOKEN
        )
    token = PREFIX + secrets.token_urlsafe(32)
    last = now.astimezone(OSLO).date() + timedelta(days=days)
    called, told = name.strip()[:80], ",".join(sorted(scope.value for scope in set(scopes)))
    async with engine(OPERATOR.login).transaction():
        await fetch(
            OPERATOR.login,
            "INSERT INTO accounts.api_token"
            " (id, name, digest, scopes, expires_on, created_at, revoked)"
            " VALUES ($1, $2, $3, $4, $5, $6, FALSE)",
            uuid.uuid4(),
            called,
            _digest(token),
            told,
            last,
            now,
        )
        await record(
            OPERATOR.login, now=now, actor=OPERATOR.actor, action="token made", subject=called,
            scopes=told, expires_on=last,
        )  # fmt: skip
    return token, last


async def list_tokens() -> list[dict[str, Any]]:
    """Return what may be told of every token, newest first; never the token itself."""
    columns = (ApiToken.id, ApiToken.name, ApiToken.scopes, ApiToken.expires_on, ApiToken.revoked)
    rows: list[dict[str, Any]] = await ApiToken.select(*columns).order_by(
        ApiToken.created_at, ascending=False
    )
    return rows


async def revoke_token(name: str, *, now: datetime) -> int:
    """Revoke every token of a name or id; return how many.

    Raises
    ------
    AccountError
        If there is none.
    """
    async with engine(OPERATOR.login).transaction():
        found = await fetch(
            OPERATOR.login,
            "UPDATE accounts.api_token SET revoked = TRUE WHERE $1 IN (name, id::text)"
            " RETURNING name",
            name,
        )
        if not found:
            raise AccountError(
                f"there is no token «{name}»; `barometer token list`", AccountProblem.TOKEN
            )
        await record(
            OPERATOR.login, now=now, actor=OPERATOR.actor, action="token revoked",
            subject=found[0]["name"], tokens=len(found),
        )  # fmt: skip
    return len(found)


async def account_of_token(token: str, *, today: date) -> TokenHolder | None:
    """Return whose token it is; ``None`` where it is unknown, revoked or past its last day."""
    row = await ApiToken.objects().where(ApiToken.digest == _digest(token)).first()
    if row is None or row.revoked or row.expires_on < today:
        return None
    return TokenHolder(row.name, frozenset(Scope(one) for one in row.scopes.split(",")))


async def bearer_of(headers: Mapping[str, str], *, today: date) -> TokenHolder | None:
    """Return whose token a request's headers show (RFC 6750); ``None`` without one that is good."""
    shown = headers.get("authorization", "")
    if not shown.lower().startswith(BEARER):
        return None
    return await account_of_token(shown[len(BEARER) :].strip(), today=today)


def _digest(token: str) -> str:
    # 256 bits by chance need no slow hash
    return hashlib.sha256(token.encode()).hexdigest()
