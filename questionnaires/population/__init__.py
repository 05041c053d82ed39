"""What is known of the whole population: what answers of the public are weighted to.

One file beside this one for each day on which it was counted (``docs/formats/population.md``).
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from questionnaires.background import AGE, COUNTY, GENDER, Background
from questionnaires.content import content_folder
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from questionnaires.toml_text import NotTomlError, read_toml_file

FOLDER: Final = "population"
WOMAN, MAN = "1", "2"
OLD_AFTER: Final = 3  # years
_PER_CENT: Final = 100.0
_ROUNDING: Final = 0.5  # points that shares may miss 100 by
_MOST_PEOPLE: Final = 10_000_000_000  # more than there are on Earth
_TABLES: Final = ("county", "age", "men_in_age")
_KEYS: Final = frozenset({"dated", "source", "approximate", "adults", *_TABLES})


class PopulationError(Exception):
    """A file about the population cannot be used; the sentence names the file and the key."""


@dataclass(frozen=True, slots=True)
class Population:
    """Shares of adults that sum to 1, by the codes of the background questions.

    ``dated`` is the day of the count; ``age_gender`` has the keys ``"<age>:<gender>"``; ``further``
    has the shares of other variables, by name; ``adults`` counts residents of 18
    and more. ``approximate`` says that not all of it is from a table.
    """

    dated: date
    source: str
    approximate: bool
    adults: int
    county: dict[str, float]
    age_gender: dict[str, float]
    further: dict[str, dict[str, float]]

    def county_population(self) -> dict[str, int]:
        """Return the adults of each county."""
        return {code: round(self.adults * share) for code, share in self.county.items()}

    def facts(self) -> dict[str, Any]:
        """Return what a publication says of them."""
        return {
            "dated": self.dated.isoformat(),
            "source": self.source,
            "approximate": self.approximate,
        }

    def is_old(self, day: date) -> bool:
        """Say whether the count is more than three years old."""
        return (day - self.dated).days > OLD_AFTER * 365.25


def read_population(day: date | None = None, *, root: Path | None = None) -> Population:
    """Read the newest count that is not later than a day; of a day before all, the oldest.

    Parameters
    ----------
    day : date, optional
        By default the newest of all.
    root : Path, optional
        Where ``population/`` stands; the agency's content when not given, which is read once per
        process.

    Raises
    ------
    PopulationError
        If a file is not as described in ``docs/formats/population.md``.
    """
    known = _read_all(root / FOLDER) if root else _kept(content_folder() / FOLDER)
    return next((one for one in reversed(known) if day is None or one.dated <= day), known[0])


def unknown_codes(
    population: Population, questionnaire: Questionnaire, background: Background | None = None
) -> list[str]:
    """Say which answers of a form the population has no share for, a sentence each."""
    background = background or load_library().background
    known: dict[str, Collection[str]] = {
        COUNTY: population.county,
        AGE: {cell.partition(":")[0] for cell in population.age_gender},
        **population.further,
    }
    return [
        f"the population of {population.dated.isoformat()} has no share for «{code}» of "
        f"{one.item}: add it to [{one.name}] in population/, or take it out of the form"
        for one in background.asked(questionnaire)
        if one.weighted and one.name != GENDER
        for code in one.weighted_answers(questionnaire)
        if code not in known.get(one.name, ())
    ]


@functools.cache
def _kept(folder: Path) -> tuple[Population, ...]:
    return _read_all(folder)


def _read_all(folder: Path) -> tuple[Population, ...]:
    found = sorted((_read(path) for path in folder.glob("*.toml")), key=lambda one: one.dated)
    if not found:
        raise PopulationError(f"{folder} holds no file about the population")
    return tuple(found)


def _read(path: Path) -> Population:
    try:
        stored = read_toml_file(path)
    except OSError as error:
        raise PopulationError(f"{path.name} cannot be read ({error.strerror})") from error
    except NotTomlError as error:
        raise PopulationError(f"{path.name} is not valid TOML: {error}") from error
    missing = _KEYS - {"approximate"} - set(stored)
    if missing:
        raise PopulationError(f"{path.name}: {', '.join(sorted(missing))} is missing")
    further = [name for name in stored if isinstance(stored[name], dict) and name not in _KEYS]
    _check_facts(path.name, stored)
    for name in (*_TABLES, *further):
        _check_table(path.name, name, stored[name])
    if strange := sorted(set(stored["men_in_age"]) - set(stored["age"])):
        raise PopulationError(f"{path.name}: men_in_age.{strange[0]} is no age of [age]")
    cells = {}
    for age, share in stored["age"].items():
        men = stored["men_in_age"].get(age, _PER_CENT / 2) / _PER_CENT
        cells[f"{age}:{WOMAN}"] = share * (1 - men)
        cells[f"{age}:{MAN}"] = share * men
    return Population(
        dated=stored["dated"],
        source=stored["source"],
        approximate=stored.get("approximate", False),
        adults=stored["adults"],
        county=_shares(stored["county"]),
        age_gender=_shares(cells),
        further={name: _shares(stored[name]) for name in further},
    )


def _check_facts(file: str, stored: Mapping[str, Any]) -> None:
    if type(stored["dated"]) is not date:
        raise PopulationError(f"{file}: dated must be a day, as in 2024-01-01")
    if not isinstance(stored["source"], str) or not stored["source"].strip():
        raise PopulationError(f"{file}: source must name the table and its agency, as a text")
    if not isinstance(stored.get("approximate", False), bool):
        raise PopulationError(f"{file}: approximate must be true or false")
    if type(stored["adults"]) is not int or not 0 < stored["adults"] <= _MOST_PEOPLE:
        raise PopulationError(f"{file}: adults must be a whole number of people above zero")


def _check_table(file: str, name: str, table: object) -> None:
    # of ages that are all left out there, half are men
    if not isinstance(table, Mapping) or not (table or name == "men_in_age"):
        raise PopulationError(f"{file}: {name} must be a table of numbers by code, as [{name}]")
    most = _MOST_PEOPLE if name == COUNTY else _PER_CENT
    for code, value in table.items():
        if not isinstance(value, int | float) or isinstance(value, bool) or not value > 0:
            raise PopulationError(f"{file}: {name}.{code} must be a number above zero")
        if value > most or (name == "men_in_age" and value == most):
            raise PopulationError(f"{file}: {name}.{code} must be below {most:,.0f}")
    if name not in {COUNTY, "men_in_age"} and abs(sum(table.values()) - _PER_CENT) > _ROUNDING:
        raise PopulationError(
            f"{file}: the shares of {name} add up to {sum(table.values()):g}, not to 100"
        )


def _shares(stored: dict[str, float]) -> dict[str, float]:
    total = sum(stored.values())
    return {code: value / total for code, value in stored.items()}
