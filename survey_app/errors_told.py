"""What becomes of errors: a page, a form that is shown again, or what a program reads."""

from __future__ import annotations

import logging
from typing import Any

from asyncpg.exceptions import CharacterNotInRepertoireError, LockNotAvailableError
from litestar import Request, Response
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from survey_app.accounts.errors import (
    ForeignPage,
    ForeignPlace,
    ForeignRequest,
    SecondStepRequired,
    SignInRequired,
)
from survey_app.accounts.guards import not_for, signed_in
from survey_app.accounts.language_routes import LANGUAGE
from survey_app.accounts.own_account import ADDRESS as OWN
from survey_app.accounts.own_page import own_page
from survey_app.accounts.roles import OPEN_MENU, OVERVIEW, SIGN_IN
from survey_app.accounts.routes import KEPT
from survey_app.accounts.second_step.routes import ADDRESS as ENROL
from survey_app.accounts.sessions import from_here, has_cookie
from survey_app.answering.reply import PRIVATE
from survey_app.asking.directory.resource import BASE as SCIM_BASE
from survey_app.asking.directory.routes import scim_error
from survey_app.reading.api.replies import problem_reply
from survey_app.reading.retracted import TAKEN_BACK
from survey_app.running.authoring.access import show_what_was_written
from survey_app.running.authoring.errors import WrittenInVainError
from survey_app.shared.away import is_away
from survey_app.shared.faults import places_of
from survey_app.shared.i18n import as_language, speaking
from survey_app.shared.i18n import gettext as _
from survey_app.shared.pages import language_of, page
from survey_app.shared.request_ids import fault_id, request_id

log = logging.getLogger("barometer.web")
NEAR_ANSWERS = ("/answer", "/open", "/stop", "/kode", "/kiosk", "/ballot", "/key-holder")


class _Held(HTTPException):
    """What was asked for is held by somebody else, who has not let it go while we waited."""


def _ask_to_sign_in(request: Request[Any, Any, Any], error: SignInRequired) -> Response[Any]:
    asked = {"next": error.address, **_asked_language(request)}
    if request.method == "POST" and _is_own_account(request):
        # with a password in it: nothing that carries it along; and there is no such page to read
        asked["next"] = OWN
    elif _is_a_form(request):
        # the browser sends the form once more, to the page that carries it through signing in
        return Redirect(KEPT, query_params=asked, status_code=307)
    elif request.method == "POST" and request.content_type[0] == RequestEncodingType.MULTI_PART:
        asked["told"] = "file"
    return Redirect("/sign-in", query_params=asked, status_code=303)


def _address_of(request: Request[Any, Any, Any]) -> str:
    query = request.scope["query_string"].decode()
    return own_page(request.url.path + (f"?{query}" if query else ""))


def _is_own_account(request: Request[Any, Any, Any]) -> bool:
    return f"{request.url.path}/".startswith(f"{OWN}/")


def _ask_to_enrol(_request: Request[Any, Any, Any], _error: SecondStepRequired) -> Redirect:
    return Redirect(ENROL, status_code=303)


