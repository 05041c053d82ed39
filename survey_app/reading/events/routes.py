"""Events: the list with its form, one event held against the figures, and its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignPage, ForeignRequest
from survey_app.accounts.guards import requires
from survey_app.accounts.sessions import csrf_is_right
from survey_app.events.draft import MOST, TEXT, EventDraft, read_event, text_fields
from survey_app.events.errors import EventChangedMeanwhileError
from survey_app.events.kinds import KIND_NAMES, SHAPE_NAMES, Side
from survey_app.events.queries import StoredEvent
from survey_app.events.write_event import change_event, create_event, remove_event
from survey_app.reading.events.desk import EventDesk, lay_out_events, own_event, place_of_event
from survey_app.reading.events.overview import since_page, tell_event
from survey_app.reading.events.permissions import READERS, SEES, WRITERS, writes
from survey_app.reading.names import place_options
from survey_app.reading.nothing_yet import none_published
from survey_app.reading.waves import told_retractions
from survey_app.shared import clock
from survey_app.shared.form_text import (
    FORM,
    FieldProblem,
    form_number,
    read_version,
    row_of_form,
)
from survey_app.shared.i18n import N_, translator
from survey_app.shared.pages import language_of, page

WRONG = 422  # HTTP's own number for a form that can be read but not used
FormFields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
FIELDS = ("side", "day", "kind", "shape", "place", "open", "version")
CHANGED = FieldProblem(
    "",
    N_(
        "Noen andre har endret hendelsen mens du skrev. Ingenting er lagret. Se hva som er "
        "endret, og lagre igjen hvis teksten din skal gjelde."
    ),
)


@get("/events", guards=[requires(*READERS)])
async def show_events(request: Request[Any, Any, Any]) -> Response[str]:
    """List what happened, newest first, with the form of those who write."""
    return await _list(
        request, await lay_out_events(request), _empty(request.query_params.get("unit", ""))
    )


@post("/events", guards=[requires(*WRITERS)])
async def make_event(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Store a new event, or show the form again with what to mend and nothing lost."""
    found = await lay_out_events(request)
    draft, problems = _checked(request, found, data)
    if draft is None:
        return await _list(request, found, _nothing() | data, problems)
    made = await create_event(draft, found.author, now=found.at, event=row_of_form(data))
    return Redirect(f"/events/{made}", status_code=303)


@get("/events/{event:uuid}", guards=[requires(*READERS)])
async def show_event(
    request: Request[Any, Any, Any], event: FromPath[UUID], unit: FromQuery[str | None] = None
) -> Response[str]:
    """Show one event, and whether the figures of a place were others after it."""
    found, lang = await lay_out_events(request), language_of(request)
    row = await own_event(found, event, request.url.path)
    ground = found.ground(row.side)
    axes = found.axes(ground, row) if ground else []
    place = place_of_event(ground, row, unit, axes) if ground else None
    if unit is not None and ground and place is None:
        raise ForeignPage(request.url.path)
    context = {
        "event": tell_event(row, ground, lang),
        "awaited": await none_published([row.side.value], found.at),
        "taken_back": await told_retractions([row.side.value], lang, found.at),
        "view": await since_page(found, ground, row, place, lang) if ground and place else None,
        "unit_options": place_options(tuple(axes), lang),
        "writes": writes(found.reader, row.side),
    }
    return page(request, "events/event.html", context, fragment="events/_event.html")


@get("/events/{event:uuid}/edit", guards=[requires(*WRITERS)])
async def ask_event_change(request: Request[Any, Any, Any], event: FromPath[UUID]) -> Response[str]:
    """Show the form of an event."""
    found = await lay_out_events(request)
    row = await own_event(found, event, request.url.path, writing=True)
    return _form(request, found, _stored(row), row)


