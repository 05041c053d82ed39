"""Delete subscriptions of accounts that are gone, and letters that went out long ago."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from survey_app.shared.clock import now
from survey_app.shared.database import Login, fetch

LETTER_DAYS: Final = 365
"""So long after it went out, which publication was sent to whom is kept."""


async def forget_old_letters(_context: dict[str, Any]) -> None:
    """Delete what tells whom nothing is sent to any more, or was sent a year ago."""
    await fetch(
        Login.WORKER, "SELECT subscriptions.forget($1)", now() - timedelta(days=LETTER_DAYS)
    )
