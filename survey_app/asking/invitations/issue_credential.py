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

# one round to the database, which waits for the wave's lock first (migrations/walls/sending.sql)
_KEEP = "SELECT asking.keep_credential($1, $2, $3, $4, $5, $6, $7)"
_KEPT = "SELECT asking.kept_credential($1, $2)"
# one thread: two would only wait for each other, and the loop for both
_signer = ThreadPoolExecutor(1, thread_name_prefix="signing")


async def issue(
    link: Link,  # as `web`, outside a transaction
    invitation: InvitationRow,
    key: SigningKey,
    blinded: bytes,
    *,
    lock: int,
) -> bytes | None:
    """Sign, and mark the invitation and keep the signature for a retry in one transaction.

    Parameters
    ----------
    link : asyncpg connection
        As web; the signature is handed out after the commit, not before.
    key : SigningKey
        Of the invitation's group.
    blinded : bytes
        What the browser blinded.
    lock : int
        The number of the lock that whoever sends to the wave waits for.

    Returns
    -------
    bytes or None
        The blind signature, the same one for the same ``blinded``; None when the link is used, for
        another credential or a plain form, or the wave is not open. What was signed then is
        forgotten.

    Raises
    ------
    UnreadableBlinded, SigningFailed
        Nothing is marked then.
    """
    loop = asyncio.get_running_loop()
    # before the database is asked, so that nobody holds the wave's lock meanwhile
    signature = await loop.run_in_executor(_signer, blind_sign, key, blinded)
    found: bytes | None = await link.fetchval(
        _KEEP,
        lock,
        invitation.id,
        invitation.generation,
        invitation.wave,
        uuid.uuid4(),
        hashlib.sha256(blinded).digest(),
        signature,
    )
    return found


async def issued(link: Link, invitation: InvitationRow, blinded: bytes) -> bytes | None:
    """Return what was issued for ``blinded`` before: the reply may have been lost on its way."""
    digest = hashlib.sha256(blinded).digest()
    found: bytes | None = await link.fetchval(_KEPT, invitation.id, digest)
    return found


async def forget(link: Link, wave: UUID) -> None:
    """Delete what was issued in ``wave``, in the transaction that empties its urn."""
    await link.execute("DELETE FROM asking.credential WHERE wave = $1", wave)
