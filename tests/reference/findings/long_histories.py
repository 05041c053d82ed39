"""Print how often findings are true after years of monthly waves, by how many waves are read.

``python -m tests.reference.findings.long_histories [agencies] [part of a regime's name]`` (40 of
each regime when left out: an hour and a half of processor). A year is a main wave and eleven pulses
of a third of the staff each; publications are those of the 24th, 30th and 36th wave, with their
changes since the wave before, the same month of the year before and the first. ``12, coarse`` is
the rule as it was until it read more than twelve waves (docs/adr/0196): on the grid of few waves.
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import numpy as np
import pandas as pd

from analytics.comparison.margins import MARGIN, UNIT_MARGIN
from analytics.courses import alike, findings
from analytics.courses.findings import judge_by_series
from analytics.courses.priors import priors_of
from tests.reference.findings.agencies import MAIN, REGIONS, Regime, a_staff, draw
from tests.reference.findings.regimes import still
from tests.reference.findings.tally import LEVELS, Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats
    from tests.reference.findings.agencies import Staff, Waves

    type Steps = Callable[[np.random.Generator, Staff, int, int], Floats]

YEAR: Final = 12
MONTHS: Final = (MAIN, *(at % 3 for at in range(YEAR - 1))) * 3
UNITS: Final = 30
MEASURES: Final = 4
PUBLICATIONS: Final = (24, 30, 36)
COARSE: Final = ", coarse"
BEFORE: Final = f"12{COARSE}"
READINGS: Final = (BEFORE, f"36{COARSE}", "12", "18", "24", "36")
_FEW: Final = 12  # waves, of whose number the grid is coarse


def falls(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Six units fall by twelve points in the first year, for good."""
    steps = still(rng, staff, waves, measures)
    for unit in rng.choice(len(staff.people), 6, replace=False):
        steps[rng.integers(2, YEAR - 1), unit] -= 12.0
    return steps


