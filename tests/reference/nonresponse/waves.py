"""Waves of a staff where who answers depends on the answer, held against what all would have said.

Answering follows the answer by a logistic slope, so the gap between those who answered and the
silent comes out of people's choices and is not put in: what is assumed (a gap without a known
direction, normal) is only how steep that slope may be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.nonresponse.assumption import SIGMA, said_range
from tests.reference.findings.agencies import a_staff, shown_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Booleans, Floats
    from tests.reference.findings.agencies import Staff

LEVELS: Final = ("agency", "region", "unit")
_SPREAD: Final = 18.0  # points, of a person's score


@dataclass(frozen=True, slots=True, eq=False)
class Silence:
    """How much higher those who answer are than the silent, in points, wave by wave.

    ``gap`` draws it for a wave; ``response`` is the share that answers.
    """

    gap: Callable[[np.random.Generator], float]
    response: float = 0.6


REGIMES: Final = {
    "assumed": Silence(lambda rng: float(rng.normal(0, SIGMA))),
    "assumed, few answer": Silence(lambda rng: float(rng.normal(0, SIGMA)), response=0.3),
    "none": Silence(lambda _rng: 0.0),
    "3 points": Silence(lambda _rng: 3.0),
    "6 points": Silence(lambda _rng: 6.0),
    # the level is off by 3.4 points
    "9 points": Silence(lambda _rng: 9.0),
}


@dataclass(frozen=True, slots=True)
class Held:
    """How often a level was held, by level of the places, and what lay between.

    ``places`` counts figures; ``interval`` and ``within`` (the said range) those that held the
    truth; ``reach`` is half the width of the range and ``off`` the size of the figure's error,
    summed.
    """

    places: int = 0
    interval: int = 0
    within: int = 0
    reach: float = 0.0
    off: float = 0.0

    def __add__(self, other: Held) -> Held:
        return Held(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def held(silence: Silence, seeds: range) -> dict[str, Held]:
    """Let one wave after another be answered, each by a staff of its own."""
    found = dict.fromkeys(LEVELS, Held())
    for seed in seeds:
        rng = np.random.default_rng(seed)
        staff = a_staff(rng)
        for level, one in _held(rng, staff, silence).items():
            found[level] += one
    return found


def _held(rng: np.random.Generator, staff: Staff, silence: Silence) -> dict[str, Held]:
    level = rng.normal(62, 5, len(staff.people))
    away = rng.normal(0, _SPREAD, staff.member.size)
    score = np.clip(level[staff.member] + away, 0, 100)
    slope = silence.gap(rng) / _SPREAD**2
    answers = rng.random(len(score)) < _chances(rng, staff, slope * (score - 62), silence.response)
    shown = shown_of(staff, score[:, None], answers)
    keys = pd.MultiIndex.from_frame(shown[["level", "domain"]])
    truth = _means(staff, score).reindex(keys).to_numpy()
    rates = _means(staff, answers.astype(np.float64)).reindex(keys).to_numpy()
    mean, low, high = (shown[name].to_numpy(dtype=np.float64) for name in ("mean", "low", "high"))
    least, most = said_range(mean, low, high, rates, SIGMA)
    table = pd.DataFrame({
        "level": shown["level"].to_numpy(),
        "off": np.abs(mean - truth),
        "interval": _holds(low, high, truth),
        "within": _holds(least, most, truth),
        "reach": (most - least) / 2,
    })  # fmt: skip
    return {
        str(name): Held(
            len(rows),
            int(rows["interval"].sum()),
            int(rows["within"].sum()),
            float(rows["reach"].sum()),
            float(rows["off"].sum()),
        )
        for name, rows in table.groupby("level")
    }


def _chances(rng: np.random.Generator, staff: Staff, pull: Floats, response: float) -> Floats:
    own = rng.normal(0, 0.4, len(staff.people))[staff.member]
    return np.asarray(1 / (1 + np.exp(-(np.log(response / (1 - response)) + own + pull))))


def _holds(low: Floats, high: Floats, truth: Floats) -> Booleans:
    # ends are shown to a tenth
    return np.asarray((low - 0.05 <= truth) & (truth <= high + 0.05), dtype=np.bool_)


def _means(staff: Staff, values: Floats) -> pd.Series:
    """Average over the people of each place."""
    region = staff.region[staff.member]
    parts = {("agency", ""): float(values.mean())}
    parts |= {("region", f"r{at}"): float(values[region == at].mean()) for at in set(staff.region)}
    sums = np.bincount(staff.member, values) / staff.people
    parts |= {("unit", f"u{at:02}"): float(one) for at, one in enumerate(sums)}
    return pd.Series(parts)
