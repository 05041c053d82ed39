"""Events as rows, for pages and figures.

Reached as whatever login the table is bound to: ``web`` in a web process.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from survey_app.events.errors import UnknownEventError
from survey_app.events.kinds import EventKind, Shape, Side
from survey_app.shared.i18n import own_names


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it is stored."""

    id: UUID
    side: Side
    day: date
    kind: EventKind
    shape: Shape
    place: str
    text: dict[str, str]
    open: bool
    role: str
    version: int
    created_at: datetime
    removed_at: datetime | None


BEFORE: Final = ("nb", "nn", "en")  # languages that the version before has a column for
_COLUMNS = ", ".join(
    [*(one.name for one in fields(StoredEvent)), *(f"text_{language}" for language in BEFORE)]
)


def _row(stored: dict[str, Any]) -> StoredEvent:
    columns = {language: stored.pop(f"text_{language}") for language in BEFORE}
    known = {
        "side": Side(stored["side"]),
        "kind": EventKind(stored["kind"]),
        "shape": Shape(stored["shape"]),
        "text": words_by_language(stored["text"], columns),
    }
    return StoredEvent(**{**stored, **known})


def words_by_language(written: str | dict[str, str], columns: dict[str, str]) -> dict[str, str]:
    """Return the words by language, the agency's languages first and in its order.

    Parameters
    ----------
    written : str or dict of str to str
        As stored.
    columns : dict of str to str
        Words in the columns of the version before. What it writes meanwhile stands there alone,
        so they go first where they are given.
    """
    found = json.loads(written) if isinstance(written, str) else written
    found = found | {language: text for language, text in columns.items() if text}
    order = [*(language for language, _ in own_names()), *sorted(found)]
    return {language: found[language] for language in dict.fromkeys(order) if language in found}


async def _read(sql: str, *values: object) -> list[dict[str, Any]]:
    # a child that writes a file has its events in hand, and asks for none
    from survey_app.events.tables import Event  # noqa: PLC0415

    rows: list[dict[str, Any]] = await Event.raw(sql, *values)
    return rows


async def find_event(event: UUID) -> StoredEvent:
    """Find one that has not been taken away.

    Raises
    ------
    UnknownEventError
        If there is none.
    """
    rows = await _read(
        f"SELECT {_COLUMNS} FROM events.event"  # noqa: S608 - our own columns
        " WHERE id = {} AND removed_at IS NULL",
        event,
    )
    if not rows:
        raise UnknownEventError
    return _row(rows[0])


async def stored_events(side: Side) -> list[StoredEvent]:
    """List every event of a side, also those taken away, in the order of time."""
    found = await _read(
        f"SELECT {_COLUMNS} FROM events.event"  # noqa: S608 - our own columns
        " WHERE side = {} ORDER BY day, created_at, id",
        side.value,
    )
    return [_row(one) for one in found]
