"""Events on the time axis, stored as their authors store them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from survey_app.events.draft import EventDraft
from survey_app.events.kinds import EventKind, Shape, Side
from survey_app.events.write_event import EventAuthor, create_event
from survey_app.shared.database import Login

DAY = date(2025, 8, 1)  # of the staff's waves three lie before it, three after


async def an_event(
    text: str = "Noe skjedde",
    place: str = "",
    side: Side = Side.STAFF,
    *,
    day: date = DAY,
    **more: Any,
) -> UUID:
    """Store one, written down on its own day."""
    draft = EventDraft(
        side=side, day=day, kind=EventKind.OTHER, shape=Shape.STEP, place=place,
        text={"nb": text}, **more,
    )  # fmt: skip
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    author = EventAuthor("hr" if side is Side.STAFF else "communications", "somebody@example.org")
    # not as the web: in tests of pages its connections belong to the application
    return await create_event(draft, author, now=at, login=Login.MIGRATOR)