@post("/events/{event:uuid}/edit", guards=[requires(*WRITERS)])
async def store_event_change(
    request: Request[Any, Any, Any], event: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Store a change, or show the form again with what to mend and nothing lost."""
    found = await lay_out_events(request)
    row = await own_event(found, event, request.url.path, writing=True)
    draft, problems = _checked(request, found, data, row)
    if draft is None:
        return _form(request, found, data, row, problems)
    version = data.get("version", "")
    try:
        await change_event(row, draft, found.author, version=read_version(version), now=found.at)
    except EventChangedMeanwhileError:
        now = await own_event(found, event, request.url.path, writing=True)
        fields = data | {"version": str(now.version)}
        return _form(request, found, fields, now, (CHANGED,))
    return Redirect(f"/events/{row.id}", status_code=303)


@post("/events/{event:uuid}/remove", guards=[requires(*WRITERS)])
async def make_away(
    request: Request[Any, Any, Any], event: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Take an event away."""
    found = await lay_out_events(request)
    _refuse_old(request, found, data)
    row = await own_event(found, event, request.url.path, writing=True)
    await remove_event(row, found.author, now=found.at)
    return Redirect("/events", status_code=303)


def _refuse_old(request: Request[Any, Any, Any], found: EventDesk, data: Mapping[str, str]) -> None:
    if not csrf_is_right(found.reader, data.get("csrf", "")):
        raise ForeignRequest(request.url.path)


def _checked(
    request: Request[Any, Any, Any],
    found: EventDesk,
    data: Mapping[str, str],
    row: StoredEvent | None = None,
) -> tuple[EventDraft | None, tuple[FieldProblem, ...]]:
    _refuse_old(request, found, data)
    side = data.get("side", "") or (found.sides[0].value if len(found.sides) == 1 else "")
    ground = next((one for one in found.grounds if one.side == side), None)
    places = {"", *(place.code for place in ground.places)} if ground else {""}
    if row is not None:
        # a unit that is no more keeps its events
        places.add(row.place)
    return read_event({**data, "side": side}, found.sides, places, today=clock.today())


async def _list(
    request: Request[Any, Any, Any],
    found: EventDesk,
    fields: Mapping[str, str],
    problems: tuple[FieldProblem, ...] = (),
) -> Response[str]:
    lang = language_of(request)
    events = [
        tell_event(row, found.ground(side), lang)
        for side in Side
        if side in {ground.side for ground in found.grounds} | set(found.sides)
        for row in await found.rows(side)
    ]
    events.sort(key=lambda one: one.row.day, reverse=True)
    context = {
        **_choices(request, found, fields, problems),
        "events": events,
        "sides": {one.row.side for one in events},
        "seen": SEES.get(found.reader.role, ()),
        "address": "/events",
        "row": None,
    }
    status = WRONG if problems else 200
    return page(request, "events/overview.html", context, status=status)


def _form(
    request: Request[Any, Any, Any],
    found: EventDesk,
    fields: Mapping[str, str],
    row: StoredEvent,
    problems: tuple[FieldProblem, ...] = (),
) -> Response[str]:
    context = {
        **_choices(request, found, fields, problems),
        "address": f"/events/{row.id}/edit",
        "row": row,
    }
    return page(request, "events/form.html", context, status=WRONG if problems else 200)


def _choices(
    request: Request[Any, Any, Any],
    found: EventDesk,
    fields: Mapping[str, str],
    problems: tuple[FieldProblem, ...],
) -> dict[str, Any]:
    lang = language_of(request)
    staff = found.ground(Side.STAFF) if Side.STAFF in found.sides else None
    return {
        "fields": {**_nothing(), FORM: form_number(), **fields},
        "problems": problems,
        "by_field": {one.name: one for one in reversed(problems)},
        "kinds": KIND_NAMES,
        "shapes": SHAPE_NAMES,
        "most": MOST,
        "today": clock.today().isoformat(),
        "places": place_options(staff.places, lang)
        if staff
        else [("", translator(lang).gettext("Hele etaten"))],
        "writes": bool(found.sides),
        "of_staff": Side.STAFF in found.sides,
    }


def _nothing() -> dict[str, str]:
    return dict.fromkeys((*FIELDS, *text_fields()), "")


def _empty(unit: str) -> dict[str, str]:
    return _nothing() | {"place": unit}


def _stored(row: StoredEvent) -> dict[str, str]:
    return {
        "side": row.side.value,
        "day": row.day.isoformat(),
        "kind": row.kind.value,
        "shape": row.shape.value,
        "place": row.place,
        **{name: row.text.get(name.removeprefix(TEXT), "") for name in text_fields()},
        "open": "yes" if row.open else "",
        "version": str(row.version),
    }


HANDLERS = [show_events, make_event, show_event, ask_event_change, store_event_change, make_away]
