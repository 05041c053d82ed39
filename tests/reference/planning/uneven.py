"""Print what a plan says of samples that ask more of some units, beside what they then show.

``python -m tests.reference.planning.uneven [agencies]`` (12 when left out: seconds). People of 24
units differ by 6 to 30 points. A wave draws 900 of them, after another such draw or after a wave
that asked all; of those asked in a unit 60 % answer.
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
_UNITS: Final = 24
_REGIONS: Final = 4
_DRAWN: Final = 900
_RESPONSE: Final = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class _Agency:
    people: Integers
    spread: Floats
    unit: Integers
    score: Floats

    @classmethod
    def of(cls, rng: np.random.Generator) -> _Agency:
        people = np.exp(rng.uniform(np.log(40), np.log(400), _UNITS)).astype(np.int64)
        unit = np.repeat(np.arange(_UNITS), people)
        spread = rng.permutation(np.linspace(6, 30, _UNITS))
        score = rng.normal(60, 6, _UNITS)[unit] + spread[unit] * rng.normal(size=len(unit))
        return cls(people, spread, unit, np.clip(score, 0, 100))

    def asked(self, way: Way) -> Integers:
        return self.people if way == "all" else sizes_of(self.people, self.spread, _DRAWN, way)

    def told(self, asked: Integers, rng: np.random.Generator) -> dict[tuple[str, str], ToldFigure]:
        """Let a wave be answered, and give the intervals of its places."""
        n = np.maximum(np.round(asked * _RESPONSE), 2).astype(np.int64)
        here = drawn(self.unit, n, rng)
        squares = [self.score[here & (self.unit == one)].var(ddof=1) for one in range(_UNITS)]
        error = np.array(squares) / n * (1 - n / self.people)
        region = np.arange(_UNITS) % _REGIONS
        places = {("agency", ""): region >= 0}
        places |= {("region", f"r{one}"): region == one for one in range(_REGIONS)}
        places |= {("unit", f"u{one}"): np.arange(_UNITS) == one for one in range(_UNITS)}
        found = {}
        for key, inside in places.items():
            answers, people = n[inside].sum(), self.people[inside]
            reach = special.stdtrit(answers - inside.sum(), 0.975)
            half = reach * np.sqrt(people**2 @ error[inside]) / people.sum()
            if answers >= FEWEST:
                found[key] = ToldFigure(float(half), float(answers), float(people.sum()))
        return found


def said_over_shown(seed: int, before: Way, now: Way) -> pd.DataFrame:
    """Compare half intervals, a row for each place."""
    rng = np.random.default_rng(seed)
    agency = _Agency.of(rng)
    first, asked = agency.asked(before), agency.asked(now)
    told = agency.told(first, rng)
    places = {key: KnownPlace(_RESPONSE, one) for key, one in told.items()}
    for at, number in enumerate(first):
        key = "unit", f"u{at}"
        places[key] = KnownPlace(_RESPONSE, told.get(key), int(number))
    units = [
        PlannedUnit(f"u{at}", f"r{at % _REGIONS}", "", int(asked[at]), int(people))
        for at, people in enumerate(agency.people)
    ]
    base = Base(before == "all", int(first.sum()), places)
    ahead = staff_ahead(units, base, base, rng, everybody=False, fewest=FEWEST, remainder=FEWEST)
    assert ahead is not None
    shown = agency.told(asked, rng)
    rows = [
        (one.level, one.margin / shown[one.level, one.code].margin)
        for one in (ahead.whole, *ahead.parts, *ahead.units)
        if (one.level, one.code) in shown
    ]
    return pd.DataFrame(rows, columns=["level", "ratio"])


def main(agencies: int) -> None:
    """Print the mean of what was said over what was shown."""
    for way in WAYS:
        found = pd.concat([said_over_shown(5000 + seed, *way) for seed in range(agencies)])
        print(*way, found.groupby("level")["ratio"].mean().round(3).to_dict())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
