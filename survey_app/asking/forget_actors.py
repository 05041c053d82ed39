"""Forget who asked for what, when the log of it is gone too: what they decided stays."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final

from survey_app.asking.writing import writing
from survey_app.audit.jobs import last_day_to_go
from survey_app.audit.record import record
from survey_app.settings import Settings, settings
from survey_app.shared.clock import OSLO, now, today
from survey_app.shared.database import Login

# until here a wave's page tells what became of them; then they are history that the figures are not
# made of
_OVER: Final = "state IN ('done', 'refused', 'withdrawn', 'declined') AND asked_at < $1"
_STATEMENTS: Final = (
    f"DELETE FROM asking.wave_act WHERE {_OVER}",  # noqa: S608 - ours
    f"DELETE FROM asking.campaign_act WHERE {_OVER}",  # noqa: S608 - ours
    f"DELETE FROM asking.unit_link_act WHERE {_OVER}",  # noqa: S608 - ours
    "UPDATE asking.unit_link SET decided_by = '' WHERE decided_by <> '' AND recorded_at < $1",
    "UPDATE asking.agency_limits SET actor = '' WHERE actor <> '' AND changed_at < $1",
    # a trigger lets nothing else of a released version change
    (
        "UPDATE asking.instrument_version SET changed_actor = '', released_actor = ''"
        " WHERE (changed_actor <> '' OR released_actor <> '')"
        " AND greatest(changed_at, released_at) < $1"
    ),
)
_PROPOSALS: Final = "DELETE FROM asking.wave_proposal WHERE year < $1"


async def forget_actors(context: dict[str, Any]) -> None:
    """Take out who asked and decided what, as old as the log; and proposals for years gone by."""
    chosen: Settings = context.get("settings") or settings()
    last = last_day_to_go(today(), years=chosen.log_years)
    first_kept = datetime.combine(last + timedelta(days=1), time(), OSLO)
    async with writing() as link:
        told = [await link.execute(one, first_kept) for one in _STATEMENTS]
        told.append(await link.execute(_PROPOSALS, today().year))
        if number := sum(int(one.rsplit(" ", 1)[1]) for one in told):
            await record(
                Login.WORKER, now=now(), actor="system", action="old acts forgotten",
                subject="acts", rows=number,
            )  # fmt: skip
