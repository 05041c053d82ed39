"""The agency's logo, where it has one: on pages by an address, in files as what it is."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from survey_app.shared.agency import agency

if TYPE_CHECKING:
    from questionnaires.logo import Logo

ADDRESS: Final = "/static/agency-logo"


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
