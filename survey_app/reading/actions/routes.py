"""Actions for those who work with them: the list, one action, and its form."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignPage, ForeignPlace, ForeignRequest
from survey_app.accounts.guards import requires
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import csrf_is_right
from survey_app.actions.draft import MOST, ActionDraft, read_action
from survey_app.actions.errors import ChangedMeanwhileError
from survey_app.actions.queries import find_action, list_actions
from survey_app.actions.states import STATE_NAMES, ActionRow
from survey_app.actions.write_action import change_action, create_action, note_discussion
from survey_app.reading.actions.choices import Choices, choices, with_chosen
from survey_app.reading.actions.desk import ActionDesk, empty, lay_out_actions, own_action
from survey_app.reading.actions.follow_up import called_measure
from survey_app.reading.actions.overview import (
    SHOW,
    cases,
    count_actions,
    picked,
    prefilled,
    stored_fields,
)
from survey_app.reading.actions.permissions import (
    READERS,
    WRITERS,
    may_write,
)
from survey_app.reading.scope import home_of, stored_codes
from survey_app.reading.strategy_text import known_statements, library
from survey_app.shared import clock
from survey_app.shared.choices import shows
from survey_app.shared.form_text import (
    FORM,
    FieldProblem,
    form_number,
    read_day,
    read_version,
    row_of_form,
)
from survey_app.shared.i18n import N_, Language
from survey_app.shared.pages import language_of, page

STAFF = "staff"
WRONG = 422  # HTTP's own number for a form that can be read but not used
FormFields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]

FOLDED = frozenset({"unit", "starts_on", "state", "reason", "statement", "outcome"})
FIELDS = (
    "unit", "said", "what", "who", "starts_on", "due_on", "state", "reason", "outcome",
    "statement", "measure", "wave", "visible", "mine", "version",
)  # fmt: skip

OLD = FieldProblem(
    "", N_("Skjemaet var for gammelt til å lagres. Teksten er her fortsatt: lagre igjen.")
)
CHANGED = FieldProblem(
    "",
    N_(
        "Noen andre har endret tiltaket mens du skrev. Ingenting er lagret. Se hva som er endret, "
        "og lagre igjen hvis teksten din skal gjelde."
    ),
)


@get("/actions", guards=[requires(*READERS)])
async def show_actions(
    request: Request[Any, Any, Any],
    unit: FromQuery[str | None] = None,
    show: FromQuery[str] = "",
) -> Response[str]:
    """List the actions of the reader's units."""
    found, lang = await lay_out_actions(request), language_of(request)
    if found is None:
        return await empty(request)
    place = home_of(unit, found.places) if unit is not None else None
    if unit is not None and place is None:
        raise ForeignPlace(request.url.path)
    everything = found.reader.role is Role.HR and place is None
    wanted = (place,) if place else found.places
    shows(request, show=show if show in SHOW else "")
    rows = await list_actions(None if everything else stored_codes(wanted))
    made = await cases(rows, found.places, found.opened, lang, today=clock.today())
    context = {
        "cases": picked(made, show),
        "summary": count_actions(made),
        "show": show if show in SHOW else "",
        "shows": SHOW,
        "unit": unit,
        "place": place,
        "unit_options": choices(found.places, await found.basis(), lang).units,
        "writes": may_write(found.reader),
        "several": len(found.places) > 1,
    }
    return page(request, "actions/overview.html", context, fragment="actions/_overview.html")


@get("/actions/{action:uuid}", guards=[requires(*READERS)])
async def show_action(request: Request[Any, Any, Any], action: FromPath[UUID]) -> Response[str]:
    """Show one action: what was said, what is done, and whether it moved."""
    found = await lay_out_actions(request)
    if found is None:
        raise NotFoundException
    row = await own_action(found, action, request.url.path)
    return await _action_page(request, found, row)


async def _action_page(
    request: Request[Any, Any, Any], found: ActionDesk, row: ActionRow, problem: str = ""
) -> Response[str]:
    lang = language_of(request)
    [case] = await cases([row], found.places, found.opened, lang, today=clock.today())
    context = {
        "case": case,
        "writes": may_write(found.reader),
        "confirms": found.reader.role is Role.REPRESENTATIVE,
        "mine": str(row.owner) == found.reader.account,
        "today": clock.today().isoformat(),
        "problem": problem,
    }
    return page(request, "actions/action.html", context, status=WRONG if problem else 200)


@get("/actions/new", guards=[requires(*WRITERS)])
async def ask_new(request: Request[Any, Any, Any]) -> Response[str]:
    """Show an empty form, filled in with what the finding's page knows."""
    found = await lay_out_actions(request)
    if found is None:
        return await empty(request)
    if not found.places:
        raise ForeignPage(request.url.path)
    fields = prefilled(dict(request.query_params), found.places, await found.basis(), clock.today())
    return await _form(request, found, fields)


