"""What the worker does for subscriptions: a sentence about rows, that may run twice."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from survey_app.reading.subscriptions.writer import Writer
from survey_app.settings import Settings, settings
from survey_app.shared.clock import now
from survey_app.subscriptions.send_letters import queue_letters, send_letters, some_due

log = logging.getLogger("barometer.subscriptions")
_sending = asyncio.Lock()


async def send_subscriptions(context: dict[str, Any]) -> None:
    """Figures that are out, and subscribers who are not told yet.

    The sweep starts it again and again: one run at a time in each worker.
    """
    if _sending.locked():
        return
    async with _sending:
        chosen: Settings = context.get("settings") or settings()
        new = await queue_letters(now=now())
        if new:
            log.info("letters about new figures queued: %d", new)
        if chosen.smtp_url is None or not await some_due(now=now()):
            return
        writer = Writer(chosen.base_url, chosen.secret())
        sent = await send_letters(chosen.smtp_url, writer.write, clock=now)
        log.info("letters about new figures sent: %d", sent)
