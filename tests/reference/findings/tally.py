"""Count how often findings are true, over many agencies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

LEVELS: Final = ("agency", "region", "unit")
CLASSES: Final = ((10, 20), (20, 50), (50, 10**6))
LARGE: Final = {"agency": 4.0, "region": 4.0, "unit": 10.0}
_CALLED: Final = ("up", "down")
_COUNTS: Final = (
    "agencies", "any_call", "any_call_before", "any_apart", "steady", "steady_right", "expected",
)  # fmt: skip


@dataclass(slots=True)
class Called:
    """Findings of one rule at one level: how many, and how they err.

    ``shown`` and ``true`` are sums of sizes in the direction called; ``large`` counts true changes
    of `LARGE` and more, ``found`` those called in the right direction.
    """

    called: int = 0
    wrong: int = 0
    under_half: int = 0
    shown: float = 0.0
    true: float = 0.0
    large: int = 0
    found: int = 0

    def count(self, rows: pd.DataFrame, difference: str, verdict: str, large: float) -> None:
        """Add the findings of a publication."""
        sign = rows[verdict].map({"up": 1.0, "down": -1.0}).fillna(0.0).to_numpy()
        true = rows["true"].to_numpy()
        towards = (sign * true)[sign != 0]
        self.called += len(towards)
        self.wrong += int((towards < 0).sum())
        half = rows["margin"].to_numpy()[sign != 0] / 2
        self.under_half += int((towards < half).sum())
        self.shown += float((sign * rows[difference].to_numpy()).sum())
        self.true += float(towards.sum())
        big = np.abs(true) >= large
        self.large += int(big.sum())
        self.found += int((sign[big] * true[big] > 0).sum())


@dataclass(slots=True)
class Tally:
    """All that is asked of a rule, over the agencies of one regime.

    ``truth`` is what findings are held against: ``said`` or ``lasting``.
    """

    truth: str
    agencies: int = 0
    present: dict[str, Called] = field(default_factory=lambda: {one: Called() for one in LEVELS})
    before: dict[str, Called] = field(default_factory=lambda: {one: Called() for one in LEVELS})
    any_call: int = 0
    any_call_before: int = 0
    any_apart: int = 0
    steady: int = 0
    steady_right: int = 0
    expected: float = 0.0
    covered: dict[str, list[int]] = field(default_factory=dict)
    each: list[Called] = field(default_factory=list)

    def count(self, publications: list[pd.DataFrame]) -> None:
        """Add the publications of one agency."""
        self.agencies += 1
        self.any_call += any(_calls(rows, "verdict") for rows in publications)
        self.any_call_before += any(_calls(rows, "raw_verdict") for rows in publications)
        self.any_apart += any(bool(rows["apart"].any()) for rows in publications)
        mine = {level: Called() for level in LEVELS}
        for rows in (one.assign(true=one[self.truth]) for one in publications):
            for level in LEVELS:
                here = rows[rows["level"] == level]
                mine[level].count(here, "difference", "verdict", LARGE[level])
                self.before[level].count(here, "raw", "raw_verdict", LARGE[level])
            named = rows["verdict"].isin(_CALLED)
            self.expected += float((1 - rows.loc[named, "chance"]).sum())
            still = rows[rows["verdict"] == "steady"]
            self.steady += len(still)
            self.steady_right += int((still["true"].abs() <= still["margin"]).sum())
            self._cover(rows)
        self.present = {level: _sum([one, mine[level]]) for level, one in self.present.items()}
        self.each.append(_sum(mine.values()))

    def _cover(self, rows: pd.DataFrame) -> None:
        # an end that is shown as 1.2 stands for all from 1.15 to 1.25
        inside = (rows["true"] >= rows["low"] - 0.05) & (rows["true"] <= rows["high"] + 0.05)
        groups = {level: rows["level"] == level for level in LEVELS}
        for low, high in CLASSES:
            name = f"unit {low}-{high - 1}" if high < 10**6 else f"unit {low}+"
            groups[name] = groups["unit"] & rows["n"].between(low, high - 1)
        for name, here in groups.items():
            hits = self.covered.setdefault(name, [0, 0])
            hits[0] += int(inside[here].sum())
            hits[1] += int(here.sum())

    def add(self, other: Tally) -> None:
        """Add what was counted of other agencies."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for level in LEVELS:
            self.present[level] = _sum([self.present[level], other.present[level]])
            self.before[level] = _sum([self.before[level], other.before[level]])
        self.each += other.each
        for name, (hits, of) in other.covered.items():
            mine = self.covered.setdefault(name, [0, 0])
            mine[0] += hits
            mine[1] += of

    def over_all(self) -> Called:
        """Add up the findings of all levels."""
        return _sum(self.present.values())

    def over_all_before(self) -> Called:
        """Add up the findings of all levels by the rule of before."""
        return _sum(self.before.values())

    def error(self, name: str, beside: str = "called") -> float:
        """Return the simulation's standard error of a share of what was called, or of large ones.

        Of a ratio of sums over agencies (Cochran 1977, 2.11).
        """
        above, below = (np.array([getattr(one, of) for one in self.each]) for of in (name, beside))
        if not below.sum():
            return float("nan")
        away = above - above.sum() / below.sum() * below
        agencies = len(away)
        return float(np.sqrt(agencies / (agencies - 1) * (away**2).sum()) / below.sum())

    def coverage(self, name: str) -> float:
        """Return the share of intervals that held the truth."""
        hits, of = self.covered[name]
        return hits / of if of else float("nan")


def _sum(parts: Iterable[Called]) -> Called:
    names = ("called", "wrong", "under_half", "shown", "true", "large", "found")
    several = list(parts)
    return Called(*(sum(getattr(one, name) for one in several) for name in names))


def _calls(rows: pd.DataFrame, verdict: str) -> bool:
    return bool(rows[verdict].isin(_CALLED).any())
