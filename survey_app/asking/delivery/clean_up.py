"""Forget: what told who had not answered, at closing; invitations and outbox, 30 days later."""

from __future__ import annotations

from datetime import datetime, timedelta

from survey_app.asking.writing import writing

# "within 30 days", says the invitation: the nightly job comes up to a day after the last moment
KEPT_DAYS = 29


async def forget_reminders() -> int:
    """Delete the reminders of waves that are no longer open: they tell who had not answered then.

    Returns
    -------
    int
        How many rows were deleted.
    """
    async with writing() as link:
        told = await link.execute(
            "DELETE FROM asking.outbox o USING asking.invitation i, asking.wave w"
            " WHERE i.id = o.invitation AND w.id = i.wave AND o.kind <> 'invitation'"
            " AND w.state NOT IN ('draft', 'open')"
        )
    return int(told.rsplit(" ", 1)[1])


async def forget_invitations(*, now: datetime) -> int:
    """Delete invitations, and with them outbox rows, 30 days after their wave closed.

    Returns
    -------
    int
        How many invitations were deleted.
    """
    async with writing() as link:
        told = await link.execute(
            "DELETE FROM asking.invitation i USING asking.wave w WHERE w.id = i.wave"
            " AND w.state NOT IN ('draft', 'open') AND w.closed_at < $1",
            now - timedelta(days=KEPT_DAYS),
        )
    return int(told.rsplit(" ", 1)[1])
