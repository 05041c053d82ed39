"""``/settings``: who the agency is and by which limits it asks, and where each is changed."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import csrf_is_right
from survey_app.asking.campaigns.for_readers import newest_sender, public_contact
from survey_app.asking.campaigns.limits import (
    MOST_INVITATIONS,
    MOST_WEEKS,
    change_limits,
    limits_in_force,
)
from survey_app.asking.people.from_directory import directory_standing
from survey_app.asking.people.overview import register_overview
from survey_app.settings import Settings
from survey_app.shared.agency import agency
from survey_app.shared.clock import OSLO, now, today
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_
from survey_app.shared.pages import page

ADDRESS: Final = "/settings"
ADMINISTRATORS = requires(Role.ADMIN)
NOT_BETWEEN: Final = N_("Skriv et helt tall fra %(least)s til %(most)s.")
BOUNDS: Final = {"invitations": (1, MOST_INVITATIONS), "weeks_between": (0, MOST_WEEKS)}


@get(ADDRESS, guards=[ADMINISTRATORS])
async def show_settings(request: Request[Any, Any, Any]) -> Response[str]:
    """Show what holds, and where it is changed."""
    return await _page(request)


@post(f"{ADDRESS}/limits", guards=[ADMINISTRATORS])
async def change_settings(request: Request[Any, Any, Any]) -> Response[Any]:
    """Let other limits hold from now on."""
    form = await request.form()
    reader = signed_in(request)
    if reader is None or not csrf_is_right(reader, str(form.get("csrf", ""))):
        raise ForeignRequest(ADDRESS)
    given = {name: str(form.get(name, "")).strip() for name in BOUNDS}
    wrong = [name for name in BOUNDS if not _within(name, given[name])]
    if wrong:
        return await _page(request, given, wrong, 422)
    held = (await limits_in_force(Login.WEB)).burden
    wanted = {name: int(number) for name, number in given.items()}
    if wanted != {"invitations": held.invitations, "weeks_between": held.weeks_between}:
        await change_limits(**wanted, account=UUID(reader.account), actor=reader.email, now=now())
    return Redirect(f"{ADDRESS}#limits", status_code=303)


def _within(name: str, written: str) -> bool:
    least, most = BOUNDS[name]
    return re.fullmatch("[0-9]{1,3}", written) is not None and least <= int(written) <= most


async def _page(
    request: Request[Any, Any, Any],
    given: dict[str, str] | None = None,
    wrong: list[str] | None = None,
    status: int = 200,
) -> Response[str]:
    chosen: Settings = request.app.state.settings
    held = await limits_in_force(Login.WEB)
    register = await register_overview(Login.WEB, today=today())
    context = {
        "agency": agency(),
        "spoken": register.languages if register else {},
        "sender": await newest_sender(Login.WEB),
        "contact": await public_contact(),
        "held": held,
        "held_since": held.changed_at.astimezone(OSLO) if held.changed_at else None,
        "given": given
        or {
            "invitations": str(held.burden.invitations),
            "weeks_between": str(held.burden.weeks_between),
        },
        "wrong": wrong or [],
        "bounds": BOUNDS,
        "not_between": NOT_BETWEEN,
        "chosen": chosen,
        "directory": await directory_standing(),
    }
    return page(request, "administration/agency.html", context, status=status)


HANDLERS = [show_settings, change_settings]
