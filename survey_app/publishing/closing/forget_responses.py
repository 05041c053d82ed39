"""Forget: responses, and every exact figure made of them, as long after closing as was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.database import Login

if TYPE_CHECKING:
    from datetime import datetime

# publications stay; exact tables hold cells that were never cleared
TABLES: Final = ("response", "wave_table")


async def forget_responses(*, now: datetime) -> int:
    """Delete the answers of waves whose campaign promised to keep them no longer.

    Parameters
    ----------
    now : datetime
        With a zone; a wave is due ``retention_days`` after it closed.

    Returns
    -------
    int
        Waves whose answers were deleted. Their publications stay and cannot be made again.
    """
    async with writing() as link:
        rows = await link.fetch(
            "SELECT w.id, w.key FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
            " WHERE w.state = 'published'"
            " AND w.closed_at + make_interval(days => c.retention_days) < $1"
            " AND EXISTS (SELECT 1 FROM counting.response r WHERE r.wave = w.id)",
            now,
        )
        for row in rows:
            for table in TABLES:
                await link.execute(f"DELETE FROM counting.{table} WHERE wave = $1", row["id"])  # noqa: S608 - our own names
            # what is left of the answers is a hash that nobody can try answers against
            await link.execute(
                "UPDATE counting.wave_record SET content = content - 'salt' WHERE wave = $1",
                row["id"],
            )
            await record(
                Login.WORKER, now=now, actor="system", action="responses deleted",
                subject=row["key"],
            )  # fmt: skip
    return len(rows)
