"""Reminders of actions, which go to whoever still sees them on the pages."""

from __future__ import annotations

import logging
from typing import Any

from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn
from survey_app.actions.remind import ActionOwner, any_due, send_reminders
from survey_app.reading.actions.desk import STAFF
from survey_app.reading.actions.permissions import READERS, visible_places
from survey_app.reading.scope import codes_of_account, stored_codes
from survey_app.reading.waves import published, waves
from survey_app.settings import Settings, settings
from survey_app.shared.clock import now
from survey_app.shared.i18n import as_language

log = logging.getLogger("barometer.actions")


async def send_action_mail(context: dict[str, Any]) -> None:
    """Reminders that are due and not sent."""
    chosen: Settings = context.get("settings") or settings()
    if chosen.smtp_url is None or not await any_due(now=now()):
        return
    base_url = chosen.base_url.rstrip("/")
    sent = await send_reminders(chosen.smtp_url, base_url=base_url, sees=still_sees, clock=now)
    log.info("reminders of actions sent: %d", sent)


async def still_sees(owner: ActionOwner, place: str) -> bool:
    """Tell whether the pages show an owner the actions of a place, as `own_action` decides.

    Of a unit that is no more they show none; who still has it in their account is told anyway.
    """
    role = Role(owner.role)
    if role not in READERS or role is Role.HR:
        return role is Role.HR
    reader = SignedIn(
        str(owner.account), owner.email, role, owner.unit, as_language(owner.language), ""
    )
    if place in codes_of_account(reader):
        return True
    series = await waves(STAFF, now())
    if not series:
        return False
    shown = await published(series[-1], now())
    return place in stored_codes(visible_places(reader, shown))
