"""A token in a mail's link, derived from a row's id and the secret, so that no dump holds one."""

from __future__ import annotations

import hmac
from uuid import UUID

from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.secret import accepted

_ID = 16  # bytes of a UUID
_PROOF = 16  # bytes: nobody guesses 128 bits


def derived_token(row: UUID, purpose: bytes, secret: bytes) -> str:
    """Return the token; the same each time, and another for each purpose."""
    return to_base64url(row.bytes + _proof(row.bytes, purpose, secret))


def row_of_token(token: str, purpose: bytes, secret: bytes) -> UUID | None:
    """Return which row a token is of; ``None`` for one that is not ours, or of another purpose."""
    try:
        raw = from_base64url(token)
    except ValueError:
        return None
    proofs = [_proof(raw[:_ID], purpose, one) for one in accepted(secret)]
    if len(raw) != _ID + _PROOF or not any(hmac.compare_digest(raw[_ID:], p) for p in proofs):
        return None
    return UUID(bytes=raw[:_ID])


def _proof(row: bytes, purpose: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, purpose + b"\0" + row, "sha256")[:_PROOF]
