"""See what will be sent and shown, before anybody approves it."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.arms import NEW, has_arms
from survey_app.accounts.guards import requires
from survey_app.answering.form_page import filled_page
from survey_app.answering.messages import thanks_page
from survey_app.answering.surveys import EXAMPLE_UNIT
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.trials import MOST_A_DAY, ask_for_trial
from survey_app.asking.errors import NoSender
from survey_app.asking.people.mobile import mobile_number
from survey_app.audit.record import record
from survey_app.running.asking import allowed_wave, reader_of
from survey_app.running.preview import (
    SHOWN,
    UNIT,
    Preview,
    kinds_of,
    preview_of,
    shown_card,
    shown_letters,
    shown_mails,
    shown_survey,
    shown_texts,
)
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.i18n import as_language, own_names
from survey_app.shared.pages import CONTENT_SECURITY_POLICY, HEADERS, language_of, page

TOO_MANY, WRONG = 429, 422  # HTTP's own numbers
FRAMES: Final = CONTENT_SECURITY_POLICY + "; frame-src 'self'"
# a page of ours within a page of ours: no script runs in it, and no form leaves it
LOOKED_AT: Final = "sandbox allow-same-origin; " + CONTENT_SECURITY_POLICY.replace(
    "frame-ancestors 'none'", "frame-ancestors 'self'"
).replace("script-src 'self'", "script-src 'none'").replace(
    "form-action 'self'", "form-action 'none'"
)


@get("/waves/{key:str}/preview", guards=[requires(*READERS)])
async def show_preview(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Show mails, letters, the form and the thanks of a wave, in one language."""
    wave = await allowed_wave(request, key)
    if State(wave.state) not in SHOWN:
        return Redirect(f"/campaigns/{wave.campaign}", status_code=303)
    preview = await preview_of(Login.WEB, wave, request.app.state.settings)
    asked = request.query_params.get("asked", "")
    return preview_page(request, preview, asked=asked if asked in {"1", "2", "sms"} else "")


def preview_page(
    request: Request[Any, Any, Any],
    preview: Preview,
    *,
    asked: str = "",
    too_many: int = 0,
    no_number: bool = False,
) -> Response[str]:
    """Answer with the page; it may say that a trial was asked for, or that it is too many a day."""
    language = language_of(request)
    try:
        mails, no_sender = shown_mails(preview, language, now=now()), False
    except NoSender:
        mails, no_sender = [], True
    context = {
        "wave": preview.wave,
        "campaign": preview.campaign,
        "name": in_language(preview.wave.labels["name"], language),
        "tabs": own_names(),
        "mails": mails,
        "no_sender": no_sender,
        "text_messages": shown_texts(preview, language),
        "sms_sender": preview.settings.sms_sender,
        "letters": shown_letters(preview, language, today=today()),
        "card": shown_card(preview, language),
        "unit": UNIT,
        "asked": asked,
        "too_many": too_many,
        "no_number": no_number,
        "halved": has_arms(preview.questionnaire),
        "modules": preview.questionnaire.form.modules,
    }
    headers = {"Content-Security-Policy": FRAMES}
    return page(
        request,
        "running/preview.html",
        context,
        status=TOO_MANY if too_many else WRONG if no_number else 200,
        headers=headers,
    )


@post("/waves/{key:str}/preview", guards=[requires(*READERS)])
async def send_to_oneself(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Leave the mails of a wave, in the language that is shown, for whoever asks."""
    wave = await allowed_wave(request, key)
    form = await request.form()
    reader = reader_of(request, str(form.get("csrf", "")))
    address = f"/waves/{wave.key}/preview"
    kinds, language = kinds_of(wave), as_language(str(form.get("shown", "")))
    by_sms = form.get("by") == "sms"
    if State(wave.state) not in SHOWN or not kinds or (by_sms and not wave.sms):
        return Redirect(address, status_code=303)
    at = now()
    mobile = (mobile_number(str(form.get("mobile", ""))) or "") if by_sms else ""
    if by_sms and not mobile:
        preview = await preview_of(Login.WEB, wave, request.app.state.settings)
        return preview_page(request, preview, no_number=True)
    if not await ask_for_trial(wave.id, reader.account, kinds, language, now=at, mobile=mobile):
        preview = await preview_of(Login.WEB, wave, request.app.state.settings)
        return preview_page(request, preview, too_many=MOST_A_DAY)
    await record(
        Login.WEB,
        now=at,
        actor=reader.email,
        action="trial mails asked",
        subject=wave.key,
        language=language,
        **{"texts" if by_sms else "mails": len(kinds)},
    )
    asked = "sms" if by_sms else str(len(kinds))
    return Redirect(f"{address}?lang={language}&asked={asked}", status_code=303)


@get("/waves/{key:str}/preview/{part:str}", guards=[requires(*READERS)])
async def show_part(
    request: Request[Any, Any, Any], key: FromPath[str], part: FromPath[str]
) -> Response[Any]:
    """Show the form or the thanks as the page that people meet; nothing can be sent from it."""
    wave = await allowed_wave(request, key)
    if State(wave.state) not in SHOWN or part not in {"form", "thanks"}:
        raise NotFoundException
    language = language_of(request)
    settings = request.app.state.settings
    survey = shown_survey(await preview_of(Login.WEB, wave, settings), language)
    asked = request.query_params.get("half", "")
    half = asked if asked in map(str, survey.arms) else ""
    shown_first = NEW if has_arms(survey.frozen) else 1
    survey = survey.for_arm(int(half) if half else shown_first)
    if part == "thanks":
        shown = thanks_page(survey, language, settings.demo)
    else:
        unit = EXAMPLE_UNIT if survey.staff else ""
        kept = f"half={half}&" if half else ""
        shown = filled_page(survey, language, unit, demo=settings.demo, fields={}, looked_at=kept)
    headers = {**HEADERS, "Content-Security-Policy": LOOKED_AT, "Cache-Control": "no-store"}
    return Response(shown.plain, media_type=MediaType.HTML, headers=headers)


HANDLERS = [show_preview, send_to_oneself, show_part]
