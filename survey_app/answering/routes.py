"""Every answering route, with one way to fail: no path, body or message in any log."""

from __future__ import annotations

import logging
from typing import Any

from litestar import Request, Response, Router
from litestar.exceptions import HTTPException

from survey_app.answering import (
    about,
    afterwards,
    ballot,
    credential,
    key_list,
    open_link,
    personal,
    stop,
)
from survey_app.answering.arrival import chosen_language
from survey_app.answering.messages import link_page
from survey_app.answering.reply import PRIVATE

log = logging.getLogger("barometer.answering")
# the longest form is some 2 kB; more than this is no form of ours
LARGEST_FORM = 64 * 1024


def _fault(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    # the kind of fault only: a path is a link, and a message may quote what was sent
    log.error("unexpected %s", type(error).__name__)
    return _reply(request, "fault", 500)


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    if error.status_code >= 500:  # noqa: PLR2004 - HTTP's own number
        return _fault(request, error)
    return _reply(request, "unknown", error.status_code)


def _reply(request: Request[Any, Any, Any], name: str, status: int) -> Response[bytes]:
    page = link_page(name, None, chosen_language(request), request.app.state.settings.demo)
    return Response(
        page.plain, status_code=status, media_type="text/html; charset=utf-8", headers=PRIVATE
    )


HANDLERS: list[Any] = [
    Router(
        path="/",
        route_handlers=[
            personal.show_form,
            personal.hand_in,
            credential.sign_credential,
            ballot.take_ballot,
            ballot.welcome_ballots,
            key_list.show_key_list,
            open_link.show_open_form,
            open_link.hand_in_openly,
            afterwards.show_thanks,
            afterwards.show_used,
            afterwards.show_closed,
            stop.ask_to_stop,
            stop.stop_reminders,
            stop.show_stopped,
            about.show_promise,
            about.show_promise_details,
            about.show_privacy,
            about.show_accessibility,
        ],
        exception_handlers={HTTPException: _http_error, Exception: _fault},
        request_max_body_size=LARGEST_FORM,
    )
]
