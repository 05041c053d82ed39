"""Put sealed ballots into the urn, as ``web``, in the caller's transaction.

Plain SQL without RETURNING and without a conflict target: ``web`` may insert and see nothing
(``anonymity-design.md`` 4.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from survey_app.counting.urn.seal import SealedBallot
from survey_app.shared.database import Link

_INSERT = "INSERT INTO counting.urn (wave, ballot) VALUES ($1, $2)"


async def drop_ballot(link: Link, wave: UUID, ballot: SealedBallot) -> None:
    """Insert one sealed ballot; it is there once the caller's transaction has committed."""
    await link.execute(_INSERT, wave, ballot)


async def drop_ballots(
    link: Link,
    wave: UUID,
    ballots: Iterable[SealedBallot],
) -> None:
    """Insert many sealed ballots in one go (simulations)."""
    await link.copy_records_to_table(
        "urn",
        schema_name="counting",
        columns=("wave", "ballot"),
        records=((wave, ballot) for ballot in ballots),
    )
