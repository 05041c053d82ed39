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
    """What other words do: to all, between units and between regions (deviations), in points.

    ``paired``: everybody is asked both, as where a scale has other items. ``wave`` asks both.
    """

    effect: float = -12.0
    between: float = 2.0
    paired: bool = False
    wave: int = OVERLAP
    regions: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """Waves as published, and the links that lay their figures on the scale of now."""

    waves: Waves
    bridges: Bridges


def draw_linked(rng: np.random.Generator, staff: Staff, regime: Regime, *changes: Words) -> Linked:
    """Let people answer all waves; from each overlap on in newer words, half of them in it."""
    truth = _truth(rng, staff, regime)
    starts = np.searchsorted(staff.member, np.arange(len(staff.people)))
    own = [_own_effects(rng, staff, one) for one in changes]
    tables, days, links = [], [], []
    keys = tuple(_key(at) for at in range(len(regime.waves)))
    for at, (key, score, answers) in enumerate(_answered(rng, staff, regime, truth)):
        days.append(np.add.reduceat(score, starts, axis=0) / staff.people[:, None])
        said = before = score
        for words, moved in zip(changes, own, strict=True):
            if at >= words.wave:
                before, said = said, said.copy()
                apart = rng.normal(0, _OWN, (len(score), REWORDED))
                said[:, :REWORDED] += moved[staff.member][:, None] + apart
        shown = shown_of(staff, said, answers)
        for words in (one for one in changes if one.wave == at):
            new = answers & (words.paired | (rng.random(len(answers)) < 1 / 2))
            effects = _effects(staff, said, before, answers, new, paired=words.paired)
            links += [_bridge(one, keys, at) for one in effects]
            halves = shown_of(staff, said, new)
            touched = [f"m{one}" for one in range(REWORDED)]
            kept = halves["measure"].isin(touched), ~shown["measure"].isin(touched)
            shown = pd.concat([halves[kept[0]], shown[kept[1]]], ignore_index=True)
        tables.append(shown.assign(wave=key))
    invited = np.array(regime.waves)
    anybody = (invited[:, None] == MAIN) | (invited[None, :] == MAIN)
    linked = np.where(anybody, 1.0, 3.0 * (invited[:, None] == invited[None, :]))
    waves = Waves(
        keys, pd.concat(tables, ignore_index=True), staff.places(), linked,
        _levels(staff, truth), _levels(staff, np.stack(days)),
    )  # fmt: skip
    squares = (staff.shares**2).sum(axis=1)
    one_of = {("region", f"r{at}"): float(squares[at]) for at in range(REGIONS)}
    return Linked(waves, Bridges(tuple(links), one_of))


def _own_effects(rng: np.random.Generator, staff: Staff, words: Words) -> Floats:
    found = words.effect + rng.normal(0, words.between, len(staff.people))
    if words.regions:
        found = found + rng.normal(0, words.regions, REGIONS)[staff.region]
    return np.asarray(found)


def _bridge(effect: WordingEffect, keys: tuple[str, ...], wave: int) -> Bridge:
    """Carry all waves before an overlap over it, rounded as publications tell it."""
    overlap = effect.overlap
    return Bridge(
        effect.measure, keys[wave], frozenset(keys[:wave]), round(overlap.difference, 2),
        round(overlap.difference_se, 2), round(effect.between(), 1), overlap.paired,
        round(overlap.ratio, 2),
        (("region", round(effect.among("region", [f"r{at}" for at in range(REGIONS)]), 1)),),
    )  # fmt: skip


def _effects(
    staff: Staff, said: Floats, before: Floats, answers: Booleans, new: Booleans, *, paired: bool
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
            np.where(in_new & (not paired), np.nan, before[rows, :REWORDED]), columns=columns
        ),
    )
    codes = tuple(f"u{one:02}" for one in range(len(staff.people)))
    units = Partition("unit", codes, ("",) * len(codes), (None,) * len(codes), unit)
    named = tuple(f"r{one}" for one in range(REGIONS))
    nobody = ("",) * REGIONS, (None,) * REGIONS
    regions = Partition("region", named, *nobody, staff.region[unit])
    return wording_effects(design, *halves, units, {}, paired=paired, wider=[regions])
