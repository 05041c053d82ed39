"""Ballots of a closed wave on their way through the hands of its two key holders, and back.

The worker lays all sealed ballots out, in an order by chance. The first holder's browser takes off
the outer seal, shuffles, and hands over; the second's takes off the inner, shuffles, and seals the
whole to the worker that counts: its key is fresh, in its memory only. So no private key leaves a
holder's computer, nobody holds both, and no ballot lies open in the database (docs/adr/0035). What
lies ready at each step carries a proof, so that writing to the database exchanges none of it.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from enum import IntEnum
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.counting.urn.errors import ChangedHandOverError, IncompleteHandOverError
from survey_app.counting.urn.proof import is_proven, step_proof
from survey_app.counting.urn.seal import OVERHEAD, SUITE, sealed_size
from survey_app.shared.database import Link

KEYS = 2
LARGEST = 64 * 1024 * 1024
"""Bytes that a browser is asked to carry; an urn with more is opened on the command line."""


class Step(IntEnum):
    """How many seals are off: what lies ready after each is for the next."""

    SEALED_TWICE = 1
    SEALED_ONCE = 2
    TO_COUNTER = 3


def hand_over_purpose(wave: UUID) -> bytes:
    """Return the ``info`` under which opened ballots are sealed to the worker that counts."""
    return b"verdibarometer/count/1/" + wave.bytes


def row_bytes(size: int, step: Step) -> int:
    """Return the bytes of a row at a step; ``size`` is the wave's ballot size."""
    return sealed_size(size, keys=KEYS + 1 - step)


async def lay_out(link: Link, wave: UUID, *, secret: bytes) -> int | None:
    """Lay a closed wave's sealed ballots ready for the first holder, as ``worker``.

    Returns
    -------
    int or None
        How many they are; None when they are too many for a browser.
    """
    rows = await link.fetch("SELECT ballot FROM counting.urn WHERE wave = $1", wave)
    ballots = [row["ballot"] for row in rows]
    if sum(map(len, ballots)) > LARGEST:
        return None
    secrets.SystemRandom().shuffle(ballots)
    await keep_hand_over(link, wave, Step.SEALED_TWICE, b"".join(ballots), secret=secret)
    return len(ballots)


async def step_of(link: Link, wave: UUID) -> Step | None:
    """Return how far the ballots of a wave have come; None where nothing is laid out."""
    step = await link.fetchval("SELECT max(step) FROM counting.hand_over WHERE wave = $1", wave)
    return None if step is None else Step(step)


async def laid_out(link: Link) -> set[UUID]:
    """Return the waves of which something lies ready."""
    rows = await link.fetch("SELECT DISTINCT wave FROM counting.hand_over")
    return {row["wave"] for row in rows}


async def sealed_to_counters(link: Link) -> dict[UUID, UUID | None]:
    """Return the waves whose second holder is done, with the counter that can open them."""
    rows = await link.fetch(
        "SELECT wave, counter FROM counting.hand_over WHERE step = $1", int(Step.TO_COUNTER)
    )
    return {row["wave"]: row["counter"] for row in rows}


async def number_of(link: Link, wave: UUID, size: int) -> int | None:
    """Return how many ballots of ``size`` bytes were laid out; None where nothing is."""
    whole = await link.fetchval(
        "SELECT octet_length(content) FROM counting.hand_over WHERE wave = $1 AND step = $2",
        wave,
        int(Step.SEALED_TWICE),
    )
    return None if whole is None else whole // row_bytes(size, Step.SEALED_TWICE)


async def keep_hand_over(
    link: Link,
    wave: UUID,
    step: Step,
    content: bytes,
    *,
    secret: bytes,
    counter: UUID | None = None,
) -> None:
    """Keep what somebody hands over. A second hand at once meets the unique index."""
    await link.execute(
        "INSERT INTO counting.hand_over (id, wave, step, counter, content, proof)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        uuid.uuid4(),
        wave,
        int(step),
        counter,
        content,
        step_proof(secret, wave, step, counter, hashlib.sha256(content).digest()),
    )


async def read_step(link: Link, wave: UUID, step: Step) -> bytes | None:
    """Return what lies ready at a step, whoever put it there."""
    found: bytes | None = await link.fetchval(
        "SELECT content FROM counting.hand_over WHERE wave = $1 AND step = $2", wave, int(step)
    )
    return found


async def take(link: Link, wave: UUID, step: Step, *, secret: bytes) -> bytes | None:
    """Return what lies ready at a step.

    Raises
    ------
    ChangedHandOverError
        If no process of ours put it there.
    """
    row = await link.fetchrow(
        "SELECT counter, content, proof FROM counting.hand_over WHERE wave = $1 AND step = $2",
        wave,
        int(step),
    )
    if row is None:
        return None
    content: bytes = row["content"]
    digest = hashlib.sha256(content).digest()
    if not _is_ours(row["proof"], secret, wave, step, row["counter"], digest):
        raise ChangedHandOverError("what lies ready for a key holder was changed in the database")
    return content


async def changed(link: Link, *, secret: bytes) -> set[UUID]:
    """Return waves of which something lies ready that no process of ours put there."""
    rows = await link.fetch(
        "SELECT wave, step, counter, proof, sha256(content) AS digest FROM counting.hand_over"
    )
    return {
        row["wave"]
        for row in rows
        if not _is_ours(
            row["proof"], secret, row["wave"], row["step"], row["counter"], row["digest"]
        )
    }


def _is_ours(
    proof: bytes, secret: bytes, wave: UUID, step: int, counter: UUID | None, digest: bytes
) -> bool:
    return is_proven(proof, secret, lambda one: step_proof(one, wave, step, counter, digest))


async def take_back(link: Link, wave: UUID, step: Step) -> None:
    """Forget a step and all behind it: the holder does it again."""
    await link.execute(
        "DELETE FROM counting.hand_over WHERE wave = $1 AND step >= $2", wave, int(step)
    )


async def forget_hand_overs(link: Link, wave: UUID) -> None:
    """Delete everything of a wave, with its urn."""
    await link.execute("DELETE FROM counting.hand_over WHERE wave = $1", wave)


def check_row_count(content: bytes, *, before: int, row: int) -> None:
    """Refuse rows that are not as many and as long as those that were taken.

    Parameters
    ----------
    content : bytes
        What is handed over, sealed once.
    before : int
        Bytes of what the holder took, sealed twice.
    row : int
        Bytes of a row that is sealed once.

    Raises
    ------
    IncompleteHandOverError
        If the length is another.
    """
    if len(content) * (row + OVERHEAD) != before * row:
        raise IncompleteHandOverError("what was handed over has another length than what was taken")


def open_to_counter(
    content: bytes, *, wave: UUID, private_key: X25519PrivateKey, row: int
) -> Sequence[bytes]:
    """Open what the second holder sealed to this worker, and part it into ballots of ``row`` bytes.

    Raises
    ------
    IncompleteHandOverError
        If it was not sealed to this key for this wave, or cannot be parted.
    """
    try:
        plain = SUITE.decrypt(content, private_key, hand_over_purpose(wave))
    except (InvalidTag, ValueError):
        raise IncompleteHandOverError("what was handed over was sealed to another key") from None
    if len(plain) % row:
        raise IncompleteHandOverError("what was handed over cannot be parted into ballots")
    return [plain[at : at + row] for at in range(0, len(plain), row)]
