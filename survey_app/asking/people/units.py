"""The units of the register, by code and name, for rooms that know no person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey_app.asking.people.extract import KnownUnit
from survey_app.shared.clock import today
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


async def unit_names(login: Login) -> dict[str, str]:
    """Return what each unit is called, also former ones, by code."""
    return {unit.code: unit.name for unit in await named_units(login)}


async def known_units(login: Login) -> list[KnownUnit]:
    """Return the units of today, in the organisation's order."""
    rows = await fetch(
        login,
        "SELECT code, name, kind, parent FROM asking.unit"
        " WHERE valid_to IS NULL OR valid_to >= $1 ORDER BY position, code",
        today(),
    )
    return [KnownUnit(row["code"], row["name"], row["kind"], row["parent"] or "") for row in rows]


async def units_on(login: Login, day: date) -> list[KnownUnit]:
    """Return the units as they were on a day: what they were called, what they were and where.

    Parameters
    ----------
    login : Login
    day : date
        Any since the first import; units in the organisation's order of today.
    """
    rows = await fetch(
        login,
        "SELECT u.code, coalesce(f.name, u.name) AS name, coalesce(f.kind, u.kind) AS kind,"
        " CASE WHEN f.id IS NULL THEN u.parent ELSE f.parent END AS parent"
        " FROM asking.unit u LEFT JOIN asking.former_unit f"
        "  ON f.code = u.code AND $1 BETWEEN f.valid_from AND f.valid_to"
        " WHERE f.id IS NOT NULL OR (coalesce(u.since, u.valid_from) <= $1"
        "  AND (u.valid_to IS NULL OR u.valid_to >= $1)) ORDER BY u.position, u.code",
        day,
    )
    return [KnownUnit(row["code"], row["name"], row["kind"], row["parent"] or "") for row in rows]
