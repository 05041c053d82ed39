"""Agencies of which one wave asks random halves in the old and in the new words.

Or everybody the old and the new items of a scale, which lie apart as words do.

All that is true is known: where places stand, what the words do to answers, and how much that
differs between units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.courses.bridges import Bridge, Bridges
from analytics.estimation.design import simple_design
from analytics.estimation.domains import Partition
from analytics.trend.wording import WordingEffect, wording_effects
from tests.reference.findings.agencies import (
    MAIN,
    REGIONS,
    Regime,
    Staff,
    Waves,
    _answered,
    _key,
    _levels,
    _truth,
    shown_of,
)

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats

# three waves in the old words, one that asks both, four in the new
OVERLAP: Final = 3
EIGHT: Final = (MAIN, 0, 1, MAIN, 0, 1, MAIN, MAIN)
REWORDED: Final = 2  # of the measures: m0 and m1
_OWN: Final = 6.0  # points by which the words move single people apart


@dataclass(frozen=True, slots=True)
class Words:
    """What other words do: to all, between units (a deviation), in points.

    ``paired``: everybody is asked both, as where a scale has other items.
    """

    effect: float = -12.0
    between: float = 2.0
    paired: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """Waves whose figures of before lie on the scale of now, with the link, and without it.

    ``waves.shown`` is as published; ``effects`` are what the overlap wave tells.
    """

    waves: Waves
    effects: list[WordingEffect]
    bridges: Bridges
    true_effect: float


def draw_linked(rng: np.random.Generator, staff: Staff, regime: Regime, words: Words) -> Linked:
    """Let people answer all waves; from the overlap on in new words, half of them in that wave."""
    truth = _truth(rng, staff, regime)
    starts = np.searchsorted(staff.member, np.arange(len(staff.people)))
    own = words.effect + rng.normal(0, words.between, len(staff.people))
    tables, days, effects = [], [], []
    for at, (key, score, answers) in enumerate(_answered(rng, staff, regime, truth)):
        days.append(np.add.reduceat(score, starts, axis=0) / staff.people[:, None])
        said = score.copy()
        if at >= OVERLAP:
            apart = rng.normal(0, _OWN, (len(score), REWORDED))
            said[:, :REWORDED] += own[staff.member][:, None] + apart
        shown = shown_of(staff, said, answers)
        if at == OVERLAP:
            new = answers & (words.paired | (rng.random(len(answers)) < 1 / 2))
            effects = _effects(staff, said, score, answers, new, paired=words.paired)
            halves = shown_of(staff, said, new)
            touched = [f"m{one}" for one in range(REWORDED)]
            kept = halves["measure"].isin(touched), ~shown["measure"].isin(touched)
            shown = pd.concat([halves[kept[0]], shown[kept[1]]], ignore_index=True)
        tables.append(shown.assign(wave=key))
    invited = np.array(regime.waves)
    anybody = (invited[:, None] == MAIN) | (invited[None, :] == MAIN)
    linked = np.where(anybody, 1.0, 3.0 * (invited[:, None] == invited[None, :]))
    keys = tuple(_key(at) for at in range(len(regime.waves)))
    waves = Waves(
        keys, pd.concat(tables, ignore_index=True), staff.places(), linked,
        _levels(staff, truth), _levels(staff, np.stack(days)),
    )  # fmt: skip
    effect = float(staff.people @ own / staff.people.sum())
    return Linked(waves, effects, bridges_of(effects, staff, keys), effect)


def bridges_of(effects: list[WordingEffect], staff: Staff, keys: tuple[str, ...]) -> Bridges:
    """Carry all waves before the overlap over it, rounded as publications tell it."""
    links = tuple(
        Bridge(
            one.measure, keys[OVERLAP], frozenset(keys[:OVERLAP]),
            round(one.overlap.difference, 2), round(one.overlap.difference_se, 2),
            round(one.between(), 1), one.overlap.paired, round(one.overlap.ratio, 2),
        )
        for one in effects
    )  # fmt: skip
    squares = (staff.shares**2).sum(axis=1)
    return Bridges(links, {("region", f"r{at}"): float(squares[at]) for at in range(REGIONS)})


def _effects(
    staff: Staff, said: Floats, score: Floats, answers: Booleans, new: Booleans, *, paired: bool
) -> list[WordingEffect]:
    """Ask the product's own function, with the weights of the whole wave."""
    rows = np.flatnonzero(answers)
    unit = staff.member[rows]
    here, stratum = np.unique(unit, return_inverse=True)
    answered = np.bincount(unit, minlength=len(staff.people))
    weight = (staff.people / np.maximum(answered, 1))[unit]
    design = simple_design(weight, stratum.astype(np.int64), staff.people[here].astype(np.float64))
    columns = [f"m{one}" for one in range(REWORDED)]
    in_new = new[rows][:, None]
    halves = (
        pd.DataFrame(np.where(in_new, said[rows, :REWORDED], np.nan), columns=columns),
        pd.DataFrame(
            np.where(in_new & (not paired), np.nan, score[rows, :REWORDED]), columns=columns
        ),
    )
    codes = tuple(f"u{one:02}" for one in range(len(staff.people)))
    units = Partition("unit", codes, ("",) * len(codes), (None,) * len(codes), unit)
    return wording_effects(design, *halves, units, {}, paired=paired)
