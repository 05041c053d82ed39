"""What every page of actions stands on: the reader, the places they see, the publications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.exceptions import NotFoundException

from survey_app.accounts.errors import ForeignPlace
from survey_app.accounts.guards import signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn
from survey_app.actions.errors import UnknownActionError
from survey_app.actions.queries import find_action
from survey_app.actions.states import ActionRow
from survey_app.actions.write_action import Author
from survey_app.reading.actions.choices import basis
from survey_app.reading.actions.follow_up import Opened
from survey_app.reading.actions.permissions import visible_places
from survey_app.reading.nothing_yet import nothing_yet
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain
from survey_app.reading.scope import stored_codes
from survey_app.reading.waves import waves
from survey_app.shared import clock
from survey_app.shared.i18n import N_

STAFF = "staff"


@dataclass(frozen=True, slots=True)
class ActionDesk:
    """What every page here stands on: the reader, the places they see, and the publications."""

    reader: SignedIn
    places: tuple[Domain, ...]
    opened: Opened
    at: datetime

    async def basis(self) -> Published:
        """Return the publication whose measures can be followed."""
        return await self.opened.content(basis(self.opened.series))

    @property
    def author(self) -> Author:
        """The reader as one who writes."""
        return Author(UUID(self.reader.account), self.reader.email)


async def lay_out_actions(request: Request[Any, Any, Any]) -> ActionDesk | None:
    """Lay out the desk; ``None`` before the first publication, since units come from there."""
    at = clock.now()
    series = await waves(STAFF, at)
    if not series:
        return None
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    opened = Opened(series, at)
    return ActionDesk(reader, visible_places(reader, await opened.content(series[-1])), opened, at)


async def empty(request: Request[Any, Any, Any]) -> Response[str]:
    """Answer before the first publication."""
    return await nothing_yet(request, STAFF, N_("Tiltak"), "/culture/progress")


async def own_action(found: ActionDesk, action: UUID, address: str) -> ActionRow:
    """Find an action that the reader may see.

    Raises
    ------
    NotFoundException
        If there is none.
    ForeignPlace
        If it belongs to another unit.
    """
    try:
        row = await find_action(action)
    except UnknownActionError as error:
        raise NotFoundException from error
    # HR follows all, also those of units that are no more
    if found.reader.role is not Role.HR and row.unit not in stored_codes(found.places):
        raise ForeignPlace(address)
    return row
