"""The token in a letter's link that stops a subscription: derived, so that no dump holds one."""

from __future__ import annotations

import hmac
from uuid import UUID

from survey_app.shared.base64url import from_base64url, to_base64url

_PURPOSE = b"stop a subscription\0"
_ID = 16  # bytes of a UUID
_PROOF = 16  # bytes: nobody guesses 128 bits


def token_of(subscription: UUID, secret: bytes) -> str:
    """Return the token; the same each time."""
    return to_base64url(subscription.bytes + _proof(subscription.bytes, secret))


def subscription_of(token: str, secret: bytes) -> UUID | None:
    """Return which subscription a token stops; ``None`` for one that is not ours."""
    try:
        raw = from_base64url(token)
    except ValueError:
        return None
    if len(raw) != _ID + _PROOF or not hmac.compare_digest(raw[_ID:], _proof(raw[:_ID], secret)):
        return None
    return UUID(bytes=raw[:_ID])


def _proof(subscription: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE + subscription, "sha256")[:_PROOF]
