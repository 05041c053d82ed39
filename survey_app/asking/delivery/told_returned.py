"""What a program told of mails that came back, from the page's process to the worker's.

A web process writes no outbox and no register (docs/adr/0063): it leaves a row, which the worker
notes as it notes what lies in the mailbox, and deletes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from survey_app.asking.delivery.returned import Returned
from survey_app.asking.delivery.take_returned import note_returned
from survey_app.asking.invitations.sweep_marks import sweep_told
from survey_app.asking.writing import writing
from survey_app.shared.database import Login, fetch

LONGEST: Final = 254
"""Signs of an address (RFC 5321)."""
log = logging.getLogger("barometer.mail")


async def keep_told(found: Sequence[Returned], *, now: datetime) -> None:
    """Leave reports for the worker."""
    if found:
        await fetch(
            Login.WEB,
            "INSERT INTO asking.told_returned (id, outbox, status, address, at, told_at)"
            " SELECT gen_random_uuid(), outbox, status, address, at, $5"
            " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])"
            " AS told (outbox, status, address, at)",
            [one.outbox for one in found],
            [one.status for one in found],
            # cut, it is nobody's, and marks nobody
            [one.address[:LONGEST] for one in found],
            [one.at for one in found],
            now,
        )


async def note_told(*, now: datetime) -> int:
    """Note what was told, each report in a transaction of its own; return how many there were.

    One that cannot be noted waits for the next time, and holds up no other.
    """
    rows = await fetch(Login.WORKER, "SELECT id FROM asking.told_returned ORDER BY told_at, id")
    number = 0
    for row in rows:
        try:
            number += await _note(row["id"], now)
        except asyncpg.PostgresError as error:
            # its words may hold the row
            log.warning("a report of returned mail cannot be noted: %s", type(error).__name__)
    await sweep_told()
    return number


async def _note(report: UUID, now: datetime) -> bool:
    """Note one report; tell whether it was there, and no other worker's."""
    async with writing() as link:
        row = await link.fetchrow(
            "DELETE FROM asking.told_returned WHERE id = (SELECT id FROM asking.told_returned"
            " WHERE id = $1 FOR UPDATE SKIP LOCKED) RETURNING outbox, status, address, at",
            report,
        )
        if row is None:
            return False
        await note_returned(Returned(**row), now=now)
    return True
