"""Events as rows, for pages and figures.

Reached as whatever login the table is bound to: ``web`` in a web process.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from survey_app.events.errors import UnknownEventError
from survey_app.events.kinds import Kind, Shape, Side
from survey_app.events.tables import Event


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as it is stored."""

    id: UUID
    side: Side
    day: date
    kind: Kind
    shape: Shape
    place: str
    text_nb: str
    text_nn: str
    text_en: str
    open: bool
    role: str
    version: int
    created_at: datetime
    removed_at: datetime | None

    @property
    def text(self) -> dict[str, str]:
        """The words by language, in the order in which one stands in for another."""
        given = {"nb": self.text_nb, "nn": self.text_nn, "en": self.text_en}
        return {language: text for language, text in given.items() if text}


_COLUMNS = ", ".join(one.name for one in fields(EventRow))


def _row(stored: dict[str, Any]) -> EventRow:
    known = {
        "side": Side(stored["side"]),
        "kind": Kind(stored["kind"]),
        "shape": Shape(stored["shape"]),
    }
    return EventRow(**{**stored, **known})


async def find_event(event: UUID) -> EventRow:
    """Find one that has not been taken away.

    Raises
    ------
    UnknownEventError
        If there is none.
    """
    rows = await Event.raw(
        f"SELECT {_COLUMNS} FROM events.event"  # noqa: S608 - our own columns
        " WHERE id = {} AND removed_at IS NULL",
        event,
    )
    if not rows:
        raise UnknownEventError
    return _row(rows[0])


async def list_events(side: Side) -> list[EventRow]:
    """List every event of a side, also those taken away, in the order of time."""
    found = await Event.raw(
        f"SELECT {_COLUMNS} FROM events.event"  # noqa: S608 - our own columns
        " WHERE side = {} ORDER BY day, created_at, id",
        side.value,
    )
    return [_row(one) for one in found]
