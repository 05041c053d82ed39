"""``/settings/health``: what is wrong, since when, what it means for people, and what to do."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import csrf_is_right
from survey_app.installation.alarms.alarm import AlarmKind, KeptAlarm
from survey_app.installation.alarms.host import list_hosts, living
from survey_app.installation.alarms.keep import ended, lasting
from survey_app.installation.alarms.words import say_alarm
from survey_app.installation.alarms.write_mail import PAGE
from survey_app.settings import Settings
from survey_app.shared.clock import OSLO, now
from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import Language
from survey_app.shared.pages import language_of, page

ADMINISTRATORS: Final = requires(Role.ADMIN)


@get(PAGE, guards=[ADMINISTRATORS])
async def show_health(request: Request[Any, Any, Any]) -> Response[str]:
    """Show what is wrong now, and what was in the last two weeks."""
    at, lang = now(), language_of(request)
    chosen: Settings = request.app.state.settings
    found = await lasting(Login.WEB, now=at)
    hosts = await list_hosts(Login.WEB)
    reader = signed_in(request)
    context = {
        "alarms": [_shown(one, lang) for one in found],
        "over": [_shown(one, lang) for one in await ended(Login.WEB, now=at)],
        "looked_at": hosts[0].seen_at.astimezone(OSLO) if hosts else None,
        "hosts": [(one, one.seen_at.astimezone(OSLO)) for one in hosts],
        "living": {one.name for one in living(hosts, at)},
        "mail": chosen.smtp_url is not None,
        "mail_stuck": any(one.kind in {AlarmKind.MAIL_SERVER, AlarmKind.WORKER} for one in found),
        "wants_mail": reader is not None and await _wants_mail(UUID(reader.account)),
        "fixed": chosen.alarm_mail,
    }
    return page(request, "installation/health.html", context)


@post(f"{PAGE}/mail", guards=[ADMINISTRATORS])
async def choose_mail(request: Request[Any, Any, Any]) -> Response[Any]:
    """Let an administrator have mails about alarms, or no longer."""
    form = await request.form()
    reader = signed_in(request)
    if reader is None or not csrf_is_right(reader, str(form.get("csrf", ""))):
        raise ForeignRequest(PAGE)
    account = UUID(reader.account)
    await fetch(Login.WEB, "DELETE FROM asking.alarm_reader WHERE account = $1", account)
    if form.get("wish") == "yes":
        await fetch(
            Login.WEB,
            "INSERT INTO asking.alarm_reader (account, language, asked_at) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING",
            account,
            language_of(request),
            now(),
        )
    return Redirect(f"{PAGE}#mail", status_code=303)


async def _wants_mail(account: UUID) -> bool:
    rows = await fetch(Login.WEB, "SELECT FROM asking.alarm_reader WHERE account = $1", account)
    return bool(rows)


def _shown(alarm: KeptAlarm, lang: Language) -> dict[str, Any]:
    return {
        "words": say_alarm(alarm, lang),
        "began": alarm.began_at.astimezone(OSLO),
        "ended": alarm.ended_at.astimezone(OSLO) if alarm.ended_at else None,
    }


HANDLERS = [show_health, choose_mail]
