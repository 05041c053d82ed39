"""How often anybody of the staff is asked: as ``agency.toml`` says, or as was decided on a page.

The last word counts. What was decided on a page holds until the agency's file says something else
than it did then; the page says which of the two it is.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from questionnaires.burden import Burden
from survey_app.audit.record import record
from survey_app.shared.agency import agency
from survey_app.shared.database import Link, Login, connection, engine, fetch

MOST_INVITATIONS: Final = 12
MOST_WEEKS: Final = 52
_NEWEST: Final = (
    "SELECT invitations, weeks_between, file, changed_at, actor FROM asking.agency_limits"
    " ORDER BY changed_at DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class LimitsInForce:
    """What holds now; with whom and when, if it was decided on a page."""

    burden: Burden
    changed_at: datetime | None = None
    actor: str = ""


async def burden_limits(link: Link) -> Burden:
    """Return what holds now."""
    return (await _in_force(link)).burden


async def limits_in_force(login: Login) -> LimitsInForce:
    """Return what holds now, and where it was decided."""
    async with connection(login) as link:
        return await _in_force(link)


async def _in_force(link: Link) -> LimitsInForce:
    told = agency().burden
    row = await link.fetchrow(_NEWEST)
    if row is None or row["file"] != _written(told):
        return LimitsInForce(told)
    decided = replace(told, invitations=row["invitations"], weeks_between=row["weeks_between"])
    return LimitsInForce(decided, row["changed_at"], row["actor"])


def _written(told: Burden) -> str:
    days = "" if told.days is None else str(told.days)
    return f"{told.invitations}/{days}/{told.weeks_between}"


async def change_limits(
    invitations: int, weeks_between: int, *, account: uuid.UUID, actor: str, now: datetime
) -> None:
    """Let other limits hold for whatever opens from now on; each change stays, with who made it.

    Raises
    ------
    ValueError
        If a number is none that may hold.
    """
    if not 1 <= invitations <= MOST_INVITATIONS or not 0 <= weeks_between <= MOST_WEEKS:
        raise ValueError("no such limits")
    before = (await limits_in_force(Login.WEB)).burden
    async with engine(Login.WEB).transaction():
        await fetch(
            Login.WEB,
            "INSERT INTO asking.agency_limits"
            " (id, invitations, weeks_between, file, changed_at, changed_by, actor)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            uuid.uuid4(), invitations, weeks_between, _written(agency().burden), now, account,
            actor,
        )  # fmt: skip
        await record(
            Login.WEB, now=now, actor=actor, action="limits changed", subject="limits",
            invitations=invitations, invitations_before=before.invitations,
            weeks=weeks_between, weeks_before=before.weeks_between,
        )  # fmt: skip