@post("/actions/new", guards=[requires(*WRITERS)])
async def make_new(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Store a new action, or show the form again with what to mend and nothing lost."""
    found = await lay_out_actions(request)
    if found is None:
        return await empty(request)
    draft, problems = await _checked(request, found, data)
    if draft is None:
        return await _form(request, found, data, problems=problems)
    made = await create_action(draft, found.author, now=found.at, action=row_of_form(data))
    return Redirect(f"/actions/{made}", status_code=303)


@get("/actions/{action:uuid}/edit", guards=[requires(*WRITERS)])
async def ask_action_change(
    request: Request[Any, Any, Any], action: FromPath[UUID]
) -> Response[str]:
    """Show the form of an action."""
    found = await lay_out_actions(request)
    if found is None:
        raise NotFoundException
    row = await own_action(found, action, request.url.path)
    return await _form(request, found, stored_fields(row), row)


@post("/actions/{action:uuid}/edit", guards=[requires(*WRITERS)])
async def store_action_change(
    request: Request[Any, Any, Any], action: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Store a change, or show the form again with what to mend and nothing lost."""
    found = await lay_out_actions(request)
    if found is None:
        raise NotFoundException
    row = await own_action(found, action, request.url.path)
    draft, problems = await _checked(request, found, data, row)
    if draft is None:
        return await _form(request, found, data, row, problems)
    version = data.get("version", "")
    try:
        await change_action(
            row,
            draft,
            found.author,
            version=read_version(version),
            mine=data.get("mine") == "yes",
            now=found.at,
        )
    except ChangedMeanwhileError:
        renewed = await find_action(action)
        return await _form(
            request, found, data | {"version": str(renewed.version)}, renewed, (CHANGED,)
        )
    return Redirect(f"/actions/{action}", status_code=303)


@post("/actions/{action:uuid}/discussed", guards=[requires(Role.REPRESENTATIVE)])
async def discussed(
    request: Request[Any, Any, Any], action: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Let a representative say when it was discussed with them; an empty day takes that back."""
    found = await lay_out_actions(request)
    if found is None:
        raise NotFoundException
    row = await own_action(found, action, request.url.path)
    if not csrf_is_right(found.reader, data.get("csrf", "")):
        raise ForeignRequest(request.url.path)
    text = data.get("discussed_on", "")
    day = read_day(text)
    if text.strip() and (day is None or day > clock.today()):
        return await _action_page(
            request,
            found,
            row,
            N_("Skriv en dato som ikke ligger fram i tid, for eksempel 15.03.2027."),
        )
    await note_discussion(row, day, found.author, now=found.at)
    return Redirect(f"/actions/{action}", status_code=303)


async def _choices(request: Request[Any, Any, Any], found: ActionDesk) -> Choices:
    return choices(found.places, await found.basis(), language_of(request))


async def _checked(
    request: Request[Any, Any, Any],
    found: ActionDesk,
    data: dict[str, str],
    row: ActionRow | None = None,
) -> tuple[ActionDraft | None, tuple[FieldProblem, ...]]:
    if not csrf_is_right(found.reader, data.get("csrf", "")):
        # our own page, an older session: nothing is written, and nothing is lost
        return None, (OLD,)
    known = (await _choices(request, found)).known
    if row is not None:
        # what was chosen once stays a choice, also where a later form does not offer it
        known = known.with_stored(row.unit, row.statement, row.measure)
    if data.get("unit", "") not in known.units:
        raise ForeignPlace(request.url.path)
    return read_action(data, known, today=clock.today())


async def _with_chosen(
    offered: Choices, row: ActionRow, found: ActionDesk, lang: Language
) -> Choices:
    said = known_statements().get(row.statement)
    followed = await called_measure(row.measure, found.opened, lang) if row.measure else ""
    return with_chosen(
        offered,
        (row.statement, said.text if said else row.statement),
        (row.measure, followed),
        lang,
    )


async def _form(
    request: Request[Any, Any, Any],
    found: ActionDesk,
    fields: dict[str, str],
    row: ActionRow | None = None,
    problems: tuple[FieldProblem, ...] = (),
) -> Response[str]:
    offered = await _choices(request, found)
    if row is not None:
        offered = await _with_chosen(offered, row, found, language_of(request))
    unit = fields.get("unit", "")
    context = {
        "fields": {**dict.fromkeys(FIELDS, ""), FORM: form_number(), **fields},
        "unit_name": dict(offered.units).get(unit, unit).strip(),
        "suggested": library().suggested(fields.get("measure", "")),
        "folded_wrong": any(one.name in FOLDED for one in problems),
        # who comes from a unit's page need not choose it again
        "choose_unit": row is None
        and len(offered.units) > 1
        and "unit" not in request.query_params,
        "row": row,
        "mine": row is not None and str(row.owner) == found.reader.account,
        "choices": offered,
        "problems": problems,
        "by_field": {one.name: one for one in reversed(problems)},
        "states": STATE_NAMES,
        "most": MOST,
        "address": f"/actions/{row.id}/edit" if row else "/actions/new",
    }
    return page(request, "actions/form.html", context, status=WRONG if problems else 200)


HANDLERS = [
    show_actions,
    show_action,
    ask_new,
    make_new,
    ask_action_change,
    store_action_change,
    discussed,
]
