"""What is wrong with the installation, on the first page of those who can see what it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from survey_app.accounts.roles import Role
from survey_app.asking.desk.things import Thing, WaitingThing
from survey_app.asking.desk.waiting import Desk
from survey_app.installation.alarms.keep import lasting
from survey_app.installation.alarms.write_mail import PAGE
from survey_app.shared.database import Login


async def with_alarms(found: Desk | None, role: Role, *, now: datetime) -> Desk | None:
    """Put before all that waits for an administrator how much is wrong now, if anything is."""
    if found is None or role is not Role.ADMIN:
        return found
    wrong = len(await lasting(Login.WEB, now=now))
    if not wrong:
        return found
    first = WaitingThing(Thing.ALARMS, PAGE, number=wrong)
    return replace(found, waiting=(first, *found.waiting))
