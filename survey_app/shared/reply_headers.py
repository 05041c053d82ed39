"""What every reply says to the browser, whoever made it: also errors, files and redirects.

A reply that says something of its own about one of these keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from litestar import Litestar
from litestar.types import Message, Scope

_TOO_LARGE: Final = 413  # HTTP's own number
A_YEAR: Final = 365 * 24 * 3600  # seconds
_ONLY_HTTPS: Final = (b"strict-transport-security", f"max-age={A_YEAR}".encode())
_CSP: Final = b"content-security-policy"
_USUAL: Final = {
    # what is no page runs nothing and stands in no frame; pages say more (`pages.HEADERS`)
    _CSP: b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    # no page of ours asks for any of these, so nothing that is smuggled into one may
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cache-control": b"no-store",
}
_DRAWING: Final = b"image/svg+xml"
_DRAWN: Final = b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@lru_cache(maxsize=512)
def _missing(said: tuple[bytes, ...]) -> Mapping[bytes, bytes]:
    known = {name.lower() for name in said}
    return {name: value for name, value in _USUAL.items() if name not in known}


def _is_drawing(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(_DRAWING) for name, value in headers
    )


async def complete_headers(message: Message, scope: Scope) -> None:
    """Add to the beginning of a reply what it does not say itself: a hook before sending."""
    if message["type"] != "http.response.start":
        return
    headers = [*message["headers"]]
    missing = _missing(tuple([name for name, _ in headers]))
    if _CSP in missing and _is_drawing(headers):
        missing = {**missing, _CSP: _DRAWN}
    headers += missing.items()
    if message["status"] == _TOO_LARGE:
        # a body too large is not read to its end, so the connection cannot carry another request:
        # unless told, the sender tries to
        headers.append((b"connection", b"close"))
    if Litestar.from_scope(scope).state.settings.secure_cookies:
        headers.append(_ONLY_HTTPS)
    message["headers"] = headers
