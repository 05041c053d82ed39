"""Subscriptions as rows, for the page of who has them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from uuid import UUID

from survey_app.shared.database import Login, fetch


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription as it is stored."""

    id: UUID
    account: UUID
    population: str
    place: str
    language: str
    attachment: str


_COLUMNS = ", ".join(one.name for one in fields(SubscriptionRow))


async def list_subscriptions(account: UUID) -> list[SubscriptionRow]:
    """List what an account subscribes to, the newest last."""
    found = await fetch(
        Login.WEB,
        f"SELECT {_COLUMNS} FROM subscriptions.subscription WHERE account = $1"  # noqa: S608 - ours
        " ORDER BY created_at, id",
        account,
    )
    return [SubscriptionRow(**row) for row in found]


async def find_subscription(subscription: UUID) -> SubscriptionRow | None:
    """Find one; ``None`` where there is none, or it was stopped."""
    found = await fetch(
        Login.WEB,
        f"SELECT {_COLUMNS} FROM subscriptions.subscription WHERE id = $1",  # noqa: S608 - ours
        subscription,
    )
    return SubscriptionRow(**found[0]) if found else None
