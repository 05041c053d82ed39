"""Print how often a unit of 45 is found that moves by 12 points in all its measures, and stays.

``python -m tests.reference.findings.one_unit [agencies]`` (100 when left out): sixty units, of
whose people 70 % answer in main waves; one or three waves go before. Counted is each measure that
is called within the first two waves after, beside a wave from before, by both rules.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tests.reference.findings.agencies import MAIN, Regime, Staff, a_staff, draw
from tests.reference.findings.rules import findings

if TYPE_CHECKING:
    from analytics.arrays import Floats

PEOPLE: Final = 45
POINTS: Final = 12.0
AFTER: Final = 2  # waves
_UNIT: Final = 7


@dataclass(frozen=True, slots=True)
class Found:
    """Of so many measures of the unit, those that the present rule and that of before found."""

    measures: int
    now: int
    before: int


def found(seed: int, waves_before: int) -> Found:
    """Draw an agency and say in how many measures its unit was found."""
    rng = np.random.default_rng([seed, waves_before])
    sign = rng.choice([-1.0, 1.0])

    def steps(_rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
        moved = np.zeros((waves - 1, len(staff.people), measures))
        moved[waves_before - 1, _UNIT] = POINTS * sign
        return moved

    regime = Regime(steps, waves=(MAIN,) * (waves_before + AFTER))
    waves = draw(rng, _of_45(rng), regime)
    rows = findings(waves)
    here = rows[
        (rows["domain"] == f"u{_UNIT:02}")
        & (rows["publication"] >= waves_before)
        & (rows["since"].map(waves.position) < waves_before)
    ]
    word = "up" if sign > 0 else "down"
    now, before = (
        here.loc[here[name] == word, "measure"].nunique() for name in ("verdict", "raw_verdict")
    )
    return Found(regime.measures, now, before)


def _of_45(rng: np.random.Generator) -> Staff:
    drawn = a_staff(rng)
    people = drawn.people.copy()
    people[_UNIT] = PEOPLE
    member = np.repeat(np.arange(len(people)), people)
    return Staff(people, drawn.region, member, rng.integers(0, 3, member.size))


def main(arguments: list[str]) -> None:
    """Print the shares."""
    agencies = int(arguments[0]) if arguments else 100
    for waves_before in (1, 3):
        each = [found(seed, waves_before) for seed in range(agencies)]
        of = sum(one.measures for one in each)
        now, before = (sum(getattr(one, name) for one in each) for name in ("now", "before"))
        print(
            f"{waves_before} before: found {now / of:.1%}, by the rule of before {before / of:.1%}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
