"""Delete those who left the register, when nothing of theirs is needed any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from survey_app.asking.people.import_people import LOCK
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.settings import Settings, settings
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, fetch

# an invitation leads to the address until it is deleted itself, 30 days after its wave closed
_NEEDED: Final = "EXISTS (SELECT FROM asking.invitation i WHERE i.person = p.id)"
_DELETE: Final = f"""
DELETE FROM asking.person p WHERE NOT p.active AND p.left_on <= $1 AND NOT {_NEEDED}
"""  # noqa: S608 - ours
# what the directory told of them goes with them, once the register has taken it in
_DELETE_TOLD: Final = f"""
DELETE FROM asking.directory_person d WHERE NOT d.active AND d.state = 'done'
  AND d.inactive_since::date <= $1
  AND NOT EXISTS (SELECT FROM asking.person p WHERE p.number = d.external_id AND {_NEEDED})
"""  # noqa: S608 - ours


@dataclass(frozen=True, slots=True)
class Leavers:
    """How many have left and are still here, and since when the first of them.

    ``needed``: of these, how many stay for now since a wave has invited them.
    """

    people: int
    needed: int
    first: date | None


async def forget_leavers(context: dict[str, Any]) -> None:
    """Delete people so many days after they left; whoever comes back later is new."""
    chosen: Settings = context.get("settings") or settings()
    last = today() - timedelta(days=chosen.leaver_days)
    async with writing() as link:
        await link.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        # ended by a version that did not note the day: counted from now on
        await link.execute(
            "UPDATE asking.person SET left_on = $1 WHERE NOT active AND left_on IS NULL", today()
        )
        # and taken back by such a one: the day of then is not that of the next time
        await link.execute(
            "UPDATE asking.person SET left_on = NULL WHERE active AND left_on IS NOT NULL"
        )
        told = await link.execute(_DELETE, last)
        await link.execute(_DELETE_TOLD, last)
        if number := int(told.rsplit(" ", 1)[1]):
            await record(
                Login.WORKER, now=now(), actor="system", action="leavers deleted",
                subject="register", people=number,
            )  # fmt: skip


async def leavers(login: Login) -> Leavers:
    """Count those who have left and are not deleted yet."""
    [row] = await fetch(
        login,
        f"SELECT count(*) AS people, count(*) FILTER (WHERE {_NEEDED}) AS needed,"  # noqa: S608
        f" min(left_on) FILTER (WHERE NOT {_NEEDED}) AS first"
        " FROM asking.person p WHERE NOT active",
    )
    return Leavers(**row)
