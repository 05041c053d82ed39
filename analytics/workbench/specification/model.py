"""What `barometer analyse` is asked to compute: the whole specification, as it was read."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from analytics.comparison.margins import MARGIN
from analytics.workbench.specification.change import ChangeSpec
from analytics.workbench.specification.design import DesignSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

OPTION_ENDS: Final = {"share": (0.0, 1.0), "balance": (-1.0, 1.0)}


@dataclass(frozen=True, slots=True)
class PoststratifySpec:
    """One crossing with known counts; ``counts`` names the file that the caller reads."""

    by: tuple[str, ...]
    counts: str


@dataclass(frozen=True, slots=True)
class ScaleSpec:
    """Items scored together on 0-100; the codes of ``dont_know`` are no answer.

    ``favourable`` adds the share of each item's answers at the good and at the bad end.
    """

    items: tuple[str, ...]
    reversed: tuple[str, ...]
    minimum: float
    maximum: float
    min_answered: float
    dont_know: tuple[float, ...] = ()
    favourable: bool = False


@dataclass(frozen=True, slots=True)
class VariablesSpec:
    """Columns estimated in their own unit; ``balances`` are answers from 0 to 10.

    ``ranges`` has the ends of the response scale of some of ``means``, ``categories`` those that
    columns of ``shares`` have anywhere in the file.
    """

    means: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    ratios: tuple[tuple[str, str], ...] = ()
    balances: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DisclosureSpec:
    """The smallest group that may show, and the columns that nest."""

    minimum: int
    hierarchy: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Specification:
    """Everything asked for."""

    design: DesignSpec = field(default_factory=DesignSpec)
    poststratify: PoststratifySpec | None = None
    rake: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    variables: VariablesSpec = field(default_factory=VariablesSpec)
    scales: Mapping[str, ScaleSpec] = field(default_factory=dict)
    indices: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    by: tuple[tuple[str, ...], ...] = ()
    wave: str | None = None
    person: str | None = None
    change: ChangeSpec = field(default_factory=ChangeSpec)
    disclosure: DisclosureSpec | None = None

    @property
    def without_ends(self) -> tuple[str, ...]:
        """Name the means in a unit of their own, of which nothing says what is little or much."""
        return tuple(name for name in self.variables.means if name not in self.variables.ranges)

    def ends_of(self, name: str, statistic: str) -> tuple[float, float]:
        """Give the ends that a figure cannot lie beyond; infinite where it can be any number."""
        if statistic in OPTION_ENDS:
            return OPTION_ENDS[statistic]
        if statistic == "mean" and name in (*self.scales, *self.indices):
            return 0.0, 100.0
        ends = self.variables.ranges.get(name) if statistic == "mean" else None
        return ends or (-math.inf, math.inf)

    def margin_of(self, name: str, statistic: str = "mean") -> float:
        """Give the smallest difference that matters, in the unit of the measure.

        Parameters
        ----------
        name : str
            A scale, an index or a column.
        statistic : str
            Shares and balances have their margin in percentage points.
        """
        if self.change.margin is not None:
            return self.change.margin
        return self.usual_margin(name) if statistic == "mean" else MARGIN

    def usual_margin(self, name: str) -> float:
        """Give the margin of a mean where none is named: 3 points of 0-100, in its own unit.

        It is 0 where the ends of that unit are not known: 3 of the five grades of a question would
        make every change of it steady.
        """
        if name in self.without_ends:
            return 0.0
        low, high = self.variables.ranges.get(name, (0.0, 100.0))
        return MARGIN * (high - low) / 100.0
