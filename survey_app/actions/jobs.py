"""What the worker does for actions; every job is a sentence about rows and may run twice."""

from __future__ import annotations

import logging
from typing import Any

from survey_app.actions.remind import queue_reminders, send_reminders
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.settings import Settings, settings
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, fetch

log = logging.getLogger("barometer.actions")


async def remind_of_actions(_context: dict[str, Any]) -> None:
    """Actions whose due date is a week away, or has come."""
    new = await queue_reminders(today=today(), now=now())
    if new:
        log.info("reminders of actions queued: %d", new)


async def send_action_mail(context: dict[str, Any]) -> None:
    """Reminders that are due and not sent."""
    chosen: Settings = context.get("settings") or settings()
    due = await fetch(
        Login.WORKER,
        "SELECT EXISTS (SELECT FROM actions.reminder WHERE state = 'due' AND due_at <= $1) AS some",
        now(),
    )
    if chosen.smtp_url is None or not due[0]["some"]:
        return
    async with MailServer(chosen.smtp_url) as server:
        sent = await send_reminders(server, base_url=chosen.base_url.rstrip("/"), clock=now)
    log.info("reminders of actions sent: %d", sent)
