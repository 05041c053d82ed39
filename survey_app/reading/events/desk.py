"""What every page of events stands on: the reader, the places they see, the newest publication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.exceptions import NotFoundException

from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.guards import signed_in
from survey_app.accounts.sessions import SignedIn
from survey_app.events.errors import UnknownEventError
from survey_app.events.kinds import Side
from survey_app.events.queries import StoredEvent, find_event, stored_events
from survey_app.events.write_event import EventAuthor
from survey_app.reading.event_axis import rows_on_axis
from survey_app.reading.events.permissions import SEES, WRITES, sees, writes
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.scope import home_of, own_units, visible
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared import clock


@dataclass(frozen=True, slots=True)
class Ground:
    """One side as the reader sees it: its waves, the newest publication, the places."""

    side: Side
    series: tuple[Wave, ...]
    shown: Published
    places: tuple[Domain, ...]
    start: Domain


@dataclass(frozen=True, slots=True)
class EventDesk:
    """The reader, the moment, and the sides that have figures."""

    reader: SignedIn
    at: datetime
    grounds: tuple[Ground, ...]

    @property
    def author(self) -> EventAuthor:
        """The reader as one who writes."""
        return EventAuthor(self.reader.role.value, self.reader.email)

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides that the reader writes events of."""
        return WRITES.get(self.reader.role, ())

    def ground(self, side: Side) -> Ground | None:
        """Return a side; ``None`` before its first publication."""
        return next((one for one in self.grounds if one.side is side), None)

    async def rows(self, side: Side) -> list[StoredEvent]:
        """List the events of a side that the reader may hear of, in the order of time."""
        found = [row for row in await stored_events(side) if row.removed_at is None]
        ground = self.ground(side)
        if writes(self.reader, side):
            return found
        return [row for row in found if ground and self.axes(ground, row)]

    def axes(self, ground: Ground, row: StoredEvent) -> list[Domain]:
        """List the places on whose axis the reader finds an event."""
        return [
            place
            for place in ground.places
            if rows_on_axis([row], place, ground.places, ground.shown)
        ]


async def lay_out_events(request: Request[Any, Any, Any]) -> EventDesk:
    """Lay out the desk of the reader's sides."""
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    at = clock.now()
    grounds = [await _ground(reader, side, at) for side in SEES.get(reader.role, ())]
    return EventDesk(reader, at, tuple(one for one in grounds if one is not None))


async def _ground(reader: SignedIn, side: Side, at: datetime) -> Ground | None:
    series = await waves(side.value, at)
    if not series:
        return None
    shown = await published(series[-1], at)
    seen = visible(reader, shown)
    places = seen if side is Side.STAFF else tuple(d for d in seen if d.level == AGENCY)
    mine = own_units(reader, shown)
    return Ground(side, series, shown, places, mine[0] if mine else _whole(places))


def _whole(places: Sequence[Domain]) -> Domain:
    return next(place for place in places if place.level == AGENCY)


async def own_event(
    found: EventDesk, event: UUID, address: str, *, writing: bool = False
) -> StoredEvent:
    """Find an event that the reader may see, or write.

    Raises
    ------
    NotFoundException
        If there is none.
    ForeignPage
        If it is of another side, or of a place whose figures the reader does not see.
    """
    try:
        row = await find_event(event)
    except UnknownEventError as error:
        raise NotFoundException from error
    if writing:
        if not writes(found.reader, row.side):
            raise ForeignPage(address)
        return row
    ground = found.ground(row.side)
    # before the first publication nobody knows which places a reader sees
    if not sees(found.reader, row.side) or not (
        writes(found.reader, row.side) or (ground and found.axes(ground, row))
    ):
        raise ForeignPage(address)
    return row


def place_of_event(
    ground: Ground, row: StoredEvent, asked: str | None, axes: Sequence[Domain]
) -> Domain | None:
    """Return the place whose figures are held against an event: the one asked for, else its own.

    ``None`` where the place that it happened in has no figures any more, or none is allowed.
    """
    if asked is not None:
        return home_of(asked, tuple(axes))
    home = home_of(row.place, tuple(axes))
    if home is None or (home.level == AGENCY and ground.start in axes):
        return ground.start if ground.start in axes else next(iter(axes), None)
    return home
