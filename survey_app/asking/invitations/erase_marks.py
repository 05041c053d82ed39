"""Make every link of a wave unused again, when its urn is emptied or dropped.

All rows are written anew, and in random order: in the order in which they lie, those that had a
mark would come last, one after another as they were marked.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from survey_app.shared.database import Link


async def erase_marks(link: Link, wave: UUID) -> None:
    """Erase the marks of ``wave``, in the transaction that empties its urn."""
    rows = await link.fetch("SELECT id FROM asking.invitation WHERE wave = $1", wave)
    ids = [(row["id"],) for row in rows]
    secrets.SystemRandom().shuffle(ids)
    await link.executemany("UPDATE asking.invitation SET marked = false WHERE id = $1", ids)
