"""Which events stand on the time axis of a place, in the reader's words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from survey_app.events.kinds import Side
from survey_app.events.queries import StoredEvent, stored_events
from survey_app.reading.names import place_name
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.scope import home_of, places_in
from survey_app.reading.unit_steps import steps_told
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language

MOST_DRAWN: Final = 6  # on one axis: more could not be told apart on a phone
_ITSELF: Final = -1
_BELOW: Final = {AGENCY: 0, "region": 1, "unit": 2}


@dataclass(frozen=True, slots=True)
class AxisEvent:
    """An event as a figure and the list under it tell it.

    ``where`` is the place that it happened in, empty where that is the place of the figure;
    ``below`` how many levels beneath the figure's place it is: 0 where it is about the whole of it,
    -1 where the unit itself was changed, which has no page of its own (``event`` is empty).
    """

    event: str
    day: date
    text: str
    where: str
    below: int
    letter: str = ""


async def axis_events(
    side: Side,
    place: Domain,
    places: Collection[Domain],
    shown: Published,
    lang: Language,
    *,
    everybody: bool = False,
) -> tuple[AxisEvent, ...]:
    """List what happened in a place, in what it is part of, and in what is part of it.

    Parameters
    ----------
    place : Domain
        The place whose figures are drawn.
    places : collection of Domain
        Places beneath it that the reader may hear of.
    shown : Published
        Names the places.
    everybody : bool
        For those who are not signed in: only what its author opened, of the whole agency.
    """
    found = []
    if side is Side.STAFF:
        # words that a figure cannot do without: first of all that are kept
        found += [
            AxisEvent("", day, text, "", _ITSELF) for day, text in steps_told(shown, place, lang)
        ]
    for row in await stored_events(side):
        if row.removed_at is not None or (everybody and not row.open):
            continue
        home = _on_axis(row.place, place, places, shown)
        if home is None:
            continue
        same = home.code == place.code
        found.append(
            AxisEvent(
                str(row.id),
                row.day,
                in_language(row.text, lang),
                "" if same else place_name(home, lang),
                _beneath(home, place),
            )
        )
    return tuple(sorted(found, key=lambda one: one.day))


def rows_on_axis(
    rows: Sequence[StoredEvent], place: Domain, places: Collection[Domain], shown: Published
) -> list[StoredEvent]:
    """Keep the events that stand on the axis of a place, also those that were taken away."""
    return [row for row in rows if _on_axis(row.place, place, places, shown) is not None]


def of_itself(events: Sequence[AxisEvent]) -> tuple[AxisEvent, ...]:
    """Keep what happened to the unit itself: a new name or place, a merger, a split."""
    return tuple(one for one in events if one.below == _ITSELF)


def nearest(events: Sequence[AxisEvent]) -> list[AxisEvent]:
    """Keep as many as an axis has room for: of the whole place first, the newest of each level."""
    order = sorted(events, key=lambda one: (one.below, -one.day.toordinal()))
    kept = set(order[:MOST_DRAWN])
    return [one for one in events if one in kept]


def _on_axis(
    code: str, place: Domain, places: Collection[Domain], shown: Published
) -> Domain | None:
    """Find where an event belongs, if that is the place, above it, or beneath it."""
    home = home_of(code, places_in(shown))
    if home is None:
        return None
    about_all = home.level == AGENCY or home.code in {place.code, place.parent}
    inside = place.level == AGENCY or home.parent == place.code
    allowed = any(one.code == home.code for one in places)
    return home if about_all or (inside and allowed) else None


def _beneath(home: Domain, place: Domain) -> int:
    return max(0, _BELOW.get(home.level, 0) - _BELOW.get(place.level, 0))
