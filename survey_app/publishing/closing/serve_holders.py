"""Lay closed waves out for their key holders, and say to which process they can hand over.

What the second holder opens is sealed to a key that a worker made at its start and keeps in memory
only. When it dies in between, nobody can read what was handed over, and the holder is asked to do
it again: the urn stands until the counting commits.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.asking.campaigns import counters
from survey_app.asking.campaigns.counters import AnnouncedCounter
from survey_app.asking.campaigns.key_holders import TAMPERED, note_trouble, tampered_waves
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.urn import hand_over
from survey_app.counting.urn.hand_over import Step
from survey_app.counting.urn.proof import counter_proof, is_proven
from survey_app.shared.clock import now as the_time
from survey_app.shared.database import Link, Login
from survey_app.waves.states import lock_state
from survey_app.waves.stored import waves_to_lay_out

if TYPE_CHECKING:
    from uuid import UUID

log = logging.getLogger("barometer.publishing")


@dataclass(frozen=True, slots=True)
class ThisCounter:
    """The process as a counter: its name and its fresh key."""

    id: UUID = field(default_factory=uuid.uuid4)
    private_key: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)


@cache
def this_counter() -> ThisCounter:
    """Return what this process is known by; the same until it ends."""
    return ThisCounter()


async def serve_holders(secret: bytes) -> None:
    """Say that this process counts, lay out what is closed, and give back what nobody can open.

    Parameters
    ----------
    secret : bytes
        The installation's, which proves to the web process whose key this is.
    """
    async with writing() as link:
        await counters.forget_gone(link)
        strangers = await _remove_strangers(link, secret)
        await _announce(link, secret)
    if strangers:
        await _tell_of("unknown key to count with was removed", "", keys=strangers)
    stopped = await stop_changed(secret)
    async with writing() as link:
        closed = await waves_to_lay_out(link)
        done = await hand_over.laid_out(link)
        handed_over = await hand_over.sealed_to_counters(link)
    for wave, key in closed.items():
        if wave not in done:
            await _lay_out(wave, key, secret)
    there = {counter.id for counter in await counters.live_counters(Login.WORKER)}
    for wave, counter in handed_over.items():
        if counter not in there and wave not in stopped:
            await ask_holders_again(wave, Step.TO_COUNTER, "interrupted")


async def stop_changed(secret: bytes) -> set[UUID]:
    """Return waves whose ballots were exchanged while they were handed over; tell of new ones.

    They stay as they are, and are counted by command, once it is known what happened.
    """
    known = await tampered_waves(Login.WORKER)
    async with writing() as link:
        changed = await hand_over.changed(link, secret=secret)
    for wave in changed - set(known):
        await note_trouble(Login.WORKER, wave, TAMPERED)
    found = await tampered_waves(Login.WORKER)
    for wave in set(found) - set(known):
        await _tell_of("hand-over was changed in the database", found[wave])
    return set(found)


async def _announce(link: Link, secret: bytes) -> None:
    this = this_counter()
    public = this.private_key.public_key().public_bytes_raw()
    proof = counter_proof(secret, this.id, public)
    await counters.announce(link, AnnouncedCounter(this.id, public, proof))


async def _remove_strangers(link: Link, secret: bytes) -> int:
    """Remove keys that no worker of ours announced; returns how many."""
    strange = [
        one.id
        for one in await counters.all_counters(link)
        if not is_proven(one.proof, secret, partial(_proof_of, one))
    ]
    await counters.remove(link, strange)
    return len(strange)


def _proof_of(counter: AnnouncedCounter, secret: bytes) -> bytes:
    return counter_proof(secret, counter.id, counter.public_key)


async def _tell_of(action: str, wave_key: str, **facts: object) -> None:
    log.warning(
        "%s%s: somebody wrote to the database who is no process of this installation",
        f"the wave {wave_key}: " if wave_key else "",
        action,
    )
    await record(
        Login.WORKER, now=the_time(), actor="system", action=action, subject=wave_key, **facts
    )


async def _lay_out(wave: UUID, wave_key: str, secret: bytes) -> None:
    async with writing() as link:
        # two workers at once: the second waits, and finds it done
        await lock_state(link, wave)
        if await hand_over.step_of(link, wave) is not None:
            return
        ballots = await hand_over.lay_out(link, wave, secret=secret)
        if ballots is None:
            await note_trouble(Login.WORKER, wave, "too large")
            return
        await record(
            Login.WORKER, now=the_time(), actor="system", action="laid out for key holders",
            subject=wave_key, ballots=ballots,
        )  # fmt: skip


async def ask_holders_again(wave: UUID, step: Step, trouble: str) -> None:
    """Take back what was handed over at a step, and note why its holder is asked once more."""
    async with writing() as link:
        await hand_over.take_back(link, wave, step)
        await note_trouble(Login.WORKER, wave, trouble)
