"""Bytes as text of the URL-safe alphabet, without padding (RFC 4648, section 5)."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode


def to_base64url(raw: bytes) -> str:
    """Write bytes as text.

    Examples
    --------
    >>> to_base64url(bytes([255, 254]))
    '__4'
    """
    return urlsafe_b64encode(raw).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """Read what `to_base64url` wrote; one text for each run of bytes, no other is taken.

    Raises
    ------
    ValueError
        If the text is padded, has another alphabet, or ends in bits that stand for nothing.
    """
    raw = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if to_base64url(raw) != text:
        raise ValueError("not base64url without padding")
    return raw
