"""Mails that did not arrive, by reason and unit: that somebody was not reached, never an answer."""

from __future__ import annotations

from uuid import UUID

from survey_app.shared.database import Login, fetch


async def failed_by_domain(login: Login, wave: UUID) -> dict[str, int]:
    """Count the people of each domain whose invitation did not arrive."""
    rows = await fetch(
        login,
        "SELECT i.domain, count(*) AS n FROM asking.outbox o"
        " JOIN asking.invitation i ON i.id = o.invitation"
        " WHERE i.wave = $1 AND o.kind = 'invitation' AND o.state = 'failed' GROUP BY i.domain",
        wave,
    )
    return {row["domain"]: row["n"] for row in rows}
