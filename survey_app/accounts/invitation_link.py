"""The link in a mail to choose a password."""

from __future__ import annotations

from uuid import UUID

from survey_app.shared.derived_token import derived_token, row_of_token

PATH = "/sign-in/password"
_PURPOSE = b"choose a password"


def link_of(invitation: UUID, base_url: str, secret: bytes) -> str:
    """Return the address that a mail leads to; the same each time."""
    return f"{base_url.rstrip('/')}{PATH}/{derived_token(invitation, _PURPOSE, secret)}"


def invitation_of(token: str, secret: bytes) -> UUID | None:
    """Return which invitation a token is of; ``None`` for one that is not ours."""
    return row_of_token(token, _PURPOSE, secret)
