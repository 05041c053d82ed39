"""Where mails about alarms go: to active administrators who asked, and of accounts nothing else."""

from __future__ import annotations

from survey_app.shared.database import Link


async def alarm_readers(link: Link) -> list[tuple[str, str]]:
    """Return address and language of each, as ``worker``."""
    rows = await link.fetch("SELECT email, language FROM accounts.alarm_reader ORDER BY email")
    return [(row["email"], row["language"]) for row in rows]
