"""Try the questions of a version out with a small group, and read what that told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.instruments.versions import VersionState, WrittenVersion
from survey_app.asking.pilots.pilots import (
    KEPT_DAYS,
    LONGEST_DAYS,
    UNCOUNTABLE,
    UNDER_WAY,
    PilotRow,
    PilotState,
    ask_for_pilot,
    ask_to_count,
    give_up_pilot,
    pilots_of,
)
from survey_app.running.asking import reader_of
from survey_app.running.authoring.access import (
    allowed_version,
    assessed,
    note_version,
    version_address,
)
from survey_app.running.authoring.editor import page_names
from survey_app.running.authoring.pilot_forms import (
    pilot_title,
    tried_forms,
    tried_questionnaire,
)
from survey_app.running.authoring.pilot_view import PILOT_STATES, pilot_found
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.form_text import FieldProblem, day_of
from survey_app.shared.i18n import N_
from survey_app.shared.pages import language_of, page
from survey_app.shared.qr import qr_drawing
from survey_app.shared.unseen import without_unseen

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
LONGEST_CONTACT: Final = 200  # characters
USUAL_DAYS: Final = 7
NO_FORM: Final = N_("Velg et skjema som kan prøves ut.")
NO_DAY: Final = N_("Velg en siste dag fra i dag og høyst %(days)s dager fram.")
NO_CONTACT: Final = N_("Skriv hvem de som svarer, kan spørre. Bruk høyst 200 tegn.")
# of no field: what is wrong stands on another page
UNREADY: Final = FieldProblem(
    "", N_("Noe i versjonen må rettes først. Siden for gjennomsyn viser hva.")
)


@get("/questionnaires/{form:str}/{version:str}/pilots", guards=[requires(*READERS)])
async def show_pilots(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Show the pilots of a version: the link of an open one, and what the others told."""
    return await _page(request, await allowed_version(request, form, version))


