"""Print how often findings are true where much of what moves is of one week and gone in the next.

``python -m tests.reference.findings.passing [agencies]`` (20 of each when left out: a minute of
processor). The rule lets the whole have something of one wave alone (docs/adr/0210), and neither
regions nor units; here they have it. The other two kinds go back by themselves (docs/methods.md,
«What the rule does not reach»).
"""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from tests.reference.findings.agencies import REGIONS
from tests.reference.findings.rules import findings
from tests.reference.findings.strangers import Stranger, draw, normal
from tests.reference.findings.tally import LEVELS, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics.arrays import Floats
    from tests.reference.findings.agencies import Staff

SEED: Final = 91_000
SEASON: Final = (0.0, -1.8, 0.6, 1.8)


def _drift(rng: np.random.Generator, units: int, waves: int, measures: int, size: float) -> Floats:
    return np.cumsum(rng.normal(0, size, (waves, units, measures)), axis=0)


def regional(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Let each region have 1.5 points of each wave alone, and measures .7 of their own."""
    level = _drift(rng, len(staff.people), waves, measures, 0.6)
    of = rng.normal(0, 1.5, (waves, REGIONS, 1)) + rng.normal(0, 0.7, (waves, REGIONS, measures))
    return np.diff(level + of[:, staff.region], axis=0)


def opposed(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Let half of the measures fall and the others rise by 4 to 7 points, and go back in a line."""
    level = _drift(rng, len(staff.people), waves, measures, 0.4)
    first = rng.integers(2, waves - 4)
    size = np.where(np.arange(measures) % 2, 1, -1) * rng.uniform(4, 7, measures)
    for later, left in enumerate((1, 0.75, 0.5, 0.25)):
        level[first + later] += size * left
    return np.diff(level, axis=0)


def moods(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Let the whole and regions have a point of each wave alone, and each unit three."""
    units = len(staff.people)
    level = _drift(rng, units, waves, measures, 0.4)
    level += rng.normal(0, 1, (waves, 1, 1))
    level += rng.normal(0, 1, (waves, REGIONS, 1))[:, staff.region]
    return np.diff(level + rng.normal(0, 3, (waves, units, 1)), axis=0)


def back_in_a_line(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Let a region fall by ten, the others by four and three units rise by 14, and go back."""
    level = _drift(rng, len(staff.people), waves, measures, 0.4)
    first = rng.integers(1, 4)
    for wave in range(first, waves):
        size = np.where(staff.region == 1, 10, 4)[:, None]
        level[wave] -= size * max(0, 1 - (wave - first) / 7)
    for unit in (3, 9, 17):
        first = rng.integers(1, 5)
        for wave in range(first, waves):
            level[wave, unit] += 14 * max(0, 1 - (wave - first) / 6)
    return np.diff(level, axis=0)


_of = partial(
    Stranger, sizes=(4.0, 0.8, 14, 400, 60), errors=normal, response=0.62, depends=0.07,
    repeat=0.5, alike=0.45, spread=0.2, turnover=0.05,
)  # fmt: skip
PASSING: Final = {
    "a season, and shocks of regions": _of(regional, season=SEASON),
    "half of the measures fall and half rise, and go back": _of(opposed),
    "moods of a week, of units too": _of(moods),
    "a large change that goes back in a line": _of(back_in_a_line),
}


def counted(name: str, seeds: Iterable[int]) -> Tally:
    """Count what is found in agencies of a kind, beside what was said on the day."""
    tally = Tally("said")
    for seed in seeds:
        tally.count(findings(draw(np.random.default_rng(seed), PASSING[name])))
    return tally


def main() -> None:
    """Draw agencies of each kind, and print what was called and what was true."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.findings.passing")
    parser.add_argument("agencies", nargs="?", type=int, default=20)
    agencies = parser.parse_args().agencies
    for name in PASSING:
        tally = counted(name, range(SEED, SEED + agencies))
        of = tally.over_all()
        held = ", ".join(f"{one} {tally.coverage(one):.1%}" for one in LEVELS)
        print(
            f"{name}: called {of.called}, wrong sign {of.wrong / of.called:.2%}, under half "
            f"{of.under_half / of.called:.1%}, shown for a true point {of.shown / of.true:.2f}, "
            f"large {of.found} of {of.large}; unchanged right "
            f"{tally.steady_right / tally.steady:.1%} of {tally.steady}; intervals hold {held}",
            flush=True,
        )


if __name__ == "__main__":
    main()
