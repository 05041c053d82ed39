"""Sending and closing meet in one advisory lock per wave, not in row locks.

Answers hold it shared (``migrations/walls/sending.sql``), emptying holds it alone
(``anonymity-design.md`` 4.3): no ballot can slip in behind the last look at the urn.
"""

from __future__ import annotations

from uuid import UUID

from survey_app.shared.database import Link


def lock_number(wave: UUID) -> int:
    """Return the lock's number: the first eight bytes of the wave's id, signed."""
    return int.from_bytes(wave.bytes[:8], "big", signed=True)


async def lock_for_emptying(link: Link, wave: UUID) -> None:
    """Wait until everybody who is sending has sent; held until the transaction ends."""
    await link.execute("SELECT pg_advisory_xact_lock($1)", lock_number(wave))
