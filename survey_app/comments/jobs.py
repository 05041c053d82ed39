"""The night's work with comments."""

from __future__ import annotations

from typing import Any

from survey_app.comments.forget import forget_comments, forget_taken_out, sweep_old_words
from survey_app.shared.clock import now


async def forget_old_comments(_ctx: dict[str, Any]) -> None:
    """Delete comments whose day has come or that were taken out, then what lies dead in files."""
    await forget_comments(now=now())
    await forget_taken_out()
    await sweep_old_words()
