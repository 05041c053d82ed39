"""How often the interval of an R-indicator holds the truth, where propensities are known.

``python -m tests.reference.nonresponse.indicator [draws]`` (600 when left out; a few minutes)
prints, for each design, how often r with 1.96 of its errors on either side holds the indicator of
the true propensities, and how often `analytics.nonresponse.interval` does.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.special import expit

from analytics.errors import FrameError
from analytics.nonresponse.assumption import NORMAL
from analytics.nonresponse.interval import indicator_interval
from analytics.nonresponse.representativity import ANSWERED, INVITED, representativity

if TYPE_CHECKING:
    from analytics.arrays import Floats

_LEAST: Final = 12  # people of a cell


@dataclass(frozen=True, slots=True)
class Design:
    """A staff of ``people`` whose logit of answering differs by ``apart`` in each variable."""

    people: int
    categories: tuple[int, ...]
    usual: float
    apart: float


DESIGNS: Final = {
    "five alike": Design(500, (5,), 0.4, 0.0),
    "twenty": Design(500, (20,), 0.4, 0.4),
    "thirty alike": Design(500, (30,), 0.4, 0.0),
    "thirty": Design(500, (30,), 0.4, 0.5),
    "three variables, hardly apart": Design(500, (6, 5, 4), 0.4, 0.1),
    "three variables": Design(500, (6, 5, 4), 0.4, 0.3),
    "a fifth answers": Design(2000, (11,), -1.4, 0.25),
    "a large staff": Design(5600, (6, 5, 4), 0.6, 0.2),
}


def held(design: Design, draws: int, seed: int) -> tuple[float, float, int]:
    """Count how often either interval holds the truth, and of how many draws.

    Draws in which all or none of a category answered have no indicator.
    """
    rng = np.random.default_rng(seed)
    groups, chance = _staff(design, rng)
    size = groups[INVITED].to_numpy()
    away = chance - np.average(chance, weights=size)
    truth = 1.0 - 2.0 * float(np.sqrt(np.average(away**2, weights=size)))
    plain, ours = [], []
    for _ in range(draws):
        try:
            found = representativity(
                groups.assign(**{ANSWERED: rng.binomial(size, chance)}), list(groups.columns[:-1])
            )
        except FrameError:
            continue
        low, high = found.r - NORMAL * found.se, min(found.r + NORMAL * found.se, 1.0)
        plain.append(low <= truth <= high)
        low, high = indicator_interval(found.r, found.unadjusted, found.se)
        ours.append(low <= truth <= high)
    return float(np.mean(plain)), float(np.mean(ours)), len(ours)


def _staff(design: Design, rng: np.random.Generator) -> tuple[pd.DataFrame, Floats]:
    """Draw cells of people who are alike, and the chance of an answer in each."""
    cells = list(product(*(range(one) for one in design.categories)))
    kept = rng.permutation(len(cells))[: design.people // _LEAST]
    names = [f"variable {at}" for at in range(len(design.categories))]
    groups = pd.DataFrame([cells[at] for at in sorted(kept)], columns=names)
    logit = np.full(len(groups), design.usual)
    for name, number in zip(names, design.categories, strict=True):
        each = rng.normal(size=number)
        logit += design.apart * ((each - each.mean()) / each.std())[groups[name]]
    rest = design.people - _LEAST * len(groups)
    people = _LEAST + rng.multinomial(rest, np.full(len(groups), 1 / len(groups)))
    return groups.astype(str).assign(**{INVITED: people}), expit(logit)


def main(arguments: list[str]) -> None:
    """Print all designs."""
    draws = int(arguments[0]) if arguments else 600
    for name, design in DESIGNS.items():
        plain, ours, of = held(design, draws, seed=1)
        print(f"{name}: {plain:.1%} -> {ours:.1%} of {of}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
