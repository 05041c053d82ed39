"""What the register says of units: names to look for in comments, and whom the whole is."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.asking.people.units import named_units
from survey_app.shared.database import Login


@dataclass(frozen=True, slots=True)
class UnitRegister:
    """Codes of the agency's root, and the names of all other units, also of former ones."""

    agency: frozenset[str]
    units: frozenset[str]


async def register() -> UnitRegister:
    """Read the units, as ``web``."""
    units = await named_units(Login.WEB)
    return UnitRegister(
        frozenset(unit.code for unit in units if unit.parent is None),
        frozenset(unit.name for unit in units if unit.parent is not None),
    )
