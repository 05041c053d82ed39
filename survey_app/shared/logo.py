"""The agency's logo, where it has one: on pages by an address, in files as what it is."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from litestar import Response, get
from litestar.exceptions import NotFoundException

from survey_app.shared.agency import agency

if TYPE_CHECKING:
    from questionnaires.logo import Logo

ADDRESS: Final = "/static/agency-logo"
# nothing that stands in a drawing runs or fetches, also where somebody opens it by itself
_HEADERS: Final = {
    "Cache-Control": "max-age=86400",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def agency_logo() -> Logo | None:
    """Return the agency's logo, for the shape of its place and whether there is any."""
    return agency().logo


def logo_address() -> str:
    """Return where pages find it, anew when it changes; empty where the agency has none."""
    logo = agency().logo
    return f"{ADDRESS}?v={hashlib.sha256(logo.content).hexdigest()[:8]}" if logo else ""


def logo_inside() -> str:
    """Return it as an address that holds it, for documents that fetch nothing; else empty."""
    logo = agency().logo
    if logo is None:
        return ""
    return f"data:{logo.media};base64,{base64.b64encode(logo.content).decode()}"


@get(ADDRESS)
async def show_logo() -> Response[bytes]:
    """Give the agency's logo, where it has one."""
    logo = agency().logo
    if logo is None:
        raise NotFoundException
    return Response(logo.content, media_type=logo.media, headers=_HEADERS)
