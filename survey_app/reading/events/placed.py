"""Events as files and programs take them out: those of the places that somebody may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from survey_app.events.kinds import KIND_NAMES, Side
from survey_app.events.queries import stored_events
from survey_app.reading.names import place_name
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain
from survey_app.reading.scope import home_of, places_in
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language, translator

SIDES = frozenset(side.value for side in Side)


@dataclass(frozen=True, slots=True)
class PlacedEvent:
    """Something that happened, in a reader's words; ``domain`` is empty for the agency."""

    population: str
    day: date
    kind: str
    kind_name: str
    text: str
    level: str
    domain: str
    domain_name: str


async def events_in(
    places: Collection[Domain],
    shown: Published,
    lang: Language,
    *,
    until: date,
    everybody: bool = False,
) -> tuple[PlacedEvent, ...]:
    """List what happened in some places up to a day, in the order of time.

    Parameters
    ----------
    places : collection of Domain
        What the reader may hear of; an event elsewhere is not told.
    shown : Published
        Names the places, and says whose answers its figures are.
    until : date
        The last wave's: later events stand beside no figure.
    everybody : bool
        For those who are not signed in: only what its author opened, of the whole agency.
    """
    population = str(shown.content["campaign"]["population"])
    if population not in SIDES:
        return ()
    allowed = {place.code for place in places}
    gettext = translator(lang).gettext
    found = []
    for row in await stored_events(Side(population)):
        if row.removed_at is not None or row.day > until or (everybody and not row.open):
            continue
        home = home_of(row.place, places_in(shown))
        if home is None or home.code not in allowed or (everybody and row.place):
            continue
        found.append(
            PlacedEvent(
                population, row.day, row.kind.value, gettext(KIND_NAMES[row.kind]),
                in_language(row.text, lang), home.level, home.code, place_name(home, lang),
            )
        )  # fmt: skip
    return tuple(found)
