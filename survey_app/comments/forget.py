"""Forget comments: the first thing that is deleted, in quarantine and released alike."""

from __future__ import annotations

from datetime import date, datetime

from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, fetch

TEXTS = ("quarantine", "released")


async def forget_comments(*, now: datetime) -> int:
    """Delete the comments of waves whose day has come, and what was counted of them.

    Returns
    -------
    int
        Waves whose comments were deleted.
    """
    today: date = now.astimezone(OSLO).date()
    async with writing() as link:
        rows = await link.fetch(
            "SELECT wave, key FROM comments.wave WHERE delete_on <= $1 FOR UPDATE", today
        )
        for row in rows:
            for table in (*TEXTS, "wave"):
                await link.execute(f"DELETE FROM comments.{table} WHERE wave = $1", row["wave"])  # noqa: S608 - our own names
            await record(
                Login.WORKER, now=now, actor="system", action="comments deleted",
                subject=row["key"],
            )  # fmt: skip
    return len(rows)


async def forget_taken_out() -> None:
    """Delete what was held back or removed until now."""
    async with writing() as link:
        for table in TEXTS:
            await link.execute(f"DELETE FROM comments.{table} WHERE gone_by IS NOT NULL")  # noqa: S608 - our own names


async def sweep_old_words() -> None:
    """Write the tables anew, without the dead rows that still hold words that were masked.

    They hold a few hundred rows, so it takes milliseconds. The write-ahead log and backups keep
    older states for as long as they are kept.
    """
    await fetch(Login.WORKER, "SELECT comments.write_anew()")
