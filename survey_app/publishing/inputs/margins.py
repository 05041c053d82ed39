"""The population by the names and categories that weighting knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from questionnaires.background import AGE, GENDER
from questionnaires.loader import load_library

if TYPE_CHECKING:
    from questionnaires.population import Population


def margins_of(population: Population) -> dict[str, dict[str, float]]:
    """Return the margins that answers of the public are weighted to, in shares that sum to 1."""
    known = load_library().background.variables
    ages, genders = known[AGE].categories, known[GENDER].categories
    crossed = ((cell.split(":"), share) for cell, share in population.age_gender.items())
    return {
        "age_gender": {f"{ages[age]}:{genders[gender]}": share for (age, gender), share in crossed},
        "county": dict(population.county),
        "education": dict(population.education),
    }
