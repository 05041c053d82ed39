"""See what will be sent and shown, before anybody approves it."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.accounts.guards import requires
from survey_app.answering.form_page import filled_page
from survey_app.answering.messages import thanks_page
from survey_app.answering.surveys import EXAMPLE_UNIT
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.compose import EXAMPLE_TOKEN
from survey_app.asking.errors import NoSender
from survey_app.running.asking import allowed_wave
from survey_app.running.preview import (
    SHOWN,
    Preview,
    preview_of,
    shown_letters,
    shown_mails,
    shown_survey,
)
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.i18n import own_names
from survey_app.shared.pages import CONTENT_SECURITY_POLICY, HEADERS, language_of, page

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
    return preview_page(request, preview)


def preview_page(
    request: Request[Any, Any, Any], preview: Preview, *, status: int = 200, **told: object
) -> Response[str]:
    """Answer with the page, and with what is ``told`` besides."""
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
        "letters": shown_letters(preview, language, today=today()),
        "link": f"{preview.settings.answering_url}/answer/{EXAMPLE_TOKEN}",
        **told,
    }
    headers = {"Content-Security-Policy": FRAMES}
    return page(request, "running/preview.html", context, status=status, headers=headers)


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
    if part == "thanks":
        shown = thanks_page(survey, language, settings.demo)
    else:
        unit = EXAMPLE_UNIT if survey.staff else ""
        shown = filled_page(survey, language, unit, demo=settings.demo, fields={})
    headers = {**HEADERS, "Content-Security-Policy": LOOKED_AT, "Cache-Control": "no-store"}
    return Response(shown.plain, media_type=MediaType.HTML, headers=headers)


HANDLERS = [show_preview, show_part]
