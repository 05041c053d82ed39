"""How far a wave and its two key holders have come: one word for each page that tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from survey_app.asking.campaigns.key_holders import TAMPERED, KeyHolder, key_holders
from survey_app.counting.urn import hand_over
from survey_app.counting.urn.hand_over import Step
from survey_app.counting.urn.proof import counter_proof, is_proven
from survey_app.shared.database import Login, connection, fetch

type Stage = Literal["make", "compare", "ready", "open", "closed", "counted", "cancelled"]
# a worker says so every fifteen seconds
GONE_AFTER = timedelta(seconds=90)
_WAVE = (
    "SELECT id, key, state, labels, closes_on, results_on, ballot_size, public_key,"
    " cover_key IS NOT NULL AS can_hand_over, campaign FROM asking.wave WHERE id = $1"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A wave, its two holders, how far its sealed ballots have come, and how many they are."""

    wave: dict[str, object]
    holders: tuple[KeyHolder, ...]
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

    def is_turn_of(self, holder: KeyHolder) -> bool:
        """Whether this holder is to take off the own seal now."""
        closed = self.wave["state"] == "closed"
        return closed and not self.tampered and self.turn == holder.place

    def stage_of(self, holder: KeyHolder) -> Stage:
        """Return what the holder's page is about."""
        state = self.wave["state"]
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

    def other(self, holder: KeyHolder) -> KeyHolder:
        """Return the other of the two."""
        return next(one for one in self.holders if one.id != holder.id)


@dataclass(frozen=True, slots=True)
class LiveCounter:
    """A worker that is there to count."""

    id: UUID
    public_key: bytes


async def standing_of(wave: UUID, holders: Sequence[KeyHolder] = ()) -> Standing:
    """Return how far a wave has come, as ``web``."""
    [row] = await fetch(Login.WEB, _WAVE, wave)
    async with connection(Login.WEB) as link:
        step = await hand_over.step_of(link, wave)
        ballots = await hand_over.number_of(link, wave, int(str(row["ballot_size"] or 0)))
    return Standing(row, tuple(holders) or await key_holders(Login.WEB, wave), step, ballots)


async def live_counter(secret: bytes) -> LiveCounter | None:
    """Return a worker of ours that was there a moment ago; None while none counts.

    Parameters
    ----------
    secret : bytes
        The installation's: what a row was not made with is no worker of ours.
    """
    rows = await fetch(
        Login.WEB,
        "SELECT id, public_key, proof FROM asking.counter"
        " WHERE seen_at BETWEEN clock_timestamp() - $1::interval AND clock_timestamp()"
        " ORDER BY seen_at DESC",
        GONE_AFTER,
    )
    for row in rows:
        if is_proven(row["proof"], counter_proof(secret, row["id"], row["public_key"])):
            return LiveCounter(row["id"], row["public_key"])
    return None
