"""The night's work with events."""

from __future__ import annotations

from typing import Any

from survey_app.shared.database import Login, fetch


async def sweep_event_words(_ctx: dict[str, Any]) -> None:
    """Write the table anew, without dead rows that hold what an event was called.

    «The text is deleted», says the page; a table this small would never be tidied up otherwise.
    The write-ahead log and backups keep older states for as long as they are kept.
    """
    await fetch(Login.WORKER, "SELECT events.write_anew()")
