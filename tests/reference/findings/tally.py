"""Count how often findings are true, over many agencies."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Self

    import pandas as pd

    from analytics.arrays import Floats

LEVELS: Final = ("agency", "region", "unit")
CLASSES: Final = ((10, 20), (20, 50), (50, 10**6))
LARGE: Final = {"agency": 4.0, "region": 4.0, "unit": 10.0}
_SUMS: Final = ("called", "wrong", "under_half", "shown", "true", "large", "found")
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

    def count(self, rows: _Rows, difference: Floats, sign: Floats, large: float) -> None:
        """Add the findings of an agency: ``sign`` is that of what was called, else 0."""
        named = sign != 0
        towards = (sign * rows.true)[named]
        self.called += len(towards)
        self.wrong += int((towards < 0).sum())
        self.under_half += int((towards < rows.margin[named] / 2).sum())
        self.shown += float((sign * difference)[named].sum())
        self.true += float(towards.sum())
        big = np.abs(rows.true) >= large
        self.large += int(big.sum())
        self.found += int((sign[big] * rows.true[big] > 0).sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """What is read of changes: arrays of shape (n,); ``sign`` and ``sign_before`` 1, -1 or 0."""

    level: np.ndarray
    true: Floats
    margin: Floats
    difference: Floats
    sign: Floats
    raw: Floats
    sign_before: Floats

    @classmethod
    def of(cls, rows: pd.DataFrame, truth: str) -> Self:
        numbers = (rows[name].to_numpy(dtype=np.float64) for name in (truth, "margin"))
        sign, before = (_sign(rows[name]) for name in ("verdict", "raw_verdict"))
        return cls(
            rows["level"].to_numpy(dtype=object), *numbers, rows["difference"].to_numpy(), sign,
            rows["raw"].to_numpy(), before,
        )  # fmt: skip

    def at(self, level: str) -> Self:
        here = self.level == level
        return type(self)(*(getattr(self, one.name)[here] for one in fields(self)))


def _sign(verdict: pd.Series) -> Floats:
    word = verdict.to_numpy(dtype=object)
    return (word == "up").astype(np.float64) - (word == "down")


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
    each_covered: list[dict[str, list[int]]] = field(default_factory=list)

    def count(self, rows: pd.DataFrame) -> None:
        """Add the publications of one agency (`tests.reference.findings.rules.findings`)."""
        read = _Rows.of(rows, self.truth)
        self.agencies += 1
        self.any_call += bool(read.sign.any())
        self.any_call_before += bool(read.sign_before.any())
        self.any_apart += bool(rows["apart"].any())
        mine = {level: Called() for level in LEVELS}
        for level in LEVELS:
            here = read.at(level)
            mine[level].count(here, here.difference, here.sign, LARGE[level])
            self.before[level].count(here, here.raw, here.sign_before, LARGE[level])
        self.expected += float((1 - rows["chance"].to_numpy()[read.sign != 0]).sum())
        still = rows["verdict"].to_numpy(dtype=object) == "steady"
        self.steady += int(still.sum())
        self.steady_right += int((np.abs(read.true) <= read.margin)[still].sum())
        covered = _cover(rows, read)
        self.present = {level: _sum([one, mine[level]]) for level, one in self.present.items()}
        self.each.append(_sum(mine.values()))
        _add(self.covered, covered)
        self.each_covered.append(covered)

    def kept(self) -> dict[str, Any]:
        """Write down what was counted in one agency; `of_kept` reads it."""
        rules = {"present": self.present, "before": self.before}
        return (
            {name: getattr(self, name) for name in _COUNTS}
            | {
                rule: [[getattr(of[level], name) for name in _SUMS] for level in LEVELS]
                for rule, of in rules.items()
            }
            | {"covered": self.covered}
        )

    @classmethod
    def of_kept(cls, truth: str, line: dict[str, Any]) -> Self:
        """Read what `kept` wrote of an agency."""
        present, before = (
            {level: Called(*sums) for level, sums in zip(LEVELS, line[rule], strict=True)}
            for rule in ("present", "before")
        )
        counts = {name: line[name] for name in _COUNTS}
        found = cls(truth, present=present, before=before, covered={}, **counts)
        found.each, found.each_covered = [found.over_all()], [line["covered"]]
        _add(found.covered, line["covered"])
        return found

    def add(self, other: Tally) -> None:
        """Add what was counted of other agencies."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for level in LEVELS:
            self.present[level] = _sum([self.present[level], other.present[level]])
            self.before[level] = _sum([self.before[level], other.before[level]])
        self.each += other.each
        self.each_covered += other.each_covered
        _add(self.covered, other.covered)

    def over_all(self) -> Called:
        """Add up the findings of all levels."""
        return _sum(self.present.values())

    def over_all_before(self) -> Called:
        """Add up the findings of all levels by the rule of before."""
        return _sum(self.before.values())

    def error(self, name: str, beside: str = "called") -> float:
        """Return the simulation's standard error of a share of what was called, or of others."""
        return _error(*([getattr(one, of) for one in self.each] for of in (name, beside)))

    def error_of_coverage(self, name: str) -> float:
        """Return the simulation's standard error of the share of intervals that held the truth."""
        pairs = [one.get(name, [0, 0]) for one in self.each_covered]
        return _error([hits for hits, _ in pairs], [of for _, of in pairs])

    def coverage(self, name: str) -> float:
        """Return the share of intervals that held the truth."""
        hits, of = self.covered[name]
        return hits / of if of else float("nan")


def _sum(parts: Iterable[Called]) -> Called:
    several = list(parts)
    return Called(*(sum(getattr(one, name) for one in several) for name in _SUMS))


def _error(above: Sequence[float], below: Sequence[float]) -> float:
    """Return the standard error of a ratio of sums over agencies (Cochran 1977, 2.11)."""
    whole, agencies = sum(below), len(below)
    if not whole or agencies == 1:
        return float("nan")
    away = np.array(above) - sum(above) / whole * np.array(below)
    return float(np.sqrt(agencies / (agencies - 1) * (away**2).sum()) / whole)


def _add(hits: dict[str, list[int]], other: dict[str, list[int]]) -> None:
    for name, (inside, of) in other.items():
        mine = hits.setdefault(name, [0, 0])
        mine[0] += inside
        mine[1] += of


def _cover(rows: pd.DataFrame, read: _Rows) -> dict[str, list[int]]:
    """Count intervals that hold the truth, and all: by level, and of units by their answers."""
    low, high, n = (rows[name].to_numpy(dtype=np.float64) for name in ("low", "high", "n"))
    # an end that is shown as 1.2 stands for all from 1.15 to 1.25
    inside = (read.true >= low - 0.05) & (read.true <= high + 0.05)
    groups = {level: read.level == level for level in LEVELS}
    for least, most in CLASSES:
        name = f"unit {least}-{most - 1}" if most < 10**6 else f"unit {least}+"
        groups[name] = groups["unit"] & (n >= least) & (n < most)
    return {name: [int(inside[here].sum()), int(here.sum())] for name, here in groups.items()}
