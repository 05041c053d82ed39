"""The population by the names and categories that weighting knows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from questionnaires.background import AGE, COUNTY, GENDER, NO_BACKGROUND, SAMPLED
from questionnaires.loader import load_library

if TYPE_CHECKING:
    from collections.abc import Iterable

    from questionnaires.background import Background, Variable
    from questionnaires.population import Population


def margins_of(
    population: Population, kept: Background = NO_BACKGROUND
) -> dict[str, dict[str, float]]:
    """Return the margins that answers of the public are weighted to, in shares of all.

    Of a wave that kept no groups they are today's, where an answer may make none any more: its
    share is left out, as those who gave it are. Age and gender are given by themselves, too, where
    a cell of both is left out: those who gave no age are women and men all the same.

    Parameters
    ----------
    population : Population
        As it was counted when the wave opened.
    kept : Background, optional
        The groups of the wave, which are made of the answers of then: by those of now, shares of
        answers that have been put together since would be of no group.
    """
    today = load_library().background.variables
    known = {
        **kept.variables,
        **{name: today[name] for name in today if name not in kept.variables},
    }
    parted = [(cell.partition(":"), share) for cell, share in population.age_gender.items()]
    cells = [(age, gender, share) for (age, _, gender), share in parted]
    crossed: dict[str, float] = defaultdict(float)
    for age, gender, share in cells:
        if known[AGE].makes(age) and known[GENDER].makes(gender):
            crossed[f"{known[AGE].category(age)}:{known[GENDER].category(gender)}"] += share
    alone = {}
    if not all(known[AGE].makes(age) and known[GENDER].makes(gender) for age, gender, _ in cells):
        alone = {
            AGE: _by_category(known[AGE], [(age, share) for age, _, share in cells]),
            GENDER: _by_category(known[GENDER], [(gender, share) for _, gender, share in cells]),
        }
    return {
        "age_gender": dict(crossed),
        **alone,
        COUNTY: _by_category(known[COUNTY], population.county.items()),
        **{
            name: _by_category(one, population.further[name].items())
            for name, one in known.items()
            if one.weighted and name not in SAMPLED and name in population.further
        },
    }


def _by_category(variable: Variable, shares: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for code, share in shares:
        if variable.makes(code):
            found[variable.category(code)] += share
    return dict(found)
