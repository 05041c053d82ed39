"""Actions as rows, for pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any
from uuid import UUID

from survey_app.actions.errors import UnknownActionError
from survey_app.actions.states import ActionRow, ActionState
from survey_app.shared.database import Login, fetch

_COLUMNS = ", ".join(one.name for one in fields(ActionRow))
# what is open first, the nearest due date first; then what has ended, the latest first
_ORDER = (
    "ORDER BY ended_on IS NOT NULL, CASE WHEN ended_on IS NULL THEN due_on END,"
    " ended_on DESC, created_at, id"
)


def _row(stored: dict[str, Any]) -> ActionRow:
    return ActionRow(**{**stored, "state": ActionState(stored["state"])})


async def find_action(action: UUID, *, login: Login = Login.WEB) -> ActionRow:
    """Find one.

    Raises
    ------
    UnknownActionError
        If there is none.
    """
    rows = await fetch(login, f"SELECT {_COLUMNS} FROM actions.action WHERE id = $1", action)  # noqa: S608
    if not rows:
        raise UnknownActionError
    return _row(rows[0])


async def list_actions(units: Collection[str] | None = None) -> list[ActionRow]:
    """List actions of some places, or of all.

    Parameters
    ----------
    units : collection of str, optional
        Codes of units and regions; the agency's is empty.
    """
    found = await fetch(
        Login.WEB,
        f"SELECT {_COLUMNS} FROM actions.action"  # noqa: S608 - our own columns
        f" WHERE $1::text[] IS NULL OR unit = ANY($1::text[]) {_ORDER}",
        None if units is None else list(units),
    )
    return [_row(one) for one in found]


async def list_owned(owner: UUID) -> list[ActionRow]:
    """List what an account is reminded of."""
    found = await fetch(
        Login.WEB,
        f"SELECT {_COLUMNS} FROM actions.action WHERE owner = $1 {_ORDER}",  # noqa: S608 - ours
        owner,
    )
    return [_row(one) for one in found]


async def list_visible(units: Collection[str]) -> list[ActionRow]:
    """List what leaders of these places show to staff."""
    return [one for one in await list_actions(units) if one.visible]


async def count_visible() -> dict[str, int]:
    """Count what leaders show to staff, by place."""
    rows = await fetch(
        Login.WEB,
        "SELECT unit, count(*) AS number FROM actions.action WHERE visible GROUP BY unit",
    )
    return {row["unit"]: row["number"] for row in rows}