def season(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Everybody goes up and down by 2.5 points with the time of the year."""
    turn = 2 * np.pi * (np.arange(waves) + rng.integers(YEAR)) / YEAR
    steps = still(rng, staff, waves, measures)
    return np.asarray(steps + np.diff(2.5 * np.sin(turn))[:, None, None], dtype=np.float64)


def drift(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Each unit goes its own straight way: by a deviation of 3 points a year, the agency by 2."""
    pace = rng.normal(0, 3, (1, len(staff.people), 1)) + rng.choice([-2.0, 2.0])
    pace = pace + rng.normal(0, 1, (1, REGIONS, 1))[:, staff.region]
    return still(rng, staff, waves, measures) + pace / YEAR


def wandering(unit: float) -> Steps:
    """Let everything move a little each month: units by so many points, what holds them by less."""

    def steps(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
        size = (waves - 1, len(staff.people), measures)
        own = unit / np.sqrt(2)
        found = rng.normal(0, own, (*size[:2], 1)) + rng.normal(0, own, size)
        found += rng.normal(0, 0.4 * unit, (waves - 1, REGIONS, measures))[:, staff.region]
        found += rng.normal(0, 0.4 * unit, (waves - 1, 1, measures))
        return np.asarray(found, dtype=np.float64)

    return steps


_HOW: Final[dict[str, Steps]] = {
    "nothing moves": still,
    "six units fall": falls,
    "a season": season,
    "slow drift": drift,
} | {f"wanders by {size}": wandering(size) for size in (0.2, 0.4, 0.6, 0.8, 1.2)}
REGIMES: Final = {
    name: Regime(steps, waves=MONTHS, measures=MEASURES) for name, steps in _HOW.items()
} | {
    f"{name}, main waves alone": Regime(_HOW[name], waves=(MAIN,) * len(MONTHS), measures=MEASURES)
    for name in ("nothing moves", "six units fall", "slow drift", "wanders by 0.6")
}


@dataclass(slots=True)
class Counted:
    """What a reading finds in the agencies of a regime, and processor seconds a publication."""

    said: Tally
    lasting: Tally
    seconds: float = 0.0


def published(waves: Waves, number: int) -> pd.DataFrame:
    """Judge the changes of the publication that so many waves lead to, with what is true."""
    keys = waves.keys[:number]
    figures = waves.shown.set_index(["measure", "level", "domain"])
    last = figures.loc[figures["wave"] == keys[-1], "n"]
    pairs = {"previous": number - 2, "year": number - 1 - YEAR, "first": 0}
    wanted = pd.concat([
        last[last.index.isin(figures.index[figures["wave"] == keys[since]])]
        .reset_index().assign(since=keys[since], role=role)
        for role, since in pairs.items()
    ], ignore_index=True)  # fmt: skip
    found = judge_by_series(
        waves.shown, keys, wanted.drop(columns="n"), waves.places,
        linked=waves.linked[:number, :number],
        margins=np.where(wanted["level"] == "unit", UNIT_MARGIN, MARGIN),
    ).rows  # fmt: skip
    rows = found.merge(wanted, on=["measure", "level", "domain", "since", "role"], how="left")
    truths = {"said": waves.said, "lasting": waves.lasting}
    return rows.assign(
        raw=rows["difference"], raw_verdict=rows["verdict"],
        **{name: waves.true_changes(rows, number - 1, of) for name, of in truths.items()},
    )  # fmt: skip


def counted(
    regime: Regime,
    agencies: int,
    readings: tuple[str, ...] = READINGS,
    publications: tuple[int, ...] = PUBLICATIONS,
    units: int = UNITS,
) -> dict[str, Counted]:
    """Draw agencies of a regime and count what each reading finds in them."""
    found = {one: Counted(Tally("said"), Tally("lasting")) for one in readings}
    for seed in range(agencies):
        rng = np.random.default_rng(seed)
        waves = draw(rng, a_staff(rng, units), regime)
        for reading, of in found.items():
            start = time.process_time()
            with _read_as(reading):
                rows = pd.concat([published(waves, number) for number in publications])
            of.seconds += (time.process_time() - start) / len(publications) / agencies
            of.said.count(rows)
            of.lasting.count(rows)
    return found


def _read_as(reading: str) -> ExitStack:
    changed = ExitStack()
    waves = int(reading.removesuffix(COARSE))
    changed.enter_context(patch.object(findings, "WAVES_READ", waves))
    if reading.endswith(COARSE):
        for module in (findings, alike):
            changed.enter_context(patch.object(module, "priors_of", lambda _waves: priors_of(_FEW)))
    return changed


def told(found: Counted) -> dict[str, float]:
    """Lay out what was counted, shares in per cent."""
    called, lasting = found.said.over_all(), found.lasting.over_all()
    hold = {f"holds {level}": 100 * found.said.coverage(level) for level in LEVELS}
    classes = [name for name, (_, of) in found.said.covered.items() if " " in name and of]
    return hold | {
        "holds least": 100 * min(found.said.coverage(name) for name in classes),
        "called": called.called,
        "wrong": 100 * called.wrong / max(called.called, 1),
        "under half": 100 * called.under_half / max(called.called, 1),
        "beneath": 100 * lasting.under_half / max(lasting.called, 1),
        "shown/true": called.shown / called.true if called.true else np.nan,
        "large": lasting.large,
        "found": 100 * lasting.found / lasting.large if lasting.large else np.nan,
        "steady": found.said.steady,
        "right": 100 * found.said.steady_right / max(found.said.steady, 1),
        "seconds": found.seconds,
    }


if __name__ == "__main__":
    agencies = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    part = sys.argv[2] if len(sys.argv) > 2 else ""
    for name, regime in REGIMES.items():
        if part in name:
            table = {one: told(of) for one, of in counted(regime, agencies).items()}
            print(f"{name}\n{pd.DataFrame(table).T.to_string(float_format='{:.1f}'.format)}\n")
            sys.stdout.flush()
