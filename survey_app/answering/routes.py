"""Every answering route, with one way to fail: no path, body or message in any log."""

from __future__ import annotations

import logging
from typing import Any, Final

from litestar import Request, Response, Router
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler

from survey_app.answering import (
    about,
    afterwards,
    ballot,
    code_page,
    credential,
    key_list,
    kiosk,
    open_link,
    personal,
    stop,
    unsent,
)
from survey_app.answering.arrival import chosen_language
from survey_app.answering.messages import link_page
from survey_app.answering.outcomes import STATUS, Word
from survey_app.answering.reply import PRIVATE
from survey_app.shared.away import is_away
from survey_app.shared.for_answers import ForAnswers

log = logging.getLogger("barometer.answering")
# the longest form is some 2 kB; more than this is no form of ours
LARGEST_FORM = 64 * 1024
# no such address, none for this method; more than a form of ours holds. All else cannot be read
_NAMES: Final = {404: "unknown", 405: "unknown", 413: "too_large"}


def _fault(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    # the kind of fault only: a path is a link, and a message may quote what was sent
    log.error("unexpected %s", type(error).__name__)
    if is_away(error):
        sends = request.method == "POST" and request.url.path.startswith(("/answer/", "/open/"))
        reply = _reply(request, "not_sent" if sends else "away", STATUS["failed"])
        reply.headers["Retry-After"] = "60"
        return reply
    return _reply(request, "fault", 500)


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    if error.status_code >= 500:  # noqa: PLR2004 - HTTP's own number
        return _fault(request, error)
    return _reply(request, _NAMES.get(error.status_code, "unread"), error.status_code)


def _reply(request: Request[Any, Any, Any], name: str, status: int) -> Response[bytes]:
    page = link_page(name, None, chosen_language(request), request.app.state.settings.demo)
    # a screen that many share may have no key that goes back
    back = {"Refresh": "10; url=/kiosk"} if request.url.path.startswith("/kiosk") else {}
    headers = {**PRIVATE, **back}
    return Response(page.plain, status_code=status, media_type="text/html", headers=headers)


def _word(word: Word) -> Response[dict[str, str]]:
    headers = {**PRIVATE, "Access-Control-Allow-Origin": "*"}
    return Response({"outcome": word}, status_code=STATUS[word], headers=headers)


def _script_fault(_: Request[Any, Any, Any], error: Exception) -> Response[dict[str, str]]:
    log.error("unexpected %s", type(error).__name__)
    return _word("failed")


def _script_http_error(
    request: Request[Any, Any, Any], error: HTTPException
) -> Response[dict[str, str]]:
    if error.status_code >= 500:  # noqa: PLR2004 - HTTP's own number
        return _script_fault(request, error)
    return _word("unreadable")


def _for_scripts(*handlers: ControllerRouterHandler) -> Router:
    return Router(
        path="/",
        route_handlers=handlers,
        middleware=[ForAnswers],
        exception_handlers={HTTPException: _script_http_error, Exception: _script_fault},
        request_max_body_size=LARGEST_FORM,
    )


# what a host of its own serves, where no link to a person is ever opened
BALLOTS: list[Any] = [
    # the one for OPTIONS first, or Litestar puts one of its own in its place
    _for_scripts(
        ballot.welcome_ballots, ballot.take_ballot, unsent.open_unsent, key_list.show_key_list
    )
]
HANDLERS: list[Any] = [
    *BALLOTS,
    _for_scripts(credential.sign_credential),
    Router(
        path="/",
        route_handlers=[
            personal.show_form,
            personal.hand_in,
            open_link.show_open_form,
            open_link.show_open_form_in,
            open_link.hand_in_openly,
            afterwards.show_thanks,
            afterwards.show_used,
            afterwards.show_closed,
            code_page.ask_for_code,
            code_page.ask_for_code_in,
            code_page.take_code,
            code_page.ask_whom_to_stop,
            code_page.take_code_to_stop,
            kiosk.ask_at_kiosk,
            kiosk.take_code_at_kiosk,
            kiosk.show_form_at_kiosk,
            kiosk.hand_in_at_kiosk,
            kiosk.show_done,
            kiosk.show_ended,
            stop.ask_to_stop,
            stop.stop_reminders,
            stop.show_stopped,
            about.show_promise,
            about.show_promise_in,
            about.show_promise_details,
            about.show_trustees,
            about.show_privacy,
            about.show_accessibility,
        ],
        middleware=[ForAnswers],
        exception_handlers={HTTPException: _http_error, Exception: _fault},
        request_max_body_size=LARGEST_FORM,
    ),
]
