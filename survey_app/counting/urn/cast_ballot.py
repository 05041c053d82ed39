"""Take a ballot that came with a credential: its receipt and the ballot, both or neither.

``web`` may write both tables and read neither, so that it never learns whether a receipt was there;
it is told how many rows its own statement wrote, and nothing else.
"""

from __future__ import annotations

from uuid import UUID

from survey_app.counting.urn.lock import begin_sending
from survey_app.counting.urn.seal import SealedBallot
from survey_app.shared.database import Link

# a pilot has an urn as a wave has
_INTO = (
    "(SELECT id FROM asking.wave WHERE id = $1 AND state = 'open'"
    " UNION ALL SELECT id FROM asking.pilot WHERE id = $1 AND state = 'open') asked"
)
_SPEND = (
    f"INSERT INTO counting.spent (wave, receipt) SELECT id, $2 FROM {_INTO} ON CONFLICT DO NOTHING"  # noqa: S608 - our own words
)
_DROP = f"INSERT INTO counting.urn (wave, ballot) SELECT id, $2 FROM {_INTO}"  # noqa: S608
_IS_OPEN = "SELECT state = 'open' FROM asking.wave WHERE id = $1"
ONE_ROW = "INSERT 0 1"


async def cast_ballot(link: Link, wave: UUID, receipt: bytes, ballot: SealedBallot) -> bool:
    """Count a ballot once, however often it is sent; the caller has verified its credential.

    Parameters
    ----------
    link : asyncpg connection
        As web, outside a transaction.
    receipt : bytes, shape (32,)
        SHA-256 of the credential's message.

    Returns
    -------
    bool
        True after the commit, for the first ballot and for every repeat of it; False when the wave
        is not open.

    Notes
    -----
    A repeat runs the same statements and takes its ballot back, so that neither what the database
    does nor how long it takes tells the two apart.
    """
    try:
        await link.execute(f"{begin_sending(wave)}; SAVEPOINT before")
        is_first: bool = await link.execute(_SPEND, wave, receipt) == ONE_ROW
        is_open: bool = await link.execute(_DROP, wave, ballot) == ONE_ROW
        await link.execute(f"{'RELEASE' if is_first else 'ROLLBACK TO'} SAVEPOINT before; COMMIT")
    except BaseException:
        await link.execute("ROLLBACK")
        raise
    return is_open


async def has_arrived(link: Link, wave: UUID, receipt: bytes) -> bool | None:
    """Tell whoever knows a receipt whether its ballot has come; None when the wave is not open.

    Parameters
    ----------
    link : asyncpg connection
        As web, outside a transaction.
    receipt : bytes, shape (32,)

    Notes
    -----
    ``web`` may not read receipts, so it tries to write this one and takes that back. The lock keeps
    the wave open meanwhile, or a wave that has closed would look like a ballot that has come.
    """
    await link.execute(begin_sending(wave))
    try:
        if not await link.fetchval(_IS_OPEN, wave):
            return None
        return str(await link.execute(_SPEND, wave, receipt)) != ONE_ROW
    finally:
        await link.execute("ROLLBACK")
