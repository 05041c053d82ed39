"""Make every link and card of a wave unused again, when its urn is emptied or dropped.

All rows are written anew, and in random order: in the order in which they lie, those that had a
mark would come last, one after another as they were marked.
"""

from __future__ import annotations

import secrets
from typing import Final
from uuid import UUID

from survey_app.shared.database import Link

MARKED: Final = ("asking.invitation", "asking.card")
# one that is on its way is held until the mail server has answered: ten minutes, at most
FORGET_REMINDERS: Final = """
DELETE FROM asking.outbox WHERE id IN (
    SELECT o.id FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation
    JOIN asking.wave w ON w.id = i.wave
    WHERE o.kind <> 'invitation' AND w.state NOT IN ('draft', 'open')
    FOR UPDATE OF o {}
)
"""


async def erase_marks(link: Link, wave: UUID) -> None:
    """Erase the marks of ``wave``, in the transaction that empties its urn."""
    for table in MARKED:
        rows = await link.fetch(f"SELECT id FROM {table} WHERE wave = $1", wave)  # noqa: S608 - ours
        ids = [(row["id"],) for row in rows]
        secrets.SystemRandom().shuffle(ids)
        await link.executemany(f"UPDATE {table} SET marked = false WHERE id = $1", ids)  # noqa: S608
