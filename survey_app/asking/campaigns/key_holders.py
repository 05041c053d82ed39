"""The two people who are asked to hold the keys of a wave: their links, keys and what they said.

A link is a secret that lets one role hand in its public key, and later open its seal. It is shown
once, to whoever asks the two; kept is its hash. Whoever makes both links could use both: that is
what the two find out when they compare fingerprints by phone (docs/adr/0035).
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from survey_app.asking.campaigns.acts import take_back_opening
from survey_app.asking.errors import KeyHolderRefused
from survey_app.shared.database import Link, Login, fetch
from survey_app.shared.trustees import Trustee, TrusteeError, as_trustee

LINK_BYTES = 32
TAMPERED = "tampered"
"""Trouble of a wave whose ballots were exchanged while they were handed over: it stays."""
_HOLDER = (
    "SELECT h.id, h.wave, h.place, h.name, h.public_key, h.compared, h.trouble,"
    " h.proof FROM asking.key_holder h"
)
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('key holders/' || $1::text, 0))"


@dataclass(frozen=True, slots=True)
class StoredKeyHolder:
    """One of the two. ``place`` 1 opens the outer seal, 2 the inner."""

    id: UUID
    wave: UUID
    place: int
    name: str
    public_key: bytes | None
    compared: bool
    trouble: str
    proof: bytes
    """Of which two keys were compared; whoever has the secret can check it."""

    @property
    def ready(self) -> bool:
        """Whether the key is here and the holder has compared both fingerprints."""
        return self.public_key is not None and self.compared

    @property
    def trustee(self) -> Trustee:
        """The holder as the urn knows them.

        Raises
        ------
        TrusteeError
            If there is no key yet.
        """
        if self.public_key is None:
            raise TrusteeError(f"«{self.name}» has not made a key yet")
        return Trustee(self.name, self.public_key)


async def key_holders(login: Login, wave: UUID) -> tuple[StoredKeyHolder, ...]:
    """Return those who were asked for a wave, in the order of their seals: none, or two."""
    rows = await fetch(login, f"{_HOLDER} WHERE h.wave = $1 ORDER BY h.place", wave)
    return tuple(StoredKeyHolder(**row) for row in rows)


async def holders_of(
    login: Login, waves: Sequence[UUID]
) -> dict[UUID, tuple[StoredKeyHolder, ...]]:
    """Return those who were asked for each of several waves."""
    rows = await fetch(login, f"{_HOLDER} WHERE h.wave = ANY($1) ORDER BY h.place", list(waves))
    found = [StoredKeyHolder(**row) for row in rows]
    return {wave: tuple(one for one in found if one.wave == wave) for wave in waves}


async def holder_of(link: str) -> StoredKeyHolder | None:
    """Return whose link this is; None for one that we never made, or made anew since."""
    rows = await fetch(Login.WEB, f"{_HOLDER} WHERE h.link_hash = $1", _hash(link))
    return StoredKeyHolder(**rows[0]) if rows else None


async def ask_two(
    link: Link,  # as `web`, in a transaction
    wave: UUID,
    names: Sequence[str],
    *,
    keys: Sequence[bytes | None] = (None, None),
) -> list[str]:
    """Make a link for each of two people; an opening that was approved without them is no more.

    Parameters
    ----------
    names : sequence of str, length 2
        Roles, in the order of their seals.
    keys : sequence of bytes, length 2
        Their public keys, where the wave has them already: then there is nothing to compare.

    Returns
    -------
    list of str
        The secret of each link; they cannot be shown again.

    Raises
    ------
    TrusteeError
        If a name is missing or too long.
    KeyHolderRefused
        If both have the same name, or two were asked before.
    """
    named = [as_trustee(Trustee(name, bytes(32)).as_json()).name for name in names]
    if len(set(named)) < len(named):
        raise KeyHolderRefused("same name")
    # of two who ask in the same moment, the second finds whom the first has asked
    await link.execute(_ONE_AT_A_TIME, str(wave))
    if await link.fetchval("SELECT 1 FROM asking.key_holder WHERE wave = $1 LIMIT 1", wave):
        raise KeyHolderRefused("asked before")
    await take_back_opening(link, wave)
    made = [secrets.token_urlsafe(LINK_BYTES) for _ in named]
    for place, (name, one, key) in enumerate(zip(named, made, keys, strict=True), start=1):
        await link.execute(
            "INSERT INTO asking.key_holder"
            " (id, wave, place, name, link_hash, public_key, compared, trouble, proof)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, '', '')",
            uuid.uuid4(),
            wave,
            place,
            name,
            _hash(one),
            key,
            key is not None,
        )
    return made


async def new_link(holder: UUID) -> str:
    """Make another link for a holder; the one before opens nothing any more."""
    made = secrets.token_urlsafe(LINK_BYTES)
    sql = "UPDATE asking.key_holder SET link_hash = $2 WHERE id = $1"
    await fetch(Login.WEB, sql, holder, _hash(made))
    return made


async def forget_two(
    link: Link,  # as `web`, in a transaction
    wave: UUID,
) -> None:
    """Ask nobody any more: their links open nothing, and their keys seal nothing.

    An opening is approved anew. Else one person alone could lower what two have approved, and what
    the form promises: without the two the worker holds the key.
    """
    await link.execute("DELETE FROM asking.key_holder WHERE wave = $1", wave)
    await take_back_opening(link, wave)


async def receive_key(holder: StoredKeyHolder, raw: bytes) -> bool:
    """Keep a holder's public key; tell whether it was the first, or the same again.

    Raises
    ------
    TrusteeError
        If it is no key, or the other's.
    """
    as_trustee(Trustee(holder.name, raw).as_json())
    if raw in {one.public_key for one in await key_holders(Login.WEB, holder.wave)} - {
        holder.public_key
    }:
        raise TrusteeError("both key holders have the same key: each must make one of their own")
    await fetch(
        Login.WEB,
        "UPDATE asking.key_holder SET public_key = $2 WHERE id = $1 AND public_key IS NULL",
        holder.id,
        raw,
    )
    rows = await fetch(
        Login.WEB, "SELECT public_key FROM asking.key_holder WHERE id = $1", holder.id
    )
    return bool(rows) and rows[0]["public_key"] == raw


async def say_compared(holder: StoredKeyHolder, other: StoredKeyHolder, proof: bytes) -> None:
    """Note that a holder found both fingerprints to agree, unless a key has changed meanwhile.

    Parameters
    ----------
    holder, other : StoredKeyHolder
        With the keys that stood on the holder's page.
    proof : bytes
        That it was about these two keys.
    """
    await fetch(
        Login.WEB,
        "UPDATE asking.key_holder h SET compared = true, proof = $4"
        " WHERE h.id = $1 AND h.public_key = $2 AND EXISTS (SELECT 1 FROM asking.key_holder o"
        " WHERE o.wave = h.wave AND o.id <> h.id AND o.public_key = $3)",
        holder.id,
        holder.public_key,
        other.public_key,
        proof,
    )


async def note_trouble(login: Login, wave: UUID, trouble: str) -> None:
    """Keep in one word, for both holders' pages, why what was handed over did not count.

    That somebody has tampered is never taken back.
    """
    sql = "UPDATE asking.key_holder SET trouble = $2 WHERE wave = $1 AND trouble <> $3"
    await fetch(login, sql, wave, trouble, TAMPERED)


async def tampered_waves(login: Login) -> dict[UUID, str]:
    """Return closed waves whose ballots were exchanged while handed over, with their keys."""
    rows = await fetch(
        login,
        "SELECT DISTINCT w.id, w.key FROM asking.wave w JOIN asking.key_holder h ON h.wave = w.id"
        " WHERE h.trouble = $1 AND w.state = 'closed' ORDER BY w.key",
        TAMPERED,
    )
    return {row["id"]: str(row["key"]) for row in rows}


def _hash(link: str) -> str:
    return hashlib.sha256(link.encode()).hexdigest()
