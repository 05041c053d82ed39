"""Print how often intervals of changes hold the truth where panels rotate and people come and go.

``python -m tests.reference.findings.rotating [agencies]`` (25 of each when left out: a quarter of
an hour of processor). Nine waves ask some of twelve random groups in turns (docs/adr/0136); places
move a little before each wave. A part of the people is new at each wave, so that fewer are asked
twice than the design says.
"""

from __future__ import annotations

import argparse
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.waves import GROUPS, groups_together
from tests.reference.findings.agencies import Regime, Waves, _key, _levels, a_staff, shown_of
from tests.reference.findings.regimes import many
from tests.reference.findings.rules import findings
from tests.reference.findings.strangers import normal
from tests.reference.findings.tally import LEVELS, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics.arrays import Floats

WAVES: Final = 9
MEASURES: Final = 4
SEED: Final = 61_000
SPREAD: Final = 18.0  # points, of a person's score
# so many of so many panels at once
DESIGNS: Final = ((2, 3), (3, 4), (2, 6))
ALIKE: Final = (0.5, 0.8)  # a person's two answers
NEW: Final = (0.0, 0.1)  # of the people, at each wave


def draw(
    rng: np.random.Generator, design: tuple[int, int], repeat: float, turnover: float
) -> Waves:
    """Let the groups of each turn answer, and show what may be shown."""
    staff = a_staff(rng)
    people = staff.member.size
    steps = Regime(many).steps(rng, staff, WAVES, MEASURES)
    start = rng.normal(62, 5, (1, len(staff.people), MEASURES))
    truth = np.cumsum(np.concatenate([start, steps]), axis=0)
    group = rng.integers(0, GROUPS, people)
    turns = [_turn(design, at) for at in range(WAVES)]
    starts = np.searchsorted(staff.member, np.arange(len(staff.people)))
    lasting = _scores(rng, people, repeat)
    tables, days = [], []
    for at, asked in enumerate(turns):
        new = rng.random(people) < turnover
        lasting = np.where(new[:, None], _scores(rng, people, repeat), lasting)
        score = truth[at][staff.member] + lasting + _scores(rng, people, 1 - repeat)
        answers = np.isin(group, list(asked)) & (rng.random(people) < 0.6)
        tables.append(shown_of(staff, score, answers).assign(wave=_key(at)))
        days.append(np.add.reduceat(score, starts, axis=0) / staff.people[:, None])
    return Waves(
        tuple(_key(at) for at in range(WAVES)),
        pd.concat(tables, ignore_index=True),
        staff.places(),
        np.array([[groups_together(one, other) for other in turns] for one in turns]),
        _levels(staff, truth),
        _levels(staff, np.stack(days)),
    )


def _turn(design: tuple[int, int], number: int) -> frozenset[int]:
    at_once, panels = design
    return frozenset(one for one in range(GROUPS) if (one - number) % panels < at_once)


def _scores(rng: np.random.Generator, people: int, part: float) -> Floats:
    """Draw what a part of the variance makes of people's scores, half of it common to measures."""
    mixed = normal(rng, people, 1) + normal(rng, people, MEASURES)
    return np.asarray(SPREAD * np.sqrt(part / 2) * mixed, dtype=np.float64)


def counted(
    design: tuple[int, int], repeat: float, turnover: float, seeds: Iterable[int]
) -> dict[str, Tally]:
    """Count what is found in agencies of a design, beside each truth."""
    tallies = {truth: Tally(truth) for truth in ("said", "lasting")}
    for seed in seeds:
        rows = findings(draw(np.random.default_rng(seed), design, repeat, turnover))
        for tally in tallies.values():
            tally.count(rows)
    return tallies


def main() -> None:
    """Print, of each design, what intervals held and what was called."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.findings.rotating")
    parser.add_argument("agencies", nargs="?", type=int, default=25)
    agencies = parser.parse_args().agencies
    for design, repeat, turnover in product(DESIGNS, ALIKE, NEW):
        for tally in counted(design, repeat, turnover, range(SEED, SEED + agencies)).values():
            of = tally.over_all()
            held = ", ".join(
                f"{name} {tally.coverage(name):.1%} ({tally.error_of_coverage(name):.1%})"
                for name in LEVELS
            )
            print(
                f"{design[0]} of {design[1]}, answers correlate {repeat}, {turnover:.0%} new, "
                f"{tally.truth}: {held}; called {of.called}, wrong sign "
                f"{of.wrong / max(of.called, 1):.2%}, under half "
                f"{of.under_half / max(of.called, 1):.1%}",
                flush=True,
            )


if __name__ == "__main__":
    main()
