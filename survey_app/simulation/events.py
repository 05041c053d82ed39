"""Events of the demo, on the days at which the simulation changes, and one at which it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from survey_app.events.draft import EventDraft
from survey_app.events.kinds import EventKind, Shape, Side
from survey_app.events.write_event import EventAuthor, create_event
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, fetch
from survey_app.simulation.calendar import PUBLIC_WAVES, STAFF_WAVES
from survey_app.simulation.parameters import public_parameters, staff_parameters

# long enough before a wave opens that nobody in it answered earlier
_BEFORE: Final = timedelta(days=21)
_REGIONS: Final = {
    "sor": ("Omorganisering i sør", "Omorganisering i sør", "Reorganisation in the south"),
    "sorvest": (
        "Omorganisering i sørvest",
        "Omorganisering i sørvest",
        "Reorganisation in the south-west",
    ),
}
_DAYS: Final = (
    "Verdidager i alle enheter",
    "Verdidagar i alle einingar",
    "Values days in every unit",
)
_STORY: Final = (
    "Alvorlig hendelse omtalt i mediene",
    "Alvorleg hending omtalt i media",
    "Serious incident reported in the media",
)


async def seed_events() -> int:
    """Store the demo's events once.

    Returns
    -------
    int
        How many are new; none where there are events already, or the history is too short.
    """
    if await fetch(Login.MIGRATOR, "SELECT 1 FROM events.event LIMIT 1"):
        return 0
    drafts = [*_of_staff(await _opened("staff")), *_of_public(await _opened("public"))]
    for draft in drafts:
        role = "hr" if draft.side is Side.STAFF else "communications"
        # written down on its own day, before anybody knew the figures after it
        at = datetime.combine(draft.day, time(9), OSLO).astimezone(UTC)
        author = EventAuthor(role, f"{role}@demo.example")
        await create_event(draft, author, now=at, login=Login.MIGRATOR)
    return len(drafts)


async def _opened(population: str) -> list[date]:
    """List the days on which the waves of the history opened."""
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT w.opens_on FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.population = $1 AND w.state = 'published' ORDER BY w.opens_on",
        population,
    )
    return [row["opens_on"] for row in rows]


def _of_staff(opened: list[date]) -> Iterator[EventDraft]:
    reform = staff_parameters()["reform"]
    if (day := _day(opened, reform["wave"], STAFF_WAVES)) is not None:
        for region in reform["regions"]:
            yield _draft(Side.STAFF, day, EventKind.REFORM, Shape.DECAY, _REGIONS[region], region)
    # nothing is planted here: the answer must be that nothing is known to have changed
    if (day := _day(opened, STAFF_WAVES - 3, STAFF_WAVES)) is not None:
        yield _draft(Side.STAFF, day, EventKind.OTHER, Shape.STEP, _DAYS, open=True)


def _of_public(opened: list[date]) -> Iterator[EventDraft]:
    if (day := _day(opened, public_parameters()["shock"]["wave"], PUBLIC_WAVES)) is not None:
        yield _draft(Side.PUBLIC, day, EventKind.MEDIA, Shape.DECAY, _STORY, open=True)


def _day(opened: list[date], wave: int, waves: int) -> date | None:
    """Return a day before a wave, which is counted from the first of the model's history."""
    at = len(opened) - (waves - wave)
    return opened[at] - _BEFORE if 0 <= at < len(opened) else None


def _draft(
    side: Side,
    day: date,
    kind: EventKind,
    shape: Shape,
    text: tuple[str, str, str],
    place: str = "",
    **more: Any,  # noqa: ANN401 - fields of a Draft, by name
) -> EventDraft:
    return EventDraft(
        side=side,
        day=day,
        kind=kind,
        shape=shape,
        place=place,
        text=dict(zip(("nb", "nn", "en"), text, strict=True)),
        **more,
    )
