"""The map of the web: the routes of every room, and what rooms lend readers.

The addresses stand in each room's ``routes.py``; what is not listed here is not served.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.logging import LoggingConfig

from survey_app.accounts.guards import signed_in
from survey_app.accounts.language_routes import HANDLERS as LANGUAGES
from survey_app.accounts.roles import (
    MENUS,
    OPEN_MENU,
    ROLE_NAMES,
    WITH_COMMENTS,
    Role,
)
from survey_app.accounts.routes import HANDLERS as ACCOUNTS
from survey_app.accounts.sessions import SessionMiddleware, SignedIn
from survey_app.administration.heads_routes import OPEN_HANDLERS as LOG_HEADS
from survey_app.administration.routes import HANDLERS as ADMINISTRATION
from survey_app.answering.routes import BALLOTS
from survey_app.answering.routes import HANDLERS as ANSWERING_PAGES
from survey_app.asking.campaigns.for_readers import public_contact
from survey_app.asking.delivery.returned_routes import HANDLERS as RETURNED
from survey_app.asking.desk.near import next_results
from survey_app.asking.desk.waiting import Desk, desk
from survey_app.asking.directory.routes import SCIM
from survey_app.asking.errors import ReleasedContentError
from survey_app.asking.instruments.released_content import follow_soon
from survey_app.asking.routes import HANDLERS as ASKING
from survey_app.errors_told import EXPECTED, UNEXPECTED
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
from survey_app.reading.api.routes import API
from survey_app.reading.api.schema import show_schema
from survey_app.reading.comments.waiting import reads_comments
from survey_app.reading.outlook import Outlook, outlook
from survey_app.reading.progress import Computing
from survey_app.reading.routes import HANDLERS as READING_PAGES
from survey_app.reading.verify.routes import HANDLERS as VERIFY_PAGES
from survey_app.running.routes import HANDLERS as RUNNING
from survey_app.settings import Settings, settings
from survey_app.shared import clock, queue
from survey_app.shared.aside import finishing
from survey_app.shared.database import COMMAND_SECONDS, POOL_SECONDS, Login, pools
from survey_app.shared.forms_read import FormRequest
from survey_app.shared.i18n import Language
from survey_app.shared.pages import furnish_frame
from survey_app.shared.reply_headers import complete_headers
from survey_app.shared.request_ids import RequestIds
from survey_app.shared.site_files import SITE_FILES, show_colours, show_logo, show_sitemap
from survey_app.shared.static_files import show_file
from survey_app.shared.unremembered import remember_no_requests
from survey_app.shared.whole_address import AtAWholeAddress
from survey_app.waves.progress import in_progress

log = logging.getLogger("barometer.web")
LARGEST_FORM = 1_000_000  # bytes, where a page takes no file: reading more is felt by all
LOGINS = (Login.WEB, Login.READER)
# of the database, at most, in one process (docs/capacity.md)
OWN_CONNECTIONS, OF_ANSWERS, SHELF_CONNECTIONS = 10, 5, 6
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
    patience = {"seconds": COMMAND_SECONDS, "patience": POOL_SECONDS}
    own = pools(Login.WEB, size=OWN_CONNECTIONS, answers=OF_ANSWERS, **patience)
    shelf = pools(*{*app.state.logins} - {Login.WEB}, size=SHELF_CONNECTIONS, **patience)
    async with own, shelf, told, finishing():
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
        exception_handlers=EXPECTED if debug else {**EXPECTED, **UNEXPECTED},
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
