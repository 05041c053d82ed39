"""The units of the register, by code and name, for rooms that know no person."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.shared.database import Login, fetch


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit of today or of former days; the agency itself has no parent."""

    code: str
    name: str
    parent: str | None


async def named_units(login: Login) -> list[NamedUnit]:
    """Return all units, also former ones."""
    rows = await fetch(login, "SELECT code, name, parent FROM asking.unit")
    return [NamedUnit(**row) for row in rows]
