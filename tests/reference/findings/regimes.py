"""How agencies may move: what the rule for findings must stand."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from tests.reference.findings.agencies import MAIN, REGIONS, Regime

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from tests.reference.findings.agencies import Staff

CSPS: Final = Path(__file__).parents[2] / "data" / "csps"


def still(_rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Nothing moves."""
    return np.zeros((waves - 1, len(staff.people), measures))


def together(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """The agency moves by four points three times, and all units with it."""
    steps = still(rng, staff, waves, measures)
    for at in rng.choice(waves - 1, min(3, waves - 1), replace=False):
        steps[at] += rng.choice([-4.0, 4.0])
    return steps


def few(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Three units of sixty move by 5 to 15 points between any two waves."""
    return _events(rng, staff, waves, measures, units=3)


def one(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """One unit of sixty moves by 5 to 15 points between any two waves."""
    return _events(rng, staff, waves, measures, units=1)


def many(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Everybody moves a little: units by a deviation of 2 points, regions and the agency of .8."""
    size = (waves - 1, len(staff.people), measures)
    unit = rng.normal(0, np.sqrt(2), (waves - 1, len(staff.people), 1))
    steps = unit + rng.normal(0, np.sqrt(2), size)
    steps += rng.normal(0, 0.8, (waves - 1, REGIONS, measures))[:, staff.region]
    return np.asarray(steps + rng.normal(0, 0.8, (waves - 1, 1, measures)), dtype=np.float64)


def mixed(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Everything a little, two units a lot, and now and then one region by 4 to 6 points."""
    size = (waves - 1, len(staff.people), measures)
    steps = rng.normal(0, 1, size) + rng.normal(0, 1, (waves - 1, 1, measures))
    steps += rng.normal(0, 1, (waves - 1, REGIONS, measures))[:, staff.region]
    steps += _events(rng, staff, waves, measures, units=2)
    for at in range(3, waves - 1, 4):
        hit = staff.region == rng.integers(REGIONS)
        steps[at, hit] += rng.choice([-1, 1]) * rng.uniform(4, 6)
    return np.asarray(steps, dtype=np.float64)


def lone(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """One measure of one unit moves by 8 to 15 points between any two waves, and no other."""
    steps = still(rng, staff, waves, measures)
    for at in range(waves - 1):
        size = rng.choice([-1, 1]) * rng.uniform(8, 15)
        steps[at, rng.integers(len(staff.people)), rng.integers(measures)] = size
    return steps


def civil_service(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Units move as organisations of the British civil service did, years in a row.

    A bootstrap of the yearly steps in tests/data/csps: the same years for all units, so that what
    moved them together does so here, an organisation drawn anew for each.
    """
    steps = _yearly_steps()
    first = rng.integers(0, steps.shape[0] - (waves - 1) + 1)
    run = steps[first : first + waves - 1, :, :measures]
    whole = np.flatnonzero(~np.isnan(run).any(axis=(0, 2)))
    return np.asarray(run[:, rng.choice(whole, len(staff.people))], dtype=np.float64)


@functools.cache
def _yearly_steps() -> Floats:
    """Lay out what themes moved by from year to year: (years - 1, organisations, themes)."""
    scores = pd.read_csv(CSPS / "organisation_scores.csv").set_index(["year", "org"])
    # an item of my_manager was taken out in 2023; engagement_index is made of other questions
    themes = scores.drop(columns=["engagement_index", "my_manager", "response_rate"])
    years, organisations = (themes.index.unique(name) for name in ("year", "org"))
    full = themes.reindex(pd.MultiIndex.from_product([years, organisations]))
    laid = full.to_numpy(dtype=np.float64).reshape(len(years), len(organisations), -1)
    return np.asarray(np.diff(laid, axis=0), dtype=np.float64)


def _events(
    rng: np.random.Generator, staff: Staff, waves: int, measures: int, *, units: int
) -> Floats:
    steps = np.zeros((waves - 1, len(staff.people), measures))
    for at in range(waves - 1):
        hit = rng.choice(len(staff.people), units, replace=False)
        size = rng.choice([-1, 1], units) * rng.uniform(8, 15, units)
        steps[at, hit] = size[:, None] * rng.uniform(0.6, 1.0, (units, measures))
    return steps


STILL: Final = {
    "still": Regime(still),
    "still, a person's answers correlate 0": Regime(still, repeat=0.0),
    "still, a person's answers correlate .9": Regime(still, repeat=0.9),
    "still, measures correlate 0": Regime(still, alike=0.0),
    "still, measures correlate .9": Regime(still, alike=0.9),
    "still, main waves alone": Regime(still, waves=(MAIN,) * 6),
    "still, who answers depends on it": Regime(still, depends=0.1),
}
MOVING: Final = {
    "together": Regime(together),
    "few": Regime(few),
    "one": Regime(one),
    "many": Regime(many),
    "mixed": Regime(mixed),
    "many, who answers depends on it": Regime(many, depends=0.1),
    "few, a person's answers correlate 0": Regime(few, repeat=0.0),
    "few, a person's answers correlate .9": Regime(few, repeat=0.9),
    "mixed, main waves alone": Regime(mixed, waves=(MAIN,) * 6),
    "lone": Regime(lone),
    "civil service, main waves alone": Regime(civil_service, waves=(MAIN,) * 6),
}
