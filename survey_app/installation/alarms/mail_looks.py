"""Whether mail goes out, and whether it arrives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from survey_app.asking.delivery.waiting_mail import (
    HOUR,
    bounced_invitations,
    mail_moves,
    oldest_waiting,
)
from survey_app.installation.alarms.alarm import AlarmKind, RaisedAlarm
from survey_app.installation.alarms.wave_names import wave_names
from survey_app.installation.look_at_mail import look_at_mail, look_at_returns
from survey_app.settings import Settings
from survey_app.shared.database import Login

# awake hours: those of BAROMETER_QUIET_HOURS and _DAYS do not count
MOST_HOURS: Final = {"invitation": 1, "reminder": 12}
MOVING: Final = timedelta(minutes=15)
# of a wave's invitations; fewer than this many are told on the wave's own page alone
LEAST_BOUNCED: Final = 20
BOUNCED_PERCENT: Final = 5


async def mail_server(chosen: Settings) -> list[RaisedAlarm]:
    """Return one alarm where the mail server does not let us in."""
    found = await look_at_mail(chosen)
    return [RaisedAlarm(AlarmKind.MAIL_SERVER, "", found.sentence)] if found.bad else []


async def returned_mail(chosen: Settings) -> list[RaisedAlarm]:
    """Return one alarm where the mailbox of returned mail cannot be emptied."""
    found = await look_at_returns(chosen)
    if found is None or not found.bad:
        return []
    return [RaisedAlarm(AlarmKind.RETURNS, "", found.sentence)]


async def waiting_mail(chosen: Settings, now: datetime) -> list[RaisedAlarm]:
    """Return one alarm for each kind of mail that should have gone and does not move."""
    if chosen.smtp_url is None or chosen.quiet_time.holds(now):
        return []
    found = []
    for kind, seconds in (await oldest_waiting(Login.WORKER)).items():
        hours = _awake_hours(chosen, now, int(seconds // HOUR))
        if hours < MOST_HOURS[kind]:
            continue
        # a server that takes so many a minute is slow, and nothing is wrong
        if not await mail_moves(Login.WORKER, kind, since=now - MOVING):
            told = f"mail: {kind}s have waited for {hours} h: see the worker's log and the server's"
            found.append(RaisedAlarm(AlarmKind.MAIL_WAITS, kind, told, {"hours": str(hours)}))
    return found


def _awake_hours(chosen: Settings, now: datetime, hours: int) -> int:
    quiet = chosen.quiet_time
    return sum(not quiet.holds(now - timedelta(hours=one)) for one in range(hours))


async def bounces() -> list[RaisedAlarm]:
    """Return one alarm for each open wave of whose invitations many did not arrive."""
    names = await wave_names()
    return [
        RaisedAlarm(
            AlarmKind.BOUNCES,
            one.wave_key,
            f"mail: {100 * one.failed // one.written} % of the invitations to «{one.wave_key}» did"
            " not arrive: see the wave's page, and mend addresses in the register",
            {"percent": str(100 * one.failed // one.written), "wave": names[one.wave_key]},
        )
        for one in await bounced_invitations(Login.WORKER)
        if one.failed >= LEAST_BOUNCED and 100 * one.failed >= BOUNCED_PERCENT * one.written
    ]
