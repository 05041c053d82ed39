"""Where a unit goes on is decided anew on a page, until figures rest on it."""

from __future__ import annotations

from typing import Any, Final, cast

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import csrf_is_right
from survey_app.asking.people.change_links import crosswalk
from survey_app.asking.people.decisions import (
    CHOICES,
    Choice,
    UnitDecision,
    UnitThen,
    decisions,
    told_of,
    units_then,
)
from survey_app.asking.people.link_acts import ask_of_unit
from survey_app.audit.record import record
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_
from survey_app.shared.pages import page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
MAY_CHANGE = requires(Role.HR, Role.ADMIN)
NO_CHOICE: Final = N_("Velg hva som skjedde med enheten.")
NO_TARGET: Final = N_("Velg enheten den går videre i.")
NO_PARTS: Final = N_("Kryss av for minst én enhet.")


@get("/people/units/{code:str}", guards=[MAY_CHANGE])
async def look_at_unit(
    request: Request[Any, Any, Any], code: FromPath[str], day: FromQuery[str] = ""
) -> Response[Any]:
    """Ask where a unit of before goes on; of one that figures rest on, say that it stands."""
    found, _, units = await _decision(code, day)
    if found.fixed:
        return Redirect("/people", status_code=303)
    return _page(request, found, units, chosen=_choice_of(found), targets=list(found.targets))


@post("/people/units/{code:str}", guards=[MAY_CHANGE])
async def decide_anew(
    request: Request[Any, Any, Any], code: FromPath[str], day: FromQuery[str] = ""
) -> Response[Any]:
    """Leave another decision to the worker, or say what is missing."""
    form = await request.form()
    reader = signed_in(request)
    if reader is None or not csrf_is_right(reader, str(form.get("csrf", ""))):
        raise ForeignRequest(request.url.path)
    found, known, units = await _decision(code, day)
    if found.fixed:
        return Redirect("/people", status_code=303)
    chosen = str(form.get("choice", ""))
    given = form.getall("part", []) if chosen == "parts" else [form.get("target", "")]
    offered = {one.code for one in _there(found, units)}
    targets = [str(one) for one in given if str(one) in offered]
    if problem := _problem(chosen, targets, gone=found.gone):
        return _page(request, found, units, chosen=chosen, targets=targets, problem=problem)
    rows = told_of(found, cast("Choice", chosen), targets, known, units)
    at = now()
    await ask_of_unit(code, rows, account=reader.account, actor=reader.email, now=at)
    await record(
        Login.WEB, now=at, actor=reader.email, action="link units asked", subject="register"
    )
    return Redirect("/people", status_code=303)


def _problem(chosen: str, targets: list[str], *, gone: bool) -> str:
    if chosen not in CHOICES or (chosen != "parts" and not gone):
        return NO_CHOICE
    if chosen == "on" and not targets:
        return NO_TARGET
    return NO_PARTS if chosen == "parts" and not targets else ""


async def _decision(
    code: str, day: str
) -> tuple[UnitDecision, list[UnitDecision], dict[str, UnitThen]]:
    """Return what was decided of a unit on a day, all decisions, and the units."""
    units = await units_then(Login.WEB)
    known = decisions(await crosswalk(Login.WEB), units)
    for one in known:
        if one.origin == code and one.day.isoformat() == day:
            return one, known, units
    raise NotFoundException


def _choice_of(found: UnitDecision) -> Choice:
    return {"closed": "closed", "split": "parts"}.get(found.kind, "on")  # type: ignore[return-value]  # of two literals


def _there(found: UnitDecision, units: dict[str, UnitThen]) -> list[UnitThen]:
    return [one for one in units.values() if one.is_there(found.day) and one.code != found.origin]


def _page(
    request: Request[Any, Any, Any],
    found: UnitDecision,
    units: dict[str, UnitThen],
    *,
    chosen: str,
    targets: list[str],
    problem: str = "",
) -> Response[str]:
    there = _there(found, units)
    # parts go on in units that began then, or in those that were said to be parts
    parts = [one for one in there if one.valid_from == found.day or one.code in found.targets]
    context = {
        "unit": found,
        "there": there,
        "parts": parts or there,
        "chosen": chosen,
        "targets": targets,
        "problem": problem,
    }
    return page(request, "asking/people_unit.html", context, status=WRONG if problem else 200)


HANDLERS = [look_at_unit, decide_anew]
