"""Move on a page the days of an open wave, or when a closed one shows its results.

What follows is said before, and why is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.acts import ActRequest, ask, one_actor_at_a_time
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.queries import WaveRow, find_campaign
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import CampaignProblems
from survey_app.asking.mends import FileMend, mends_of
from survey_app.asking.reasons import Against, Reason
from survey_app.audit.record import record
from survey_app.running.asking import allowed_wave, reader_of
from survey_app.running.dates import (
    MOVED,
    checked_dates,
    checked_results,
    speaks_against_moves,
)
from survey_app.running.plan import said_of
from survey_app.running.plan_routes import FIELDS, weekdays_of
from survey_app.running.possible import LONGEST_LOGGED, reason_logged
from survey_app.running.preview import BY_LETTER, by_mail
from survey_app.running.seen import is_asked, overtaken, seen_now
from survey_app.running.too_late import too_late
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_
from survey_app.shared.pages import language_of, page
from survey_app.waves.move_dates import MovedDates
from survey_app.waves.move_results import MOVABLE

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
NO_REASON: Final = N_("Skriv hvorfor datoene flyttes.")
LABELS: Final = {**FIELDS, "reminder_days": N_("Påminnelser"), "reason": N_("Hvorfor?")}


@get("/waves/{key:str}/dates", guards=[requires(*READERS)])
async def show_dates(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Show the days that may be moved, and what follows when they are."""
    wave = await allowed_wave(request, key)
    if not _fields_of(wave):
        return Redirect(f"/campaigns/{wave.campaign}", status_code=303)
    return await _page(request, wave, said_of(wave))


@post("/waves/{key:str}/dates", guards=[requires(*READERS)])
async def take_dates(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Leave other days to the worker, or say what is wrong with them."""
    wave = await allowed_wave(request, key)
    form = await request.form()
    reader = reader_of(request, str(form.get("csrf", "")))
    fields = _fields_of(wave)
    before = said_of(wave)
    sent = {name: str(form.get(name, before[name])).strip() for name in MOVED}
    # another day that can no longer move is said to come too late, not left out in silence
    if not fields or any(sent[name] != before[name] for name in MOVED if name not in fields):
        return too_late(request, wave, Reason(Against.STATE, state=wave.state))
    said = before | {name: sent[name] for name in fields}
    reason, wrong_reason = reason_logged(str(form.get("reason", "")), NO_REASON)
    mends: list[FileMend] = []
    try:
        moves = _moves(said, wave)
    except CampaignProblems as found:
        mends = mends_of(found.problems, language_of(request))
    asks = not mends and wave.state == State.OPEN and not form.get("anyway")
    notes = await speaks_against_moves(wave, said, today=today()) if asks else []
    if mends or notes or wrong_reason:
        seen = str(form.get("seen", ""))
        return await _page(
            request, wave, said, reason=reason, seen=seen, mends=mends, wrong_reason=wrong_reason,
            notes=notes,
        )  # fmt: skip
    if moves:
        at = now()
        content = json.dumps({name: said[name] for name in fields}).encode()
        asked = ActRequest(
            wave.id,
            "dates",
            reader.account,
            reader.email,
            due_at=at,
            reason=reason,
            content=content,
        )
        async with one_actor_at_a_time(wave.id):
            if await is_asked(wave, "dates", reader.account, content):
                return Redirect(f"/campaigns/{wave.campaign}", status_code=303)
            if (late := await overtaken(wave, str(form.get("seen", "")))) is None:
                await ask(asked, now=at)
        if late:
            return too_late(request, wave, late)
        await record(Login.WEB, now=at, actor=reader.email, action="dates asked", subject=wave.key)
    return Redirect(f"/campaigns/{wave.campaign}", status_code=303)


def _fields_of(wave: WaveRow) -> tuple[str, ...]:
    """Name what may be moved of a wave as it stands."""
    if wave.state == State.OPEN:
        return MOVED
    return ("results_on",) if wave.state in MOVABLE else ()


def _moves(said: Mapping[str, str], wave: WaveRow) -> bool:
    """Tell whether a form says other days than stand, by whatever rules these were planned."""
    if wave.state != State.OPEN:
        return checked_results(said, wave, today=today()) != wave.results_on
    moved = checked_dates(said, wave, today=today())
    return moved != MovedDates(wave.closes_on, wave.results_on, tuple(wave.reminder_days))


async def _page(
    request: Request[Any, Any, Any],
    wave: WaveRow,
    said: Mapping[str, str],
    *,
    reason: str = "",
    seen: str = "",
    mends: Sequence[FileMend] = (),
    wrong_reason: str = "",
    notes: Sequence[Reason] = (),
) -> Response[str]:
    language = language_of(request)
    passed = (today() - wave.opens_on).days
    context = {
        "wave": wave,
        "campaign": await find_campaign(Login.WEB, wave.campaign),
        "name": in_language(wave.labels["name"], language),
        "said": said,
        "reason": reason,
        "seen": seen or await seen_now(wave),
        "mends": mends,
        "notes": say_reasons(notes, language),
        "wrong_reason": wrong_reason,
        "longest": LONGEST_LOGGED,
        "wrong": {one.column: one.sentence for one in mends},
        "labels": LABELS,
        "own": (),
        "fields": {name: label for name, label in FIELDS.items() if name in _fields_of(wave)},
        "is_closed": wave.state != State.OPEN,
        "weekdays": weekdays_of(said, language),
        "by_mail": wave.state == State.OPEN and by_mail(wave),
        "by_letter": wave.invite in BY_LETTER,
        "reminders_sent": [
            wave.opens_on + timedelta(days=day) for day in wave.reminder_days if day <= passed
        ],
        "earliest": (today() + timedelta(days=1)).isoformat(),
    }
    status = WRONG if mends or notes or wrong_reason else 200
    return page(request, "running/dates.html", context, status=status)


HANDLERS = [show_dates, take_dates]