@post("/questionnaires/{form:str}/{version:str}/pilots", guards=[requires(*READERS)])
async def begin_pilot(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Leave a pilot to the worker, which opens it; or say what is missing."""
    was = await allowed_version(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    said = {
        name: without_unseen(str(sent.get(name, ""))).strip() for name in ("form", "day", "contact")
    }
    assessment = await assessed(was.files)
    forms = tried_forms(form, assessment.library, language_of(request))
    day = day_of(said["day"])
    problems = [UNREADY] if assessment.problems else _against(said, day, forms)
    if problems or day is None:
        return await _page(request, was, said=said, problems=problems)
    begun = await ask_for_pilot(
        Login.WEB,
        was,
        tried_questionnaire(said["form"], assessment.library),
        form=said["form"],
        closes_on=day,
        contact=said["contact"],
        account=reader.account,
        actor=reader.email,
        now=now(),
    )
    if begun:
        await note_version(reader.email, "pilot asked", form, was.files.version, form=said["form"])
    return Redirect(f"{version_address(was)}/pilots", status_code=303)


@get("/questionnaires/{form:str}/{version:str}/pilots/end", guards=[requires(*READERS)])
async def ask_before_ending(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Say what follows when a pilot is counted before its last day."""
    was = await allowed_version(request, form, version)
    pilot = await _pilot(was, request.query_params.get("pilot", ""), {PilotState.OPEN})
    context = {**page_names(was, language_of(request)), "pilot": pilot, "k": _k(request, pilot)}
    return page(request, "running/version_pilot_end.html", context)


@post("/questionnaires/{form:str}/{version:str}/pilots/end", guards=[requires(*READERS)])
async def end_pilot(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Leave it to the worker to count a pilot now."""
    was = await allowed_version(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    pilot = await _pilot(was, str(sent.get("pilot", "")), {PilotState.OPEN})
    if await ask_to_count(Login.WEB, pilot.id):
        await note_version(reader.email, "pilot ended", form, was.files.version, form=pilot.form)
    return Redirect(f"{version_address(was)}/pilots", status_code=303)


@get("/questionnaires/{form:str}/{version:str}/pilots/give-up", guards=[requires(*READERS)])
async def ask_before_giving_up(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Say what follows when a pilot that cannot be counted is given up."""
    was = await allowed_version(request, form, version)
    pilot = await _pilot(was, request.query_params.get("pilot", ""), UNCOUNTABLE)
    context = {**page_names(was, language_of(request)), "pilot": pilot}
    return page(request, "running/version_pilot_give_up.html", context)


@post("/questionnaires/{form:str}/{version:str}/pilots/give-up", guards=[requires(*READERS)])
async def leave_uncounted(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Leave it to the worker to delete a pilot that cannot be counted."""
    was = await allowed_version(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    pilot = await _pilot(was, str(sent.get("pilot", "")), UNCOUNTABLE)
    if await give_up_pilot(Login.WEB, pilot.id):
        await note_version(reader.email, "pilot given up", form, was.files.version, form=pilot.form)
    return Redirect(f"{version_address(was)}/pilots", status_code=303)


async def _pilot(was: WrittenVersion, pilot: str, states: Collection[PilotState]) -> PilotRow:
    try:
        wanted = UUID(pilot)
    except ValueError as error:
        raise NotFoundException from error
    for one in await pilots_of(Login.WEB, was):
        if one.id == wanted and one.state in states:
            return one
    raise NotFoundException


def _against(said: dict[str, str], day: date | None, forms: Collection[str]) -> list[FieldProblem]:
    """Say why a pilot cannot be made of what was sent, field by field; empty where it can."""
    found = []
    if said["form"] not in forms:
        found.append(FieldProblem("form", NO_FORM))
    latest = today() + timedelta(days=LONGEST_DAYS)
    if day is None or not today() <= day <= latest:
        found.append(FieldProblem("day", NO_DAY, {"days": LONGEST_DAYS}))
    if not 0 < len(said["contact"]) <= LONGEST_CONTACT:
        found.append(FieldProblem("contact", NO_CONTACT))
    return found


def _k(request: Request[Any, Any, Any], pilot: PilotRow | None) -> int:
    chosen: int = request.app.state.settings.minimum_group
    return (pilot.minimum_group if pilot else None) or chosen


async def _page(
    request: Request[Any, Any, Any],
    was: WrittenVersion,
    *,
    said: dict[str, str] | None = None,
    problems: Sequence[FieldProblem] = (),
) -> Response[Any]:
    language = language_of(request)
    pilots = await pilots_of(Login.WEB, was)
    current = next((one for one in pilots if one.state in UNDER_WAY), None)
    forms = tried_forms(was.files.key, (await assessed(was.files)).library, language)
    is_open = current is not None and current.state is PilotState.OPEN
    link = f"{request.app.state.settings.answering_url}/open/{current.code}" if current else ""
    usual = {"form": "", "day": (today() + timedelta(days=USUAL_DAYS)).isoformat()}
    context = {
        **page_names(was, language),
        "current": current,
        "is_open": is_open,
        "uncountable": current is not None and current.state in UNCOUNTABLE,
        "gone": current.closes_on + timedelta(days=KEPT_DAYS + 1) if current else None,
        "link": link,
        "qr": qr_drawing(link) if is_open else "",
        "counted": [
            (
                one,
                pilot_title(one, language),
                pilot_found(one, language),
                one.closes_on + timedelta(days=KEPT_DAYS + 1),
            )
            for one in pilots
            if one.state not in UNDER_WAY | {PilotState.GIVEN_UP}
        ],
        "pilot_states": PILOT_STATES,
        "current_title": pilot_title(current, language) if current else "",
        "forms": forms,
        "split": any(":" in one for one in forms),
        "may_begin": current is None and was.state is not VersionState.RELEASED,
        "said": said or usual | {"contact": reader_of(request).email},
        "earliest": today().isoformat(),
        "latest": (today() + timedelta(days=LONGEST_DAYS)).isoformat(),
        "k": _k(request, current),
        "kept_days": KEPT_DAYS,
        "problems": problems,
        "by_field": {one.name: one for one in problems},
    }
    status = WRONG if problems else 200
    return page(request, "running/version_pilots.html", context, status=status)


HANDLERS = [
    show_pilots,
    begin_pilot,
    ask_before_ending,
    end_pilot,
    ask_before_giving_up,
    leave_uncounted,
]
