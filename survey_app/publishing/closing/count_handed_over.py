"""Count what key holders handed over to this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.asking.writing import writing
from survey_app.counting.urn import hand_over
from survey_app.counting.urn.errors import IncompleteHandOverError
from survey_app.counting.urn.hand_over import Step
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.closing.serve_holders import ask_holders_again
from survey_app.waves.stored import sealed_to

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey


async def count_handed_over(
    wave: UUID, wave_key: str, *, private_key: X25519PrivateKey, key_dir: Path, now: datetime
) -> None:
    """Close, count and publish a wave with what its holders handed over.

    ``stop_changed`` has looked that nobody exchanged it.

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
        size = (await sealed_to(link, wave)).ballot_size
        content = await hand_over.read_step(link, wave, Step.TO_COUNTER)
    if content is None:
        return  # it was counted, or taken back
    try:
        ballots = hand_over.open_to_counter(content, wave=wave, private_key=private_key, row=size)
        await close_wave(wave_key, key_dir=key_dir, now=now, handed_over=ballots)
    except IncompleteHandOverError:
        await ask_holders_again(wave, Step.SEALED_ONCE, "incomplete")
        raise
