"""The actions in short, for first pages: how many are open, what is late, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request

from survey_app.accounts.guards import signed_in
from survey_app.accounts.roles import Role
from survey_app.actions.queries import list_actions
from survey_app.actions.states import OPEN, ActionRow
from survey_app.reading.actions.desk import lay_out_actions
from survey_app.reading.actions.overview import ActionStory, Summary, cases, count_actions
from survey_app.reading.actions.permissions import READERS
from survey_app.reading.rows import Domain
from survey_app.reading.scope import home_of, stored_codes
from survey_app.shared import clock
from survey_app.shared.pages import language_of

MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Tasks:
    """Actions in short; ``without`` is how many units have none, for those who see all units."""

    summary: Summary
    late: list[ActionStory]
    upcoming: list[ActionStory]
    without: int | None


async def tasks_of(request: Request[Any, Any, Any], place: Domain | None = None) -> Tasks | None:
    """Put the reader's actions together, or those of one place.

    Returns
    -------
    Tasks or None
        ``None`` for those who see no actions, and before the first publication.
    """
    reader = signed_in(request)
    if reader is None or reader.role not in READERS:
        return None
    found = await lay_out_actions(request)
    if found is None:
        return None
    if place is not None:
        home = home_of(place.code, found.places)
        rows = await list_actions(stored_codes((home,))) if home else []
    else:
        rows = await list_actions(None if reader.role is Role.HR else stored_codes(found.places))
    today = clock.today()
    made = await cases(rows, found.places, found.opened, language_of(request), today=today)
    ahead = [case for case in made if case.row.state in OPEN and not case.late]
    sees_all = reader.role is Role.HR and place is None
    return Tasks(
        summary=count_actions(made),
        late=[case for case in made if case.late][:MOST],
        upcoming=ahead[:MOST],
        without=_without(rows, found.places) if sees_all else None,
    )


def _without(rows: Sequence[ActionRow], places: tuple[Domain, ...]) -> int:
    """Count the units that have no action of any kind."""
    having = {home.code for row in rows if (home := home_of(row.unit, places))}
    return sum(one.level == "unit" and one.code not in having for one in places)
