"""How far a wave and its two key holders have come: one word for each page that tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from survey_app.asking.campaigns.counters import AnnouncedCounter, live_counters
from survey_app.asking.campaigns.key_holders import TAMPERED, StoredKeyHolder, key_holders
from survey_app.counting.urn import hand_over
from survey_app.counting.urn.hand_over import Step
from survey_app.counting.urn.proof import counter_proof, is_proven
from survey_app.shared.database import Login, connection
from survey_app.waves.stored import HeldWave, held_wave

type Stage = Literal["make", "compare", "ready", "open", "closed", "counted", "cancelled"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A wave, its two holders, how far its sealed ballots have come, and how many they are."""

    wave: HeldWave
    holders: tuple[StoredKeyHolder, ...]
    step: Step | None
    ballots: int | None

    @property
    def turn(self) -> int:
        """Whose turn it is after closing: place 1 or 2; 0 while the worker lays out or counts."""
        return {Step.SEALED_TWICE: 1, Step.SEALED_ONCE: 2}.get(self.step or Step.TO_COUNTER, 0)

    @property
    def tampered(self) -> bool:
        """Whether ballots were exchanged while they were handed over: nobody goes on then."""
        return any(holder.trouble == TAMPERED for holder in self.holders)

    def is_turn_of(self, holder: StoredKeyHolder) -> bool:
        """Whether this holder is to take off the own seal now."""
        closed = self.wave.state == "closed"
        return closed and not self.tampered and self.turn == holder.place

    def stage_of(self, holder: StoredKeyHolder) -> Stage:
        """Return what the holder's page is about."""
        state = self.wave.state
        if state == "cancelled":
            return "cancelled"
        if state == "open":
            return "open"
        if state == "closed":
            return "closed"
        if state in {"counted", "published"}:
            return "counted"
        if holder.public_key is None:
            return "make"
        return "ready" if holder.compared else "compare"

    def other(self, holder: StoredKeyHolder) -> StoredKeyHolder:
        """Return the other of the two."""
        return next(one for one in self.holders if one.id != holder.id)


async def standing_of(wave: UUID, holders: Sequence[StoredKeyHolder] = ()) -> Standing:
    """Return how far a wave has come, as ``web``."""
    async with connection(Login.WEB) as link:
        held = await held_wave(link, wave)
        step = await hand_over.step_of(link, wave)
        ballots = await hand_over.number_of(link, wave, held.ballot_size or 0)
    return Standing(held, tuple(holders) or await key_holders(Login.WEB, wave), step, ballots)


async def live_counter(secret: bytes) -> AnnouncedCounter | None:
    """Return a worker of ours that was there a moment ago; None while none counts.

    Parameters
    ----------
    secret : bytes
        The installation's: what a row was not made with is no worker of ours.
    """
    for counter in await live_counters(Login.WEB):

        def made(one: bytes, counter: AnnouncedCounter = counter) -> bytes:
            return counter_proof(one, counter.id, counter.public_key)

        if is_proven(counter.proof, secret, made):
            return counter
    return None
