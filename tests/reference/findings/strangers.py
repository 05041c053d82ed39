"""Print how often findings are true in agencies that break what the rule takes for granted.

``python -m tests.reference.findings.strangers [agencies]`` (100 of each when left out: ten minutes
of processor); ``--write`` puts the table where the page about the rule takes it from. They were
drawn after the rule was made, to find where it fails (docs/methods.md, «What the rule does not
reach»). In all of them units differ in how much their people's answers vary, people
come and go, and who answers depends on the answer.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from survey_app.reading.method.strangers import TABLE
from tests.reference.findings.agencies import MAIN, REGIONS, YEARS, Staff, Waves, shown_of
from tests.reference.findings.rules import findings
from tests.reference.findings.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from analytics.arrays import Floats

    type Steps = Callable[[np.random.Generator, Staff, int, int], Floats]
    type Draw = Callable[..., Floats]

MEASURES: Final = 6
SPREAD: Final = 18.0  # points, of a person's score in a usual unit
SEEDS: Final = (7_000_010, 7_001_010)  # half of the agencies each
STEP: Final = 6.25  # points between two scores of four items with five answers
TRUTHS: Final = ("said", "lasting")


@dataclass(frozen=True, slots=True, eq=False)
class Stranger:
    """An agency of a kind that no regime has; see the module, and `Regime` for what it shares.

    ``spread`` is the deviation of the logarithm of units' spreads, ``errors`` how scores are drawn,
    ``less`` what response loses from wave to wave, ``turnover`` the part of the people who are new
    at a wave, ``old`` how many units show more than their main waves after the first year.
    """

    steps: Steps
    sizes: tuple[float, float, int, int, int]  # mean and deviation of the logarithm, ends, units
    errors: Draw
    response: float
    depends: float
    repeat: float
    alike: float
    spread: float
    turnover: float
    season: tuple[float, ...] = (0.0,)
    waves: tuple[int, ...] = YEARS
    less: float = 0.0
    in_steps: bool = False
    old: int | None = None


def heavy(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw from a t with three degrees of freedom, of deviation 1: with outliers."""
    return np.asarray(rng.standard_t(3, shape) / np.sqrt(3), dtype=np.float64)


