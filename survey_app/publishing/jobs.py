"""Jobs: waves that are over are closed, and counted ones published. Each may run twice."""

from __future__ import annotations

import logging
from typing import Any

from survey_app.asking.writing import writing
from survey_app.publishing.close_wave import close_wave, destroy_left_over_keys
from survey_app.publishing.errors import PublishingError
from survey_app.publishing.forget_responses import forget_responses
from survey_app.publishing.publish_wave import publish_wave
from survey_app.settings import settings
from survey_app.shared.clock import now, today
from survey_app.shared.faults import places_of

log = logging.getLogger("barometer.publishing")


async def close_due_waves(_ctx: dict[str, Any]) -> None:
    """Close open waves whose last day is past, and count closed ones whose urn is full."""
    async with writing() as link:
        rows = await link.fetch(
            "SELECT key FROM asking.wave WHERE (state = 'open' AND closes_on < $1)"
            " OR state = 'closed' ORDER BY closes_on",
            today(),
        )
    for row in rows:
        await _attempt(close_wave(row["key"], data_dir=settings().data_dir, now=now()), row["key"])


async def publish_counted_waves(_ctx: dict[str, Any]) -> None:
    """Publish counted waves, oldest first: each is compared with those before it."""
    async with writing() as link:
        rows = await link.fetch(
            "SELECT key FROM asking.wave WHERE state = 'counted' ORDER BY closes_on, sequence"
        )
    for row in rows:
        await _attempt(publish_wave(row["key"], now=now()), row["key"])


async def close_and_publish(_ctx: dict[str, Any], wave_key: str) -> None:
    """Close one wave now and publish it: what a person asked for."""
    await _attempt(close_wave(wave_key, data_dir=settings().data_dir, now=now()), wave_key)
    await _attempt(publish_wave(wave_key, now=now()), wave_key)


async def destroy_keys(_ctx: dict[str, Any]) -> None:
    """Destroy keys that a killed worker left over."""
    await destroy_left_over_keys(data_dir=settings().data_dir, now=now())


async def forget_old_responses(_ctx: dict[str, Any]) -> None:
    """Delete responses that were promised to be gone by now."""
    await forget_responses(now=now())


async def _attempt(act: Any, wave_key: str) -> None:  # noqa: ANN401 - a coroutine
    """Let one wave's trouble not stop the others; it is tried again at the next sweep."""
    try:
        await act
    except PublishingError as refused:
        log.warning("%s", refused)
    except Exception as error:  # noqa: BLE001 - one wave must not stop the others
        # where, never what: a database's message holds the row that it refused
        log.error(  # noqa: TRY400 - a traceback ends with that message
            "the wave %s is left for the next sweep: unexpected %s at %s",
            wave_key, type(error).__name__, places_of(error),
        )  # fmt: skip


# in this order: what was just counted is published in the same sweep
SWEEP = [close_due_waves, publish_counted_waves, destroy_keys]
