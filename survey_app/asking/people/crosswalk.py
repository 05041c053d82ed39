"""The crosswalk of units as a wave knows it, for whoever publishes."""

from __future__ import annotations

from datetime import datetime

from survey_app.shared.database import Link


async def steps_before(link: Link, at: datetime) -> tuple[dict[str, str], ...]:
    """Return the crosswalk as a wave that opened then knows it, in the form of a publication.

    The share and who decided stay behind: no reader of results needs them.
    """
    rows = await link.fetch(
        "SELECT day, kind, origin, target, name FROM asking.unit_link WHERE recorded_at <= $1"
        " ORDER BY day, target, origin, kind",
        at,
    )
    return tuple(
        {
            "day": row["day"].isoformat(),
            "kind": row["kind"],
            "from": row["origin"],
            "to": row["target"],
            "name": row["name"],
        }
        for row in rows
    )
