"""What is held of the owner of an account, for whoever may ask for it: no password, no hash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from survey_app.shared.database import Login, fetch


async def accounts_of(addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Find accounts by their addresses, in small letters."""
    return await fetch(
        Login.WEB,
        "SELECT a.id, a.email, a.role, a.unit, a.language, a.active, a.closed_on, a.created_at,"
        " a.last_seen_on, a.given_at, g.email AS given_by FROM accounts.account a"
        " LEFT JOIN accounts.account g ON g.id = a.given_by"
        " WHERE a.email = ANY($1::text[]) ORDER BY a.email",
        list(addresses),
    )


async def identities_of(accounts: Sequence[UUID]) -> list[dict[str, Any]]:
    """Find who they are at providers of single sign-on."""
    return await fetch(
        Login.WEB,
        "SELECT issuer, subject, linked_at FROM accounts.identity WHERE account = ANY($1::uuid[])"
        " ORDER BY linked_at",
        list(accounts),
    )


async def links_of(addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Find invitations to an account, and links for a new password, that were sent to them."""
    return await fetch(
        Login.WEB,
        "SELECT purpose, email, role, unit, language, actor, created_at, ends_at, used_at,"
        " withdrawn_at, sent_at FROM accounts.invitation WHERE email = ANY($1::text[])"
        " ORDER BY created_at",
        list(addresses),
    )


async def ways_in_of(accounts: Sequence[UUID]) -> list[dict[str, Any]]:
    """Find what they sign in with beside a password; nothing of it that signs anybody in."""
    return await fetch(
        Login.WEB,
        "SELECT 'accounts.second_step' AS held, '' AS name, since AS added_on,"
        " NULL::date AS last_used_on FROM accounts.second_step WHERE account = ANY($1::uuid[])"
        " UNION ALL SELECT 'accounts.passkey', name, added_on, last_used_on"
        " FROM accounts.passkey WHERE account = ANY($1::uuid[])"
        " UNION ALL SELECT 'accounts.recovery_code', count(*)::text, NULL, NULL"
        " FROM accounts.recovery_code WHERE account = ANY($1::uuid[]) HAVING count(*) > 0"
        " ORDER BY held, added_on, name",
        list(accounts),
    )


async def notices_of(addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Find mails about what happened to their way of signing in."""
    return await fetch(
        Login.WEB,
        "SELECT what, language, created_at, sent_at FROM accounts.notice"
        " WHERE email = ANY($1::text[]) ORDER BY created_at",
        list(addresses),
    )
