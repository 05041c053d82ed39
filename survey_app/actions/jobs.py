"""What the worker does for actions; every job is a sentence about rows and may run twice."""

from __future__ import annotations

import logging
from typing import Any

from survey_app.actions.remind import queue_reminders
from survey_app.shared.clock import now, today

log = logging.getLogger("barometer.actions")


async def remind_of_actions(_context: dict[str, Any]) -> None:
    """Actions whose due date is a week away, or has come."""
    new = await queue_reminders(today=today(), now=now())
    if new:
        log.info("reminders of actions queued: %d", new)
