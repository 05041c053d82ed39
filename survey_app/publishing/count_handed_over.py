"""Lay closed waves out for their key holders, and count what these hand over.

What the second holder opens is sealed to a key that a worker made at its start and keeps in memory
only. When it dies in between, nobody can read what was handed over, and the holder is asked to do
it again: the urn stands until the counting commits.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.asking.campaigns.key_holders import note_trouble
from survey_app.asking.writing import writing
from survey_app.counting.urn import hand_over
from survey_app.counting.urn.errors import IncompleteHandOverError
from survey_app.counting.urn.hand_over import Step
from survey_app.publishing.close_wave import close_wave
from survey_app.shared.database import Login

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

# it says so every fifteen seconds; a minute and a half without a word, and it is gone
GONE_AFTER: Final = timedelta(seconds=90)
_TO_BE_LAID_OUT: Final = """
SELECT w.id FROM asking.wave w WHERE w.state = 'closed' AND w.cover_key IS NOT NULL
  AND EXISTS (SELECT FROM asking.key_holder h WHERE h.wave = w.id AND h.trouble <> 'too large')
  AND NOT EXISTS (SELECT FROM counting.hand_over o WHERE o.wave = w.id)
ORDER BY w.closes_on
"""
_SEALED_TO_NOBODY: Final = """
SELECT o.wave FROM counting.hand_over o
LEFT JOIN asking.counter c ON c.id = o.counter AND c.seen_at >= clock_timestamp() - $2::interval
WHERE o.step = $1 AND c.id IS NULL
"""


@dataclass(frozen=True, slots=True)
class ThisCounter:
    """The process as a counter: its name and its fresh key."""

    id: UUID = field(default_factory=uuid.uuid4)
    private_key: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)


@cache
def this_counter() -> ThisCounter:
    """Return what this process is known by; the same until it ends."""
    return ThisCounter()


async def serve_holders() -> None:
    """Say that this process counts, lay out what is closed, and give back what nobody can open."""
    counter = this_counter()
    async with writing() as link:
        await link.execute(
            "DELETE FROM asking.counter WHERE seen_at < clock_timestamp() - $1::interval",
            GONE_AFTER,
        )
        await link.execute(
            "INSERT INTO asking.counter (id, public_key, seen_at)"
            " VALUES ($1, $2, clock_timestamp())"
            " ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
            counter.id,
            counter.private_key.public_key().public_bytes_raw(),
        )
        closed = await link.fetch(_TO_BE_LAID_OUT)
        lost = await link.fetch(_SEALED_TO_NOBODY, int(Step.TO_COUNTER), GONE_AFTER)
    for wave in closed:
        await _lay_out(wave["id"])
    for row in lost:
        await _ask_again(row["wave"], Step.TO_COUNTER, "interrupted")


async def count_handed_over(
    wave: UUID, wave_key: str, *, private_key: X25519PrivateKey, key_dir: Path, now: datetime
) -> None:
    """Close, count and publish a wave with what its holders handed over.

    Parameters
    ----------
    wave : UUID
    wave_key : str
    private_key : X25519PrivateKey
        Of the counter that it was sealed to.
    key_dir : Path
    now : datetime
        With a zone.

    Raises
    ------
    IncompleteHandOverError
        If it is not exactly what was sealed: the holders are asked to begin again.
    BarometerError
        If the wave cannot be published: what was handed over stays where it is.
    """
    async with writing() as link:
        size = await link.fetchval("SELECT ballot_size FROM asking.wave WHERE id = $1", wave)
        content = await hand_over.take(link, wave, Step.TO_COUNTER)
    if content is None:
        return  # it was counted, or taken back
    try:
        ballots = hand_over.open_to_counter(content, wave=wave, private_key=private_key, row=size)
        await close_wave(wave_key, key_dir=key_dir, now=now, handed_over=ballots)
    except IncompleteHandOverError:
        await _ask_again(wave, Step.SEALED_ONCE, "incomplete")
        raise


async def _lay_out(wave: UUID) -> None:
    async with writing() as link:
        # two workers at once: the second waits, and finds it done
        await link.execute("SELECT 1 FROM asking.wave WHERE id = $1 FOR UPDATE", wave)
        if await hand_over.step_of(link, wave) is None and not await hand_over.lay_out(link, wave):
            await note_trouble(Login.WORKER, wave, "too large")


async def _ask_again(wave: UUID, step: Step, trouble: str) -> None:
    async with writing() as link:
        await hand_over.take_back(link, wave, step)
        await note_trouble(Login.WORKER, wave, trouble)
