"""Waves that rest on a former secret of the installation, while it is renewed (docs/adr/0142)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final
from uuid import UUID

from survey_app.asking.invitations.credential_keys import secret_of_wave
from survey_app.asking.invitations.queries import waves_with_links
from survey_app.counting.urn.hand_over import changed
from survey_app.counting.urn.proof import (
    SEALING,
    compared_proof,
    is_proven,
    rests_on_former_secret,
)
from survey_app.shared.database import Link, Row
from survey_app.shared.secret import Secret

_WAVES: Final = (
    f"SELECT {SEALING}, w.sealing_proof, w.state FROM asking.wave w"  # noqa: S608 - a constant
    " JOIN asking.campaign c ON c.id = w.campaign WHERE w.state IN ('open', 'closed')"
    " OR w.id = ANY($1) ORDER BY w.key"
)
_COMPARED: Final = (
    "SELECT w.key, h.id, h.public_key AS own, o.public_key AS other, h.proof"
    " FROM asking.wave w JOIN asking.key_holder h ON h.wave = w.id"
    " JOIN asking.key_holder o ON o.wave = w.id AND o.id <> h.id"
    " WHERE w.state = 'draft' AND h.compared AND h.public_key IS NOT NULL"
    " AND o.public_key IS NOT NULL ORDER BY w.key"
)


async def waves_of_before(link: Link, secret: Secret) -> list[tuple[str, str]]:
    """Return key and state of waves that were opened under another secret than the one that makes.

    Those that are open or not counted, and those whose links are still told what became of them.
    """
    return [
        (row["key"], row["state"])
        for row in await link.fetch(_WAVES, await waves_with_links(link))
        # signing keys tell while there are any: after an alarm there is no proof of sealing
        if await secret_of_wave(link, row["id"], secret) != secret
        or rests_on_former_secret(secret, row)
    ]


async def compared_before(link: Link, secret: Secret) -> list[str]:
    """Return keys of drafts whose key holders compared their keys under a former secret.

    Without it the wave is refused as one whose keys somebody has exchanged.
    """
    rows = await link.fetch(_COMPARED)
    former = [
        row["key"]
        for row in rows
        if _rests_on_former(secret, row["proof"], partial(_compared, row))
    ]
    return list(dict.fromkeys(former))


async def handed_over_before(link: Link, secret: Secret) -> list[str]:
    """Return keys of waves of which something lies ready that a former secret alone proves.

    Without it the wave is held for good as one whose ballots somebody has exchanged.
    """
    former = await changed(link, secret=bytes(secret)) - await changed(link, secret=secret)
    rows = await link.fetch(
        "SELECT key FROM asking.wave WHERE id = ANY($1) ORDER BY key", list[UUID](former)
    )
    return [row["key"] for row in rows]


def _compared(row: Row, secret: bytes) -> bytes:
    return compared_proof(secret, row["id"], row["own"], row["other"])


def _rests_on_former(secret: Secret, proof: bytes, made: Callable[[bytes], bytes]) -> bool:
    return is_proven(proof, secret, made) and not is_proven(proof, bytes(secret), made)
