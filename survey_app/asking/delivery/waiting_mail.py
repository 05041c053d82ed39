"""How long mail of waves has waited that should have gone: for those who run the installation."""

from __future__ import annotations

from typing import Final

from survey_app.shared.database import Login, fetch

HOUR: Final = 3600  # seconds


async def oldest_waiting(login: Login) -> dict[str, float]:
    """Return the seconds for which the oldest due mail has waited, by kind; 0 without one.

    Reminders are told in whole hours: they go to those who have not answered, and how long a run
    of them lasts tells how many these are.
    """
    rows = await fetch(
        login,
        "SELECT kind = 'invitation' AS first, extract(epoch FROM clock_timestamp() - min(due_at))"
        " AS waited FROM asking.outbox WHERE state = 'due' AND due_at <= clock_timestamp()"
        " GROUP BY 1",
    )
    waited = {row["first"]: max(float(row["waited"]), 0.0) for row in rows}
    return {
        "invitation": waited.get(True, 0.0),
        "reminder": waited.get(False, 0.0) // HOUR * HOUR,
    }
