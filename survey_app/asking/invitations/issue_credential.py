"""Issue one blind credential to an invitation, and mark it used: both or neither.

What is signed is blinded: neither here nor anywhere else can the credential be known again when a
ballot comes with it (``anonymity-design.md`` 5).
"""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from survey_app.asking.invitations.blind_signing import SigningKey, blind_sign
from survey_app.asking.invitations.queries import InvitationRow
from survey_app.shared.database import Link

# The update locks the invitation: of two who ask at once the second finds nothing left to mark.
_MARK = (
    "UPDATE asking.invitation i SET marked = true FROM asking.wave w"
    " WHERE i.id = $1 AND i.generation = $2 AND NOT i.marked AND NOT i.withdrawn"
    " AND w.id = i.wave AND w.state = 'open'"
)
_STORE = (
    "INSERT INTO asking.credential (id, invitation, wave, blinded_hash, blind_signature)"
    " VALUES ($1, $2, $3, $4, $5)"
)
_ISSUED = (
    "SELECT c.blind_signature FROM asking.credential c"
    " JOIN asking.invitation i ON i.id = c.invitation JOIN asking.wave w ON w.id = i.wave"
    " WHERE c.invitation = $1 AND c.blinded_hash = $2 AND w.state = 'open'"
)
# one thread: two would only wait for each other, and the loop for both
_signer = ThreadPoolExecutor(1, thread_name_prefix="signing")


async def issue(
    link: Link,  # as `web`, in a transaction
    invitation: InvitationRow,
    key: SigningKey,
    blinded: bytes,
) -> bytes | None:
    """Mark the invitation, sign, and keep the signature for a retry.

    Parameters
    ----------
    link : asyncpg connection
        As web; the caller hands the signature out after the commit, not before.
    key : SigningKey
        Of the invitation's group.
    blinded : bytes
        What the browser blinded.

    Returns
    -------
    bytes or None
        The blind signature, the same one for the same ``blinded``; None when the link is used, for
        another credential or a plain form, or the wave is not open.

    Raises
    ------
    UnreadableBlinded, SigningFailed
        Nothing is marked then, once the caller's transaction is rolled back.
    """
    digest = hashlib.sha256(blinded).digest()
    if await link.execute(_MARK, invitation.id, invitation.generation) != "UPDATE 1":
        return await issued(link, invitation, blinded)
    loop = asyncio.get_running_loop()
    signature = await loop.run_in_executor(_signer, blind_sign, key, blinded)
    await link.execute(_STORE, uuid.uuid4(), invitation.id, invitation.wave, digest, signature)
    return signature


async def issued(link: Link, invitation: InvitationRow, blinded: bytes) -> bytes | None:
    """Return what was issued for ``blinded`` before: the reply may have been lost on its way."""
    digest = hashlib.sha256(blinded).digest()
    found: bytes | None = await link.fetchval(_ISSUED, invitation.id, digest)
    return found


async def forget(link: Link, wave: UUID) -> None:
    """Delete what was issued in ``wave``, in the transaction that empties its urn."""
    await link.execute("DELETE FROM asking.credential WHERE wave = $1", wave)
