"""The token in a letter's link that stops a subscription."""

from __future__ import annotations

from uuid import UUID

from survey_app.shared.derived_token import derived_token, row_of_token

_PURPOSE = b"stop a subscription"


def stop_token(subscription: UUID, secret: bytes) -> str:
    """Return the token; the same each time."""
    return derived_token(subscription, _PURPOSE, secret)


def subscription_of(token: str, secret: bytes) -> UUID | None:
    """Return which subscription a token stops; ``None`` for one that is not ours."""
    return row_of_token(token, _PURPOSE, secret)
