"""The population by the names and categories that weighting knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.groups import AGES, GENDERS

if TYPE_CHECKING:
    from questionnaires.population import Population


def margins_of(population: Population) -> dict[str, dict[str, float]]:
    """Return the margins that answers of the public are weighted to, in shares that sum to 1."""
    return {
        "age_gender": {_category(cell): share for cell, share in population.age_gender.items()},
        "county": dict(population.county),
        "education": dict(population.education),
    }


def _category(cell: str) -> str:
    age, gender = (int(code) for code in cell.split(":"))
    return f"{AGES[age]}:{GENDERS[gender]}"
