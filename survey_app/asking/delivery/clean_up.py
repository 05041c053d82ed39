"""Forget: what told who had not answered, at closing; invitations and outbox, 30 days later."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from survey_app.asking.invitations.erase_marks import FORGET_REMINDERS
from survey_app.asking.writing import writing
from survey_app.shared.database import Link

# "within 30 days", says the invitation: the nightly job comes up to a day after the last moment
KEPT_DAYS = 29

# a wave that its trustees have not counted yet still needs the number of its links
_FORGET = """
DELETE FROM asking.invitation i USING asking.wave w
WHERE w.id = i.wave AND w.state NOT IN ('draft', 'open') AND w.closed_at < $1
  AND NOT (w.state = 'closed' AND w.trustees <> '[]'::jsonb)
"""
_LATE = """
SELECT i.id FROM asking.invitation i JOIN asking.wave w ON w.id = i.wave
WHERE w.state = 'closed' AND w.trustees <> '[]'::jsonb AND w.closed_at < $1
"""
# a new id and pid: neither an old copy nor the link itself leads to the row any more
_CUT_OFF = """
UPDATE asking.invitation SET id = gen_random_uuid(), person = NULL, language = 'nb',
    email = NULL, sample_row = NULL, pid = substring(uuid_send(gen_random_uuid()) FROM 1 FOR 9)
WHERE id = ANY($1)
"""


_FORGET_CARDS = """
DELETE FROM asking.{} i USING asking.wave w
WHERE w.id = i.wave AND w.state NOT IN ('draft', 'open') AND w.closed_at < $1
  AND NOT (w.state = 'closed' AND w.trustees <> '[]'::jsonb)
"""
# with the register it tells who was invited
_FORGET_SEED = """
UPDATE asking.wave SET draw_seed = ''::bytea
WHERE draw_seed <> ''::bytea AND state NOT IN ('draft', 'open') AND closed_at < $1
"""
# of a wave that is never counted nothing is weighted
_FORGET_SAMPLED = """
DELETE FROM asking.sample_count s USING asking.wave w
WHERE w.id = s.wave AND w.state = 'cancelled' AND w.closed_at < $1
"""
_FORGET_HOLDERS = """
DELETE FROM asking.key_holder h USING asking.wave w WHERE w.id = h.wave
  AND w.state NOT IN ('draft', 'open', 'closed') AND w.closed_at < $1
"""


# one that is on its way is held until the mail server has answered: ten minutes, at most
_CANCEL_DUE = """
UPDATE asking.outbox SET state = 'cancelled' WHERE id IN (
    SELECT o.id FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation
    WHERE i.wave = $1 AND o.state = 'due' FOR UPDATE OF o SKIP LOCKED
)
"""


async def forget_reminders() -> int:
    """Delete the reminders of waves that are no longer open: they tell who had not answered then.

    One that is on its way is left to whoever sweeps marks away (invitations/sweep_marks.py).

    Returns
    -------
    int
        How many rows were deleted.
    """
    async with writing() as link:
        told = await link.execute(FORGET_REMINDERS.format("SKIP LOCKED"))
    return int(told.rsplit(" ", 1)[1])


async def forget_invitations(*, now: datetime) -> int:
    """Delete invitations, and with them outbox rows, 30 days after their wave closed.

    A wave that still waits for its trustees then keeps one row for each invitation, without person
    and link: how many were invited and how many links were used is compared with the ballots.

    Returns
    -------
    int
        How many invitations were deleted.
    """
    before = now - timedelta(days=KEPT_DAYS)
    async with writing() as link:
        # their pages have told them to destroy the keys by then
        await link.execute(_FORGET_HOLDERS, before)
        told = await link.execute(_FORGET, before)
        for table in ("card", "card_pile"):
            await link.execute(_FORGET_CARDS.format(table), before)
        await link.execute(_FORGET_SEED, before)
        await link.execute(_FORGET_SAMPLED, before)
        late = [row["id"] for row in await link.fetch(_LATE, before)]
        await link.execute("DELETE FROM asking.outbox WHERE invitation = ANY($1)", late)
        await link.execute("DELETE FROM asking.credential WHERE invitation = ANY($1)", late)
        await link.execute("DELETE FROM asking.typed_code WHERE invitation = ANY($1)", late)
        await link.execute("DELETE FROM asking.mailbox_letter WHERE invitation = ANY($1)", late)
        await link.execute(_CUT_OFF, late)
    return int(told.rsplit(" ", 1)[1])


async def cancel_due(link: Link, wave: UUID) -> None:
    """Stop the mails of a wave that have not gone out, in the caller's transaction.

    One that is on its way is tried no second time: its wave is open no more.
    """
    await link.execute(_CANCEL_DUE, wave)
