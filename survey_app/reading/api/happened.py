"""Events: what happened, beside the figures that a token may read."""

from __future__ import annotations

from typing import Any

from litestar import Request, get

from survey_app.events import queries
from survey_app.events.kinds import Side
from survey_app.reading.api.access import demand, readable
from survey_app.reading.api.finding import Limit, Offset, SomePopulation, next_page, refusals
from survey_app.reading.api.model import EventPage, EventRow


@get("/events", responses=refusals(400, 401, 403), tags=["Figures"])
async def list_events(
    request: Request[Any, Any, Any],
    population: SomePopulation = None,
    limit: Limit = 200,
    offset: Offset = 0,
) -> EventPage:
    """Return what happened, oldest first: after an event is not because of it."""
    if population is not None:
        demand(request, population)
    wanted = (population,) if population else readable(request)
    found = [
        row
        for side in Side
        if side.value in wanted
        for row in await queries.stored_events(side)
        if row.removed_at is None
    ]
    found.sort(key=lambda row: (row.day, row.created_at, row.id))
    return EventPage(
        items=[_told(row) for row in found[offset : offset + limit]],
        total=len(found),
        next=next_page(request, offset, limit, len(found)),
    )


def _told(row: queries.StoredEvent) -> EventRow:
    return EventRow(
        population=row.side.value,
        day=row.day.isoformat(),
        kind=row.kind.value,
        domain=row.place,
        text=row.text,
        open=row.open,
    )
