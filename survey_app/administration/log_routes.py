"""``/settings/log``: who did what and when, searched on a page and taken out as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import csrf_is_right
from survey_app.administration.act_names import (
    AREAS,
    OTHER,
    act_name,
    actor_name,
    area_name,
    is_named,
)
from survey_app.asking.people.units import unit_names
from survey_app.audit.chain import Misfit
from survey_app.audit.heads import LastLook, last_look
from survey_app.audit.read import (
    MOST,
    PAGE,
    Logged,
    Sought,
    count_log,
    list_actors,
    list_acts,
    list_log,
)
from survey_app.audit.record import record
from survey_app.shared.clock import OSLO, now
from survey_app.shared.database import Login
from survey_app.shared.form_text import read_day
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.pages import language_of, page
from survey_app.shared.spreadsheet_text import harmless

ADDRESS: Final = "/settings/log"
ADMINISTRATORS = requires(Role.ADMIN)
NO_DAY: Final = N_("Datoen kan ikke leses. Skriv den som 15.03.2027.")
BROKEN: Final = {
    Misfit.CHANGED: N_("Den neste hendelsen er endret etter at den ble skrevet."),
    Misfit.MISSING: N_("Den neste hendelsen mangler."),
    Misfit.UNCHAINED: N_("En hendelse er lagt inn uten å henge sammen med de andre."),
    Misfit.OTHER_HEAD: N_("Kontrollsummen er en annen enn den som ble tatt vare på."),
}
COLUMNS: Final = {
    "at": N_("Når"),
    "actor": N_("Hvem"),
    "what": N_("Hva"),
    "subject": N_("Gjelder"),
    "unit": N_("Enhet"),
    "area": N_("Område"),
}
_NUMBER: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CHARSET: Final = "utf-8-sig"  # with the mark by which spreadsheets know it


@get(ADDRESS, guards=[ADMINISTRATORS])
async def show_log(
    request: Request[Any, Any, Any],
    area: FromQuery[str] = "",
    actor: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
    first: FromQuery[str] = "0",
) -> Response[str]:
    """Show what was done, the newest first."""
    start = int(first) if first.isascii() and first.isdigit() and len(first) < len(str(MOST)) else 0
    sought, problem = await _sought(area, actor, since, until)
    lang, number = language_of(request), await count_log(sought)
    rows = await list_log(sought, first=start)
    context = {
        "rows": await _told(rows, lang),
        "number": number,
        "first": start,
        "older": start + PAGE if number > start + PAGE else None,
        "newer": max(start - PAGE, 0) if start else None,
        "areas": list(AREAS),
        "actors": [(one, actor_name(one, lang)) for one in await list_actors()],
        "chosen": {"area": area, "actor": actor, "since": since, "until": until},
        "problem": problem,
        "most": MOST,
        "whole": _wholeness(await last_look(Login.WEB)),
    }
    return page(request, "administration/log.html", context)


@post(f"{ADDRESS}/file", guards=[ADMINISTRATORS], status_code=200)
async def take_log_out(request: Request[Any, Any, Any]) -> Response[Any]:
    """Give what is sought as a file for spreadsheets; that it was taken out is logged."""
    form = await request.form()
    reader = signed_in(request)
    if reader is None or not csrf_is_right(reader, str(form.get("csrf", ""))):
        raise ForeignRequest(ADDRESS)
    told = [str(form.get(name, "")) for name in ("area", "actor", "since", "until")]
    sought, problem = await _sought(*told)
    if problem:
        return Redirect(ADDRESS, status_code=303)
    rows, lang = await list_log(sought, most=MOST), language_of(request)
    await record(
        Login.WEB,
        now=now(),
        actor=reader.email,
        action="log taken out",
        subject="log",
        rows=len(rows),
    )
    return Response(
        _file(await _told(rows, lang), lang).encode(CHARSET),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="logg.csv"',
            "Cache-Control": "no-store",
        },
    )


def _wholeness(last: LastLook | None) -> dict[str, Any] | None:
    if last is None:
        return None
    head = last.found.head
    misfit = last.found.misfit
    return {
        "at": last.verified_at.astimezone(OSLO),
        "rows": last.found.rows,
        "number": head.number,
        "hash": head.hash.hex(),
        "misfit": BROKEN[misfit] if misfit else "",
    }


async def _sought(area: str, actor: str, since: str, until: str) -> tuple[Sought, str]:
    first, last = read_day(since), read_day(until)
    problem = NO_DAY if (since and not first) or (until and not last) else ""
    actions: list[str] = list(AREAS.get(area, ()))
    if area == OTHER:
        actions = [one for one in await list_acts() if not is_named(one)] or [OTHER]
    return Sought(
        actions,
        actor,
        _midnight(first),
        _midnight(last + timedelta(days=1)) if last else None,
    ), problem


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), OSLO) if day else None


async def _told(rows: list[Logged], lang: Language) -> list[dict[str, Any]]:
    units = await unit_names(Login.WEB)
    return [
        {
            "at": row.at.astimezone(OSLO),
            "actor": actor_name(row.actor, lang),
            "what": act_name(row.action, lang),
            # of what has no name that people know, the unit alone is told
            "subject": "" if _NUMBER.fullmatch(row.subject) else row.subject,
            "area": area_name(row.action, lang),
            "unit": units.get(str(row.facts.get("unit", "")), ""),
        }
        for row in rows
    ]


def _file(rows: list[dict[str, Any]], lang: Language) -> str:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";")
    gettext = translator(lang).gettext
    writer.writerow([gettext(name) for name in COLUMNS.values()])
    for row in rows:
        told = [harmless(str(row[name])) for name in COLUMNS if name != "at"]
        writer.writerow([row["at"].isoformat(timespec="seconds"), *told])
    return written.getvalue()


HANDLERS = [show_log, take_log_out]
