"""Addresses that do not work, on a page: which, what to do, and taking the mark away."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import csrf_is_right
from survey_app.asking.delivery.failed import Cause
from survey_app.asking.delivery.marked_addresses import marked_addresses, take_mark_away
from survey_app.audit.record import record
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_
from survey_app.shared.pages import page

MAY_CHANGE = requires(Role.HR, Role.ADMIN)
CAUSES: Final = {
    Cause.NO_ADDRESS: N_("ingen adresse"),
    Cause.UNKNOWN: N_("adressen er ukjent hos mottakeren"),
    Cause.FULL: N_("postkassen er full"),
    Cause.NO_ANSWER: N_("mottakerens tjener svarer ikke"),
    Cause.REFUSED: N_("mottakerens tjener tok ikke imot"),
    Cause.SENDER: N_("avsenderen mangler"),
    Cause.SENDER_REFUSED: N_("e-posttjeneren godtar ikke avsenderen"),
}


@get("/people/addresses", guards=[MAY_CHANGE])
async def show_addresses(request: Request[Any, Any, Any]) -> Response[str]:
    """List addresses that mail came back from."""
    context = {"marked": await marked_addresses(Login.WEB), "causes": CAUSES}
    return page(request, "asking/people_addresses.html", context)


@post("/people/addresses/{person:uuid}", guards=[MAY_CHANGE])
async def unmark_address(request: Request[Any, Any, Any], person: FromPath[UUID]) -> Response[Any]:
    """Take the mark of an address away; one that was changed meanwhile has none any more."""
    form = await request.form()
    reader = signed_in(request)
    if reader is None or not csrf_is_right(reader, str(form.get("csrf", ""))):
        raise ForeignRequest(request.url.path)
    if await take_mark_away(person, str(form.get("email", ""))):
        await record(
            Login.WEB, now=now(), actor=reader.email, action="address unmarked", subject="register"
        )
    return Redirect("/people/addresses", status_code=303)


HANDLERS = [show_addresses, unmark_address]