def _asked_language(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return the language that the address asks for: nothing else tells it before signing in."""
    lang = request.query_params.get("lang")
    return {"lang": as_language(lang)} if lang else {}


def _is_a_form(request: Request[Any, Any, Any]) -> bool:
    """Tell whether one of our own forms was sent, not a file and no button of a page's head."""
    return (
        request.method == "POST"
        and request.content_type[0] == RequestEncodingType.URL_ENCODED
        and request.url.path not in {"/sign-out", LANGUAGE}
        and from_here(request, untold=False)
    )


def _message(
    request: Request[Any, Any, Any], status: int, heading: str, sentence: str, number: str = ""
) -> Response[str]:
    told = {"heading": heading, "sentence": sentence, "number": number}
    context = told | {"address": "/", "link": _("Til forsiden")}
    # an address near an answering page, however it is spelt, may hold a link: told to nobody
    path = f"/{request.url.path.lower().lstrip('/')}"
    headers = PRIVATE if path.startswith(NEAR_ANSWERS) else None
    return page(request, "shared/message.html", context, status=status, headers=headers)


def _refuse_page(request: Request[Any, Any, Any], error: ForeignPage) -> Response[str]:
    reader = signed_in(request)
    log.warning("role %s was refused %s", reader and reader.role, request.scope["path_template"])
    with speaking(language_of(request)):
        title = _("Siden er ikke for din rolle")
        told = _("Du er logget inn som %(role)s, og den rollen har ikke tilgang til denne siden.")
        if isinstance(error, ForeignPlace):
            title = _("Du har ikke tilgang til denne enheten")
            told = _(
                "Du er logget inn som %(role)s. Enten gjelder ikke kontoen denne enheten, eller så "
                "finnes den ikke."
            )
        return _message(request, 403, title, not_for(reader, told))


def _refuse_request(request: Request[Any, Any, Any], _error: ForeignRequest) -> Response[Any]:
    if _is_a_form(request) and signed_in(request) and not _is_own_account(request):
        # its token is of a session that ended, and another tab has signed in since
        asked = {"next": _address_of(request), **_asked_language(request)}
        return Redirect(KEPT, query_params=asked, status_code=307)
    with speaking(language_of(request)):
        return _message(
            request,
            403,
            _("Skjemaet kunne ikke brukes"),
            _("Skjemaet var for gammelt eller kom fra et annet sted. Ingenting er endret."),
        )


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    reply = _told_error(request, error)  # a program's has these headers already
    reply.headers.update({name.lower(): told for name, told in (error.headers or {}).items()})
    return reply


def _told_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    if request.url.path.startswith("/api/"):
        return problem_reply(request, error)
    if request.url.path.startswith(f"{SCIM_BASE}/"):
        return scim_error(error.status_code, error.detail)
    with speaking(language_of(request)):
        if error.status_code in {404, 503} and not signed_in(request) and has_cookie(request):
            # nobody looked who is signed in, or could: not told to sign in again
            request.state.menu = (OVERVIEW, *(one for one in OPEN_MENU if one != SIGN_IN))
        if error.status_code == 404:  # noqa: PLR2004 - HTTP's own number
            sentence = _("Adressen finnes ikke, eller siden er flyttet.")
            return _message(request, 404, _("Fant ikke siden"), sentence)
        if error.status_code == 413:  # noqa: PLR2004 - HTTP's own number
            sentence = _("Filen eller teksten er større enn siden tar imot. Ingenting er endret.")
            return _message(request, 413, _("Det er for stort"), sentence)
        if error.status_code == 503:  # noqa: PLR2004 - HTTP's own number
            return _not_now(request, held=isinstance(error, _Held))
        sentence = _("Noe i adressen eller skjemaet kunne ikke leses. Ingenting er endret.")
        return _message(request, error.status_code, _("Det gikk ikke"), sentence)


def _not_now(request: Request[Any, Any, Any], *, held: bool) -> Response[str]:
    heading = _("Siden kan ikke vises akkurat nå")
    sentence = _("Feilen er vår. Vent et minutt og last siden på nytt.")
    if held:
        heading = _("Det er opptatt akkurat nå")
        sentence = _("Noe annet arbeider med det samme. Vent et minutt og last siden på nytt.")
    if request.method == "POST":
        sentence += " " + _("Da sendes skjemaet en gang til.")
    return _message(request, 503, heading, sentence)


def _no_text(request: Request[Any, Any, Any], _error: Exception) -> Response[Any]:
    # a null character: no text of ours has one, and the database takes none
    return _http_error(request, HTTPException("Send text without null characters", status_code=400))


def _fault(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    fault = fault_id(error)
    log.error("unexpected %s at %s, fault %s", type(error).__name__, places_of(error), fault)
    wait = {"Retry-After": "60"}
    if isinstance(error, LockNotAvailableError):
        told = "Something else works on the same: try again in a minute"
        return _http_error(request, _Held(told, status_code=503, headers=wait))
    if is_away(error):
        told = "Something of ours is away: try again in a minute"
        return _http_error(request, HTTPException(told, status_code=503, headers=wait))
    number = f"{fault}-{request_id()}" if request_id() else ""
    if request.url.path.startswith("/api/"):
        told = f"The fault is ours; its number is {number}"
        return problem_reply(request, HTTPException(told, status_code=500))
    with speaking(language_of(request)):
        return _message(
            request,
            500,
            _("Noe gikk galt hos oss"),
            _("Feilen er vår, og ingenting er gått tapt. Prøv igjen om litt."),
            number,
        )


EXPECTED: dict[int | type[Exception], Any] = {
    SignInRequired: _ask_to_sign_in,
    SecondStepRequired: _ask_to_enrol,
    ForeignPage: _refuse_page,
    ForeignRequest: _refuse_request,
    WrittenInVainError: show_what_was_written,
    **TAKEN_BACK,
    HTTPException: _http_error,
    CharacterNotInRepertoireError: _no_text,
}
UNEXPECTED: dict[int | type[Exception], Any] = {Exception: _fault}
