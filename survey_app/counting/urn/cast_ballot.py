"""Take a ballot that came with a credential: its receipt and the ballot, both or neither.

``web`` may write both tables and read neither, so that it never learns whether a receipt was there:
it is told whether the wave is open, and nothing else.
"""

from __future__ import annotations

from uuid import UUID

from survey_app.counting.urn.lock import lock_number
from survey_app.counting.urn.seal import SealedBallot
from survey_app.shared.database import Link

# one round to the database, which waits for the wave's lock first (migrations/walls/sending.sql)
_CAST = "SELECT counting.cast_ballot($1, $2, $3, $4)"
_IS_SPENT = "SELECT counting.is_spent($1, $2, $3)"


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
    A repeat is written and taken back, so that neither what the database does nor how long it takes
    tells the two apart.
    """
    is_open: bool = await link.fetchval(_CAST, lock_number(wave), wave, receipt, ballot)
    return is_open


async def has_arrived(link: Link, wave: UUID, receipt: bytes) -> bool | None:
    """Tell whoever knows a receipt whether its ballot has come; None when the wave is not open.

    Parameters
    ----------
    link : asyncpg connection
        As web, outside a transaction.
    receipt : bytes, shape (32,)
    """
    found: bool | None = await link.fetchval(_IS_SPENT, lock_number(wave), wave, receipt)
    return found
