"""Print what a plan says of samples that ask more of some units, beside what they then show.

``python -m tests.reference.planning.uneven [agencies] [units] [drawn]`` (12, 24 and 900 when left
out: seconds). People of units differ by 6 to 30 points. A wave draws some of them, after another
such draw or after a wave that asked all; of those asked in a unit 60 % answer.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
from scipy import special

from analytics.planning.again import ToldFigure
from analytics.planning.ahead import Base, KnownPlace, PlannedUnit, staff_ahead
from analytics.planning.drawing import drawn, sizes_of
from tests.reference.findings.agencies import FEWEST

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers

type Way = Literal["all", "neyman", "proportional"]
WAYS: Final[tuple[tuple[Way, Way], ...]] = (
    ("neyman", "neyman"), ("all", "neyman"), ("neyman", "proportional"), ("all", "proportional"),
)  # fmt: skip
UNITS: Final = 24
_REGIONS: Final = 4
DRAWN: Final = 900
_RESPONSE: Final = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class _Agency:
    people: Integers
    spread: Floats
    unit: Integers
    score: Floats

    @classmethod
    def of(cls, rng: np.random.Generator, units: int) -> _Agency:
        people = np.exp(rng.uniform(np.log(40), np.log(400), units)).astype(np.int64)
        unit = np.repeat(np.arange(units), people)
        spread = rng.permutation(np.linspace(6, 30, units))
        score = rng.normal(60, 6, units)[unit] + spread[unit] * rng.normal(size=len(unit))
        return cls(people, spread, unit, np.clip(score, 0, 100))

    def asked(self, way: Way, drawn: int) -> Integers:
        return self.people if way == "all" else sizes_of(self.people, self.spread, drawn, way)

    def told(self, asked: Integers, rng: np.random.Generator) -> dict[tuple[str, str], ToldFigure]:
        """Let a wave be answered, and give the intervals of its places."""
        n = np.maximum(np.round(asked * _RESPONSE), 2).astype(np.int64)
        here = drawn(self.unit, n, rng)
        squares = [self.score[here & (self.unit == one)].var(ddof=1) for one in range(len(n))]
        error = np.array(squares) / n * (1 - n / self.people)
        region = np.arange(len(n)) % _REGIONS
        places = {("agency", ""): region >= 0}
        places |= {("region", f"r{one}"): region == one for one in range(_REGIONS)}
        places |= {("unit", f"u{one}"): np.arange(len(n)) == one for one in range(len(n))}
        found = {}
        for key, inside in places.items():
            answers, people = n[inside].sum(), self.people[inside]
            reach = special.stdtrit(answers - inside.sum(), 0.975)
            half = reach * np.sqrt(people**2 @ error[inside]) / people.sum()
            if answers >= FEWEST:
                found[key] = ToldFigure(float(half), float(answers), float(people.sum()))
        return found


def said_over_shown(
    seed: int, before: Way, now: Way, units: int = UNITS, size: int = DRAWN
) -> pd.DataFrame:
    """Compare half intervals, a row for each place."""
    rng = np.random.default_rng(seed)
    agency = _Agency.of(rng, units)
    first, asked = agency.asked(before, size), agency.asked(now, size)
    told = agency.told(first, rng)
    places = {key: KnownPlace(_RESPONSE, one) for key, one in told.items()}
    for at, number in enumerate(first):
        key = "unit", f"u{at}"
        places[key] = KnownPlace(_RESPONSE, told.get(key), int(number))
    planned = [
        PlannedUnit(f"u{at}", f"r{at % _REGIONS}", "", int(asked[at]), int(people))
        for at, people in enumerate(agency.people)
    ]
    base = Base(before == "all", int(first.sum()), places)
    ahead = staff_ahead(planned, base, base, rng, everybody=False, fewest=FEWEST, remainder=FEWEST)
    assert ahead is not None
    shown = agency.told(asked, rng)
    rows = [
        (one.level, one.margin / shown[one.level, one.code].margin)
        for one in (ahead.whole, *ahead.parts, *ahead.units)
        if (one.level, one.code) in shown
    ]
    return pd.DataFrame(rows, columns=["level", "ratio"])


def main(agencies: int = 12, units: int = UNITS, size: int = DRAWN) -> None:
    """Print the mean of what was said over what was shown, with its error over agencies."""
    for way in WAYS:
        found = pd.concat([said_over_shown(5000 + at, *way, units, size) for at in range(agencies)])
        by_level = found.groupby("level")["ratio"]
        print(*way, by_level.mean().round(3).to_dict(), by_level.sem().round(3).to_dict())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
