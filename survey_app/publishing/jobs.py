"""Jobs: waves that are over are closed, and counted ones published. Each may run twice."""

from __future__ import annotations

import logging
from typing import Any

import asyncpg

from survey_app.asking.invitations.sweep_marks import sweep_marks
from survey_app.asking.writing import writing
from survey_app.publishing.close_wave import close_wave
from survey_app.publishing.forget_responses import forget_responses
from survey_app.publishing.publish_wave import publish_wave
from survey_app.publishing.refusals import note_refusal, waves_to_publish
from survey_app.publishing.wave_keys import destroy_left_over_keys
from survey_app.settings import settings
from survey_app.shared.clock import now, today
from survey_app.shared.errors import BarometerError
from survey_app.shared.faults import places_of

log = logging.getLogger("barometer.publishing")

# a connection that broke, or two who waited for each other: the next sweep may do better
_PASSING = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


async def close_due_waves(_ctx: dict[str, Any]) -> None:
    """Close open waves whose last day is past, and count closed ones whose urn is full.

    A wave with trustees is closed and then left alone: only they can open its urn.
    """
    async with writing() as link:
        rows = await link.fetch(
            "SELECT key FROM asking.wave WHERE (state = 'open' AND closes_on < $1)"
            " OR (state = 'closed' AND trustees = '[]'::jsonb) ORDER BY closes_on",
            today(),
        )
    for row in rows:
        await _attempt(close_wave(row["key"], key_dir=settings().key_folder, now=now()), row["key"])


async def publish_counted_waves(_ctx: dict[str, Any]) -> None:
    """Publish counted waves, oldest first: each is compared with those before it."""
    for key in await waves_to_publish(now=now()):
        await _publish(key)


async def close_and_publish(_ctx: dict[str, Any], wave_key: str) -> None:
    """Close one wave now and publish it: what a person asked for."""
    closing = close_wave(wave_key, key_dir=settings().key_folder, now=now())
    if await _attempt(closing, wave_key) is None:
        await _publish(wave_key)


async def destroy_keys(_ctx: dict[str, Any]) -> None:
    """Destroy keys that a killed worker left over."""
    await destroy_left_over_keys(key_dir=settings().key_folder, now=now())


async def sweep_old_marks(_ctx: dict[str, Any]) -> None:
    """Sweep away the old marks of emptied waves that a killed worker left over."""
    await sweep_marks()


async def forget_old_responses(_ctx: dict[str, Any]) -> None:
    """Delete responses that were promised to be gone by now."""
    await forget_responses(now=now())


async def _publish(wave_key: str) -> None:
    failed = await _attempt(publish_wave(wave_key, now=now()), wave_key)
    if failed is not None and not isinstance(failed, _PASSING):
        # computing it takes long, and would end the same way: not again at every sweep
        await _attempt(note_refusal(wave_key, now=now()), wave_key)


async def _attempt(act: Any, wave_key: str) -> Exception | None:  # noqa: ANN401 - a coroutine
    """Let one wave's trouble not stop the others, and hand it back."""
    try:
        await act
    except BarometerError as refused:
        log.warning("%s", refused)
        return refused
    except Exception as error:  # noqa: BLE001 - one wave must not stop the others
        # where, never what: a database's message holds the row that it refused
        log.error(  # noqa: TRY400 - a traceback ends with that message
            "the wave %s is left for later: unexpected %s at %s",
            wave_key, type(error).__name__, places_of(error),
        )  # fmt: skip
        return error
    return None


# in this order: what was just counted is published in the same sweep
SWEEP = [close_due_waves, publish_counted_waves, destroy_keys, sweep_old_marks]
