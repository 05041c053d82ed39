"""The map of the web: the routes of every room, what errors become, and what rooms lend readers.

The addresses stand in each room's ``routes.py``; what is not listed here is not served.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from asyncpg.exceptions import CharacterNotInRepertoireError
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException
from litestar.logging import LoggingConfig
from litestar.response import Redirect

from survey_app.accounts.errors import (
    ForeignPage,
    ForeignPlace,
    ForeignRequest,
    SecondStepRequired,
    SignInRequired,
)
from survey_app.accounts.guards import not_for, signed_in
from survey_app.accounts.language_routes import HANDLERS as LANGUAGES
from survey_app.accounts.language_routes import LANGUAGE
from survey_app.accounts.own_account import ADDRESS as OWN
from survey_app.accounts.roles import (
    MENUS,
    OPEN_MENU,
    OVERVIEW,
    ROLE_NAMES,
    SIGN_IN,
    WITH_COMMENTS,
    Role,
)
from survey_app.accounts.routes import HANDLERS as ACCOUNTS
from survey_app.accounts.routes import KEPT
from survey_app.accounts.second_step.routes import ADDRESS as ENROL
from survey_app.accounts.sessions import SessionMiddleware, SignedIn, from_here, has_cookie
from survey_app.administration.heads_routes import OPEN_HANDLERS as LOG_HEADS
from survey_app.administration.routes import HANDLERS as ADMINISTRATION
from survey_app.answering.reply import PRIVATE
from survey_app.answering.routes import BALLOTS
from survey_app.answering.routes import HANDLERS as ANSWERING_PAGES
from survey_app.asking.campaigns.for_readers import public_contact
from survey_app.asking.delivery.returned_routes import HANDLERS as RETURNED
from survey_app.asking.desk.near import next_results
from survey_app.asking.desk.waiting import Desk, desk
from survey_app.asking.directory.resource import BASE as SCIM_BASE
from survey_app.asking.directory.routes import SCIM, scim_error
from survey_app.asking.errors import ReleasedContentError
from survey_app.asking.instruments.released_content import follow_soon
from survey_app.asking.routes import HANDLERS as ASKING
from survey_app.installation.alarms.at_desk import with_alarms
from survey_app.installation.alarms.routes import HANDLERS as ALARMS
from survey_app.installation.at_work import telling
from survey_app.installation.health_routes import live, ready, ready_for_readers
from survey_app.installation.metrics_routes import show_metrics
from survey_app.installation.request_counts import COUNTED, count_reply, page_reached
from survey_app.installation.services import find_services
from survey_app.installation.tables import bind_web
from survey_app.key_holding.desk_routes import HANDLERS as KEY_DESK
from survey_app.key_holding.holder_routes import HOLDERS
from survey_app.reading.api.replies import problem_reply
from survey_app.reading.api.routes import API
from survey_app.reading.api.schema import show_schema
from survey_app.reading.comments.waiting import reads_comments
from survey_app.reading.outlook import Outlook, outlook
from survey_app.reading.progress import Computing
from survey_app.reading.retracted import TAKEN_BACK
from survey_app.reading.routes import HANDLERS as READING_PAGES
from survey_app.reading.verify.routes import HANDLERS as VERIFY_PAGES
from survey_app.running.authoring.access import show_what_was_written
from survey_app.running.authoring.errors import WrittenInVainError
from survey_app.running.routes import HANDLERS as RUNNING
from survey_app.settings import Settings, settings
from survey_app.shared import clock, queue
from survey_app.shared.aside import finishing
from survey_app.shared.away import is_away
from survey_app.shared.database import COMMAND_SECONDS, Login, pools
from survey_app.shared.faults import places_of
from survey_app.shared.forms_read import FormRequest
from survey_app.shared.i18n import Language, as_language, speaking
from survey_app.shared.i18n import gettext as _
from survey_app.shared.pages import furnish_frame, language_of, page
from survey_app.shared.reply_headers import complete_headers
from survey_app.shared.request_ids import RequestIds, fault_id, request_id
from survey_app.shared.site_files import SITE_FILES, show_colours, show_logo, show_sitemap
from survey_app.shared.static_files import show_file
from survey_app.shared.unremembered import remember_no_requests
from survey_app.shared.whole_address import AtAWholeAddress
from survey_app.waves.progress import in_progress

log = logging.getLogger("barometer.web")
NEAR_ANSWERS = ("/answer", "/open", "/stop", "/kode", "/kiosk", "/ballot", "/key-holder")
LARGEST_FORM = 1_000_000  # bytes, where a page takes no file: reading more is felt by all
LOGINS = (Login.WEB, Login.READER)
QUIET = LoggingConfig(log_exceptions="never", configure_root_logger=False)
BEFORE_SEND = [complete_headers, count_reply]

# Answering pages stand apart: no session, no cookie, no log (anonymity-design.md 4.8).
ANSWERING: list[Any] = [*ANSWERING_PAGES]
READING: list[Any] = [
    *ACCOUNTS,
    *LANGUAGES,
    *ASKING,
    *KEY_DESK,
    *RUNNING,
    *ADMINISTRATION,
    *ALARMS,
    *READING_PAGES,
]


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


def _refuse_request(request: Request[Any, Any, Any], _error: ForeignRequest) -> Response[str]:
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
            sentence = _("Feilen er vår. Vent et minutt og last siden på nytt.")
            if request.method == "POST":
                sentence += " " + _("Da sendes skjemaet en gang til.")
            return _message(request, 503, _("Siden kan ikke vises akkurat nå"), sentence)
        sentence = _("Noe i adressen eller skjemaet kunne ikke leses. Ingenting er endret.")
        return _message(request, error.status_code, _("Det gikk ikke"), sentence)


def _no_text(request: Request[Any, Any, Any], _error: Exception) -> Response[Any]:
    # a null character: no text of ours has one, and the database takes none
    return _http_error(request, HTTPException("Send text without null characters", status_code=400))


def _fault(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    fault = fault_id(error)
    log.error("unexpected %s at %s, fault %s", type(error).__name__, places_of(error), fault)
    if is_away(error):
        told, wait = "Something of ours is away: try again in a minute", {"Retry-After": "60"}
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


async def _outlook(population: str, kind: str, lang: Language) -> Outlook | None:
    # those who run campaigns read no publication; how exact the next one will be, they are told
    return await outlook(population, kind, clock.now(), lang)


async def _desk(reader: SignedIn, lang: Language) -> Desk | None:
    # what is open and what waits is known beside people; readers' first page is lent it
    now = clock.now()
    found = await desk(reader.role, UUID(reader.account), reader.unit, language=lang, now=now)
    return await with_alarms(found, reader.role, now=now)


async def _computing(population: str) -> Computing | None:
    # readers reach publications alone; how far the next one is, they are told here
    found = await in_progress(population)
    return Computing(found.name, found.step) if found else None


async def _follow_content(request: Request[Any, Any, Any]) -> None:
    """Show the questions that were released on whichever host; an old page is better than none."""
    try:
        await follow_soon(Login.WEB, request.app.state.settings.data_dir)
    except ReleasedContentError as error:
        log.error("%s", error)  # noqa: TRY400 - a sentence of ours


async def _before_pages(request: Request[Any, Any, Any]) -> None:
    page_reached(request.scope["state"])
    await _follow_content(request)
    await _choose_menu(request)


async def _choose_menu(request: Request[Any, Any, Any]) -> None:
    reader = signed_in(request)
    if reader and reader.role is Role.REPRESENTATIVE and await reads_comments(reader):
        request.state.menu = WITH_COMMENTS


@contextlib.asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    if app.state.own_services:
        find_services(app.state.settings, *app.state.logins)
        bind_web()
    # in tests nobody asks who is at work
    told = telling("web") if app.state.own_services else contextlib.nullcontext()
    async with pools(*app.state.logins, seconds=COMMAND_SECONDS), told, finishing():
        yield
    await queue.close()


def create_app(
    chosen: Settings | None = None, *, own_services: bool = True, debug: bool = False
) -> Litestar:
    """Build the web application.

    Parameters
    ----------
    chosen : Settings, optional
        The installation's settings; read from the environment when left out.
    own_services : bool
        Whether to find the services at start; tests bring theirs.
    debug : bool
        Whether a fault's page shows where it arose, with local values: at a developer's desk alone
        (`make dev`); no setting and no command asks for it.
    """
    furnish_frame(
        menu=lambda reader: MENUS[reader.role] if reader else OPEN_MENU,
        role_name=lambda role: ROLE_NAMES[role],
    )
    app = AtAWholeAddress(
        route_handlers=[
            live,
            ready,
            ready_for_readers,
            show_metrics,
            show_file,
            show_colours,
            *SITE_FILES,
            show_logo,
            show_sitemap,
            *ANSWERING,
            HOLDERS,
            *VERIFY_PAGES,
            *LOG_HEADS,
            Router(path="/", route_handlers=[SCIM], middleware=[RequestIds]),
            Router(path="/", route_handlers=RETURNED, middleware=[RequestIds]),
            show_schema,
            Router(path="/", route_handlers=[API], middleware=[RequestIds], opt={COUNTED: True}),
            Router(
                path="/",
                route_handlers=READING,
                middleware=[RequestIds, SessionMiddleware],
                before_request=_before_pages,
                opt={COUNTED: True},
            ),
        ],
        exception_handlers={
            SignInRequired: _ask_to_sign_in,
            SecondStepRequired: _ask_to_enrol,
            ForeignPage: _refuse_page,
            ForeignRequest: _refuse_request,
            WrittenInVainError: show_what_was_written,
            **TAKEN_BACK,
            HTTPException: _http_error,
            CharacterNotInRepertoireError: _no_text,
            **({} if debug else {Exception: _fault}),
        },
        lifespan=[_lifespan],
        state=State(
            {
                "settings": chosen or settings(),
                "own_services": own_services,
                "logins": LOGINS,
                "computing": _computing,
                "desk": _desk,
                "outlook": _outlook,
                "next_results": next_results,
                "contact": public_contact,
            }
        ),
        logging_config=QUIET,
        before_send=BEFORE_SEND,
        request_class=FormRequest,
        request_max_body_size=LARGEST_FORM,
        openapi_config=None,
        debug=debug,
    )
    return remember_no_requests(app)


def create_ballot_app(chosen: Settings | None = None, *, own_services: bool = True) -> Litestar:
    """Build the application that takes ballots and shows key lists, and nothing else.

    On a host of its own it never meets a link to a person (``anonymity-design.md`` 3, 10).
    """
    app = AtAWholeAddress(
        route_handlers=[live, ready, *SITE_FILES, *BALLOTS],
        lifespan=[_lifespan],
        state=State(
            {
                "settings": chosen or settings(),
                "own_services": own_services,
                "logins": (Login.WEB,),
            }
        ),
        logging_config=QUIET,
        before_send=BEFORE_SEND,
        request_class=FormRequest,
        openapi_config=None,
    )
    return remember_no_requests(app)
