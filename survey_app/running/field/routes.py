"""The page of a wave in the field."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.queries import find_campaign
from survey_app.asking.campaigns.results_wait import held_results_of
from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.failed import failed_by_domain
from survey_app.asking.desk.overview import open_waves
from survey_app.reading.charts.fieldwork import NARROW, WIDE, draw_fieldwork
from survey_app.running.asking import allowed_wave
from survey_app.running.field.course import FieldCourse, course_of
from survey_app.running.field.letters_back import WRONG, returns_of
from survey_app.running.field.units import unit_lines
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_, Language, speaking
from survey_app.shared.i18n import gettext as _
from survey_app.shared.pages import language_of, page

WORDS = (N_("prognose"), N_("vanlig"))


@get("/waves/{key:str}", guards=[requires(*READERS)])
async def show_field(
    request: Request[Any, Any, Any],
    key: FromPath[str],
    sort: FromQuery[str] = "organisation",
    wrong: FromQuery[str] = "",
) -> Response[Any]:
    """Show how an open wave goes: by day, beside what is usual, and where it may end."""
    wave = await allowed_wave(request, key)
    if wave.state != State.OPEN or wave.invite == "open":
        return Redirect(f"/campaigns/{wave.campaign}", status_code=303)
    language = language_of(request)
    [live] = await open_waves(Login.WEB, [wave], now=now())
    course = await course_of(wave)
    context = {
        "wave": wave,
        "name": in_language(wave.labels["name"], language),
        "campaign": await find_campaign(Login.WEB, wave.campaign),
        "live": live,
        "returns": await returns_of(wave, course.answered),
        "wrong": wrong == WRONG,
        "course": course,
        "held": await held_results_of(wave, today=today()),
        "charts": _charts(course, language),
        "units": unit_lines(live.domains, await failed_by_domain(Login.WEB, wave.id), sort),
    }
    return page(request, "running/field.html", context)


def _charts(course: FieldCourse, language: Language) -> tuple[object, object] | None:
    if course.answered is None:
        return None
    with speaking(language):
        words = (_(WORDS[0]), _(WORDS[1]))
    wide, narrow = (
        draw_fieldwork(course.days, language, frame, words=words) for frame in (WIDE, NARROW)
    )
    return wide, narrow


HANDLERS = [show_field]
