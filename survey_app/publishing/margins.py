"""What is known of the whole population: the margins that public answers are weighted to."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analytics.groups import AGES, GENDERS

FILE: Final = Path(__file__).with_name("margins.toml")
WOMAN, MAN = "1", "2"


@dataclass(frozen=True, slots=True)
class Margins:
    """Shares of adults that sum to 1, by the codes of the background questions.

    ``age_gender`` has the keys ``"<age>:<gender>"``; ``adults`` counts residents of 18 and more.
    """

    year: int
    source: str
    adults: int
    county: dict[str, float]
    age_gender: dict[str, float]
    education: dict[str, float]

    def by_variable(self) -> dict[str, dict[str, float]]:
        """Return the margins by the names and categories that weighting knows."""
        return {
            "age_gender": {_category(cell): share for cell, share in self.age_gender.items()},
            "county": dict(self.county),
            "education": dict(self.education),
        }

    def county_population(self, code: str) -> int:
        """Return the adults of a county."""
        return round(self.adults * self.county[code])


@functools.cache
def read_margins() -> Margins:
    """Read the margins of this installation."""
    stored = tomllib.loads(FILE.read_text(encoding="utf-8"))
    cells = {}
    for age, share in stored["age"].items():
        men = stored["men_in_age"][age] / 100
        cells[f"{age}:{WOMAN}"] = share * (1 - men)
        cells[f"{age}:{MAN}"] = share * men
    return Margins(
        year=stored["year"],
        source=stored["source"],
        adults=stored["adults"],
        county=_shares(stored["county"]),
        age_gender=_shares(cells),
        education=_shares(stored["education"]),
    )


def _category(cell: str) -> str:
    age, gender = (int(code) for code in cell.split(":"))
    return f"{AGES[age]}:{GENDERS[gender]}"


def _shares(stored: dict[str, float]) -> dict[str, float]:
    total = sum(stored.values())
    return {code: value / total for code, value in stored.items()}
