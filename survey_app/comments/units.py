"""What the register says of units: names to look for in comments, and whom the whole is."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.shared.database import Login, fetch


@dataclass(frozen=True, slots=True)
class Register:
    """Codes of the agency's root, and the names of all other units, also of former ones."""

    agency: frozenset[str]
    units: frozenset[str]


async def register() -> Register:
    """Read the units, as ``web``."""
    rows = await fetch(Login.WEB, "SELECT code, name, parent FROM asking.unit")
    return Register(
        frozenset(row["code"] for row in rows if row["parent"] is None),
        frozenset(row["name"] for row in rows if row["parent"] is not None),
    )