def skewed(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw an exponential turned round, of deviation 1: most near the top, some far below."""
    return np.asarray(1 - rng.exponential(1, shape), dtype=np.float64)


def normal(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw from a normal distribution."""
    return np.asarray(rng.normal(size=shape), dtype=np.float64)


def wander(unit: float, region: float, agency: float, drawn: Draw) -> Steps:
    """Let everything move a little before each wave, with a deviation of so many points."""

    def steps(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
        units = len(staff.people)
        own = drawn(rng, waves - 1, units, 1), drawn(rng, waves - 1, units, measures)
        found = unit * (np.sqrt(0.5) * own[0] + np.sqrt(0.5) * own[1])
        found = found + region * drawn(rng, waves - 1, REGIONS, measures)[:, staff.region]
        return np.asarray(found + agency * drawn(rng, waves - 1, 1, measures), dtype=np.float64)

    return steps


def shock(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Take 8 points from a region and 3 from the others, and give back a third at each wave.

    Four times a unit has a bad or a good day of 10 to 18 points, of which nothing is left after.
    """
    units = len(staff.people)
    level = np.zeros((waves, units, measures))
    first = rng.integers(2, waves - 3)
    size = np.where(staff.region == rng.integers(REGIONS), -8.0, -3.0)
    for later, left in enumerate((1, 2 / 3, 1 / 3)):
        level[first + later] += (size * left)[:, None]
    for _ in range(4):
        unit, wave = rng.integers(units), rng.integers(1, waves)
        level[wave, unit] += rng.choice([-1, 1]) * rng.uniform(10, 18)
    level += np.cumsum(rng.normal(0, 0.6, level.shape), axis=0)
    return np.asarray(np.diff(level, axis=0), dtype=np.float64)


def late(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Everybody moves a little, and six units 6 to 14 points before the last wave."""
    found = wander(1.2, 0.6, 0.6, normal)(rng, staff, waves, measures)
    hit = rng.choice(len(staff.people), 6, replace=False)
    found[waves - 2, hit] += (rng.choice([-1, 1], 6) * rng.uniform(6, 14, 6))[:, None]
    return found


STRANGERS: Final = {
    "a season, drift, and fewer answer": Stranger(
        wander(1.0, 0.5, 0.5, heavy), (3.6, 1.0, 14, 900, 45), skewed,
        response=0.62, depends=0.06, repeat=0.6, alike=0.4, spread=0.25, turnover=0.04,
        season=tuple((0.0, -1.8, 0.6, 1.8)[at % 4] - 0.25 * at for at in range(len(YEARS))),
        less=0.01, in_steps=True,
    ),
    "a shock and recovery": Stranger(
        shock, (4.2, 0.75, 15, 260, 60), heavy,
        response=0.5, depends=0.05, repeat=0.4, alike=0.5, spread=0.2, turnover=0.05,
    ),
    "ten old units and fifty new": Stranger(
        late, (4.0, 0.6, 20, 300, 60), normal,
        response=0.68, depends=0.08, repeat=0.7, alike=0.5, spread=0.15, turnover=0.08,
        waves=YEARS[:9], old=10,
    ),
    "nothing moves": Stranger(
        wander(0, 0, 0, normal), (4.2, 0.75, 15, 260, 60), heavy,
        response=0.6, depends=0.08, repeat=0.5, alike=0.5, spread=0.35, turnover=0.05, less=0.015,
    ),
}  # fmt: skip


def draw(rng: np.random.Generator, of: Stranger) -> Waves:
    """Let people answer all waves, and show what may be shown."""
    mean, deviation, least, most, units = of.sizes
    people = np.clip(np.exp(rng.normal(mean, deviation, units)), least, most).astype(np.int64)
    member = np.repeat(np.arange(units), people)
    staff = Staff(people, np.arange(units) % REGIONS, member, rng.integers(0, 3, member.size))
    truth = _truth(rng, of, staff)
    tables, days = [], []
    for at, (score, answers) in enumerate(_answered(rng, of, staff, truth)):
        tables.append(_shown(staff, score, answers, at, of))
        starts = np.searchsorted(member, np.arange(units))
        days.append(np.add.reduceat(score, starts, axis=0) / people[:, None])
    invited = np.array(of.waves)
    anybody = (invited[:, None] == MAIN) | (invited[None, :] == MAIN)
    # bounded scores have no level beside what all would have said
    lasting = np.stack(days) if of.in_steps else truth
    return Waves(
        tuple(_key(at) for at in range(len(of.waves))),
        pd.concat(tables, ignore_index=True),
        staff.places(),
        np.where(anybody, 1.0, 3 * (invited[:, None] == invited[None, :])),
        _levels(staff, lasting),
        _levels(staff, np.stack(days)),
    )


def _key(at: int) -> str:
    return f"w{at:02}"


def _levels(staff: Staff, units: Floats) -> dict[str, Floats]:
    regions = np.einsum("ru,tum->trm", staff.shares, units)
    whole = np.einsum("r,trm->tm", staff.parts, regions)[:, None, :]
    return {"agency": whole, "region": regions, "unit": units}


def _truth(rng: np.random.Generator, of: Stranger, staff: Staff) -> Floats:
    start = rng.normal(62, 5, (1, len(staff.people), MEASURES))
    moved = of.steps(rng, staff, len(of.waves), MEASURES)
    level = start + np.cumsum(np.concatenate([np.zeros_like(start), moved]), axis=0)
    season = np.resize(np.array(of.season), len(of.waves))
    return np.asarray(np.clip(level + season[:, None, None], 5, 95), dtype=np.float64)


def _answered(
    rng: np.random.Generator, of: Stranger, staff: Staff, truth: Floats
) -> list[tuple[Floats, np.ndarray]]:
    """Give what everybody would say in each wave, and who does."""
    people, units = staff.member.size, len(staff.people)
    deviation = SPREAD * np.exp(rng.normal(0, of.spread, units))[staff.member][:, None]
    lasting = _scores(rng, of, people, of.repeat)
    willing = np.clip(of.response + rng.normal(0, 0.12, units), 0.15, 0.97)[staff.member]
    found = []
    for at, invited in enumerate(of.waves):
        new = rng.random(people) < of.turnover
        lasting = np.where(new[:, None], _scores(rng, of, people, of.repeat), lasting)
        own = lasting + _scores(rng, of, people, 1 - of.repeat)
        score = truth[at][staff.member] + deviation * own
        if of.in_steps:
            score = np.clip(np.round(score / STEP) * STEP, 0, 100)
        level = np.clip((score.mean(axis=1) - truth[0].mean()) / SPREAD, -3, 3)
        chance = np.clip(willing + of.depends * level - of.less * at, 0.02, 0.98)
        asked = np.full(people, invited == MAIN) | (staff.third == invited)
        found.append((score, asked & (rng.random(people) < chance)))
    return found


def _scores(rng: np.random.Generator, of: Stranger, people: int, part: float) -> Floats:
    """Draw what a part of the variance makes of people's scores, in deviations."""
    common, own = of.errors(rng, people, 1), of.errors(rng, people, MEASURES)
    mixed = np.sqrt(of.alike) * common + np.sqrt(1 - of.alike) * own
    return np.asarray(np.sqrt(part) * mixed, dtype=np.float64)


def _shown(staff: Staff, score: Floats, answers: np.ndarray, at: int, of: Stranger) -> pd.DataFrame:
    found = shown_of(staff, score, answers).assign(wave=_key(at))
    if of.old is None or (at > 0 and of.waves[at] == MAIN):
        return found
    young = (found["level"] == "unit") & (found["domain"].str[1:] >= f"{of.old:02}")
    kept: pd.DataFrame = found[~young]
    return kept


def counted(name: str, seeds: Iterable[int]) -> dict[str, Tally]:
    """Count what is found in agencies of a kind, beside each truth."""
    tallies = {truth: Tally(truth) for truth in TRUTHS}
    for seed in seeds:
        rows = findings(draw(np.random.default_rng(seed), STRANGERS[name]))
        for tally in tallies.values():
            tally.count(rows)
    return tallies


def row(name: str, tally: Tally) -> dict[str, object]:
    """Lay the figures of a kind out as they are written down."""
    of = tally.over_all()
    return {
        "kind": name,
        "truth": tally.truth,
        "agencies": tally.agencies,
        "any_call": tally.any_call,
        "called": of.called,
        "wrong": of.wrong,
        "under_half": of.under_half,
        "shown": round(of.shown, 1),
        "true": round(of.true, 1),
        "large": of.large,
        "found": of.found,
        "steady": tally.steady,
        "steady_right": tally.steady_right,
        "coverage": tally.covered,
        "errors": {one: round(tally.error(one), 5) for one in ("wrong", "under_half")},
    }


def main() -> None:
    """Draw agencies of each kind, and print what was called and what was true."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.findings.strangers")
    parser.add_argument("agencies", nargs="?", type=int, default=100)
    parser.add_argument("--write", action="store_true", help="for the page about the rule")
    asked = parser.parse_args()
    seeds = [first + at for first in SEEDS for at in range(asked.agencies // len(SEEDS))]
    table = []
    for name in STRANGERS:
        for tally in counted(name, seeds).values():
            table.append(row(name, tally))
            print(json.dumps(table[-1]), flush=True)
    if asked.write:
        TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
