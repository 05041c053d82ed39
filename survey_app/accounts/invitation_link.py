"""The token in a mail's link to choose a password: derived, so that no dump holds one."""

from __future__ import annotations

import hmac
from uuid import UUID

from survey_app.shared.base64url import from_base64url, to_base64url

PATH = "/sign-in/password"
_PURPOSE = b"choose a password\0"
_ID = 16  # bytes of a UUID
_PROOF = 16  # bytes: nobody guesses 128 bits


def link_of(invitation: UUID, base_url: str, secret: bytes) -> str:
    """Return the address that a mail leads to; the same each time."""
    token = to_base64url(invitation.bytes + _proof(invitation.bytes, secret))
    return f"{base_url.rstrip('/')}{PATH}/{token}"


def invitation_of(token: str, secret: bytes) -> UUID | None:
    """Return which invitation a token is of; ``None`` for one that is not ours."""
    try:
        raw = from_base64url(token)
    except ValueError:
        return None
    if len(raw) != _ID + _PROOF or not hmac.compare_digest(raw[_ID:], _proof(raw[:_ID], secret)):
        return None
    return UUID(bytes=raw[:_ID])


def _proof(invitation: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE + invitation, "sha256")[:_PROOF]
