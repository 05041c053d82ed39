"""Jobs: waves that are over are closed, counted and published. Each may run twice."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.asking.clock_watch import trusted_now
from survey_app.asking.invitations.sweep_marks import sweep_marks
from survey_app.publishing.claims import WaveClaim, due_waves
from survey_app.publishing.closing.forget_responses import forget_responses
from survey_app.publishing.closing.serve_holders import (
    serve_holders,
    stop_changed,
    this_counter,
)
from survey_app.publishing.finishing import FinishAttempt, finish_claimed
from survey_app.settings import settings
from survey_app.shared.clock import OSLO, now
from survey_app.waves.watch_sealing import changed_waves
from survey_app.waves.wave_keys import destroy_left_over_keys, key_is_here

log = logging.getLogger("barometer.publishing")

FINISH = "finish"
"""Where a job finds how a wave is finished: the worker gives it to a child that can be stopped."""


async def finish_due_waves(ctx: dict[str, Any]) -> None:
    """Close waves whose last day is past, and count and publish them, oldest first.

    Each is compared with those before it. A wave with trustees is closed and then left alone: only
    they can open its urn. One whose key lies on another host is left to that host's worker, and one
    of which somebody exchanged what ballots are sealed to, to whoever finds out why.
    """
    at = await trusted_now()
    changed = await changed_waves(settings().secret())
    for due in await due_waves(at.astimezone(OSLO).date()):
        here = not due.needs_key or key_is_here(due.wave, key_dir=settings().key_folder)
        if here and due.counter is None and due.wave not in changed:
            await _finish(ctx, due.key, at)


async def serve_key_holders(_ctx: dict[str, Any]) -> None:
    """Lay closed waves out for their key holders, and say to whom they can hand over."""
    await serve_holders(settings().secret())


async def finish_handed_over(ctx: dict[str, Any]) -> None:
    """Count and publish waves whose key holders handed over to this very process."""
    at, counter = await trusted_now(), this_counter()
    mine = [due for due in await due_waves(at.astimezone(OSLO).date()) if due.counter == counter.id]
    if not mine:
        return
    secret = settings().secret()
    stopped = await stop_changed(secret) | await changed_waves(secret)
    for due in mine:
        if due.wave not in stopped:
            await _finish(ctx, due.key, at, counter.private_key)


async def watch_sealing(_ctx: dict[str, Any]) -> None:
    """Look whether waves are sealed to what they were opened with."""
    await changed_waves(settings().secret())


async def destroy_keys(_ctx: dict[str, Any]) -> None:
    """Destroy keys that a killed worker left over."""
    await destroy_left_over_keys(key_dir=settings().key_folder, now=now())


async def sweep_old_marks(_ctx: dict[str, Any]) -> None:
    """Sweep away the old marks of emptied waves that a killed worker left over."""
    await sweep_marks()


async def forget_old_responses(_ctx: dict[str, Any]) -> None:
    """Delete responses that were promised to be gone by now."""
    await forget_responses(now=now())


async def _finish(
    ctx: dict[str, Any], wave_key: str, at: datetime, counter_key: X25519PrivateKey | None = None
) -> None:
    async def here(claim: WaveClaim, counter_key: X25519PrivateKey | None) -> FinishAttempt:
        from survey_app.publishing.finish_wave import attempt  # noqa: PLC0415 - see `finishing`

        return await attempt(
            claim.key, key_dir=settings().key_folder, now=at, counter_key=counter_key
        )

    finish = partial(ctx.get(FINISH, here), counter_key=counter_key)
    outcome = await finish_claimed(wave_key, finish)
    if outcome is not None and outcome.kind:
        log.warning("the wave %s is left for later: %s", wave_key, outcome.sentence)
    elif outcome is not None and outcome.sentence:
        log.warning("%s", outcome.sentence)
