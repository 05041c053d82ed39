"""The agency's colours as a style sheet, which comes after ours and changes their tokens."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from survey_app.shared.agency import agency

if TYPE_CHECKING:
    from questionnaires.colours import Accent

ADDRESS: Final = "/static/agency.css"


def colour_sheet() -> str:
    """Write the agency's colours by day and by night; empty where it has none of its own."""
    colours = agency().colours
    if colours is None:
        return ""
    night = f"@media (prefers-color-scheme: dark) {{ {_tokens(colours.night)} }}"
    return f"{_tokens(colours.day)}\n{night}\n"


def colour_sheet_address() -> str:
    """Return where pages find them, anew when they change; empty where ours do."""
    sheet = colour_sheet()
    return f"{ADDRESS}?v={hashlib.sha256(sheet.encode()).hexdigest()[:8]}" if sheet else ""


def _tokens(accent: Accent) -> str:
    told = {"accent": accent.plain, "accent-strong": accent.strong, "on-accent": accent.on}
    return f":root {{ {' '.join(f'--vb-{name}: {colour};' for name, colour in told.items())} }}"
