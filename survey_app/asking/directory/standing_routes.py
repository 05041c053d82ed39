"""``/people/directory``: how the register stands to the directory, and letting leavers go."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import csrf_is_right
from survey_app.asking.people.from_directory import directory_standing, let_go
from survey_app.audit.record import record
from survey_app.shared.clock import OSLO, now
from survey_app.shared.database import Login
from survey_app.shared.form_text import as_number
from survey_app.shared.i18n import N_
from survey_app.shared.pages import page

ADDRESS = "/people/directory"
CHANGED = N_("Tallet er endret siden du åpnet siden. Se over det som står her, og bestem på nytt.")


@get(ADDRESS, guards=[requires(Role.HR, Role.ADMIN)])
async def show_directory(request: Request[Any, Any, Any]) -> Response[str]:
    """Show what the directory told that is not in the register yet."""
    return await _page(request)


@post(f"{ADDRESS}/confirm", guards=[requires(Role.HR)])
async def confirm_leavers(request: Request[Any, Any, Any]) -> Response[Any]:
    """Let the leavers of a region go that were held back."""
    form = await request.form()
    reader = signed_in(request)
    if reader is None or not csrf_is_right(reader, str(form.get("csrf", ""))):
        raise ForeignRequest(ADDRESS)
    region, seen = str(form.get("region", "")), as_number(str(form.get("leaving", "")))
    if seen is None or not await let_go(region, seen=seen):
        return await _page(request, CHANGED, 422)
    await record(
        Login.WEB, now=now(), actor=reader.email, action="leavers confirmed", subject="register",
        unit=region, people=seen,
    )  # fmt: skip
    return Redirect(ADDRESS, status_code=303)


async def _page(
    request: Request[Any, Any, Any], problem: str = "", status: int = 200
) -> Response[str]:
    found = await directory_standing()
    reader = signed_in(request)
    context = {
        "standing": found,
        "told_at": found.told_at.astimezone(OSLO) if found else None,
        "may_confirm": reader is not None and reader.role is Role.HR,
        "problem": problem,
    }
    return page(request, "asking/people_directory.html", context, status=status)


HANDLERS = [show_directory, confirm_leavers]
