"""The [comparison] section: domains of the newest wave against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.analysis.comparison_rows import Rows
from analytics.analysis.estimates import inputs
from analytics.analysis.items import Label, item_values
from analytics.analysis.protection import PUBLISHED
from analytics.analysis.report import plain
from analytics.comparison.agreement import COMPARABLE, Icc, icc, r_wg
from analytics.comparison.contrast import against_rest, all_pairs
from analytics.comparison.multiplicity import METHODS
from analytics.errors import SpecificationError
from analytics.estimation.means import compose, domain_means

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.analysis.change import Wave
    from analytics.analysis.estimates import Level
    from analytics.arrays import Booleans, Floats
    from analytics.estimation.domains import Partition
    from analytics.estimation.means import DomainMeans
    from analytics.specification import Specification

SECTION: Final = "[comparison]"
KEYS: Final = ("by", "margin", "pairs", "adjust")
MOST_PAIRED: Final = 200


@dataclass(frozen=True, slots=True)
class ComparisonSpec:
    """Which domains are compared, and what difference matters.

    ``by`` is one of the levels of [domains] by; ``margin`` that of [change] where it is None.
    """

    by: tuple[str, ...]
    margin: float | None = None
    pairs: bool = False
    adjust: str = "holm"


def read_comparison(section: Mapping[str, object]) -> ComparisonSpec:
    """Read the section.

    Raises
    ------
    SpecificationError
        If a key is unknown or has a value that it cannot have.
    """
    strange = [key for key in section if key not in KEYS]
    if strange:
        raise SpecificationError(
            f"{SECTION} does not know {strange[0]!r}: it may hold {', '.join(KEYS)}"
        )
    by = section.get("by")
    names = [by] if isinstance(by, str) else by
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        raise SpecificationError(f"{SECTION} by must name a level of [domains] by")
    margin = section.get("margin")
    if margin is not None and (
        isinstance(margin, bool) or not isinstance(margin, int | float) or not margin > 0
    ):
        raise SpecificationError(f"{SECTION} margin must be a number above zero")
    pairs, adjust = section.get("pairs", False), section.get("adjust", "holm")
    if not isinstance(pairs, bool):
        raise SpecificationError(f"{SECTION} pairs must be true or false")
    if not isinstance(adjust, str) or adjust not in METHODS:
        raise SpecificationError(f"{SECTION} adjust must be one of {', '.join(METHODS)}")
    return ComparisonSpec(tuple(names), None if margin is None else float(margin), pairs, adjust)


def comparison(
    wave: Wave,
    spec: Specification,
    asked: ComparisonSpec,
    hidden: Mapping[tuple[str, ...], np.ndarray] | None = None,
) -> dict[str, object]:
    """Compare the domains of a level in every scale, index and mean.

    Parameters
    ----------
    wave : Wave
        Usually the newest.
    spec : Specification
        Scales, indices, confidence and margin.
    asked : ComparisonSpec
    hidden : mapping of level to ndarray of str, optional
        Statuses of disclosure control: only published domains are compared, and rounded.

    Returns
    -------
    dict
        ``rest``: each domain against all others, with ``verdict`` higher, lower, similar or
        uncertain (Benjamini-Hochberg at 10 % over the domains of a measure) and, unless figures are
        protected, ``current_staff``: the same with finite population correction; ``ranks``: places
        that each may have; ``pairs``, if asked for; ``agreement``: ICC(1), ICC(2) and r_wg(j) of
        each measure; ``warnings``. Nothing is called higher or lower where ICC(2) is below .60.

    Raises
    ------
    SpecificationError
        If the level is none of [domains] by, or has too many domains for pairs.
    """
    level = next((level for level in wave.levels if level.by == asked.by), None)
    if level is None or not asked.by:
        raise SpecificationError(f"{SECTION} by must name a level of [domains] by")
    if len(level.domains) > MOST_PAIRED:
        raise SpecificationError(
            f"{SECTION} by has {len(level.domains)} domains: compare at most {MOST_PAIRED}"
        )
    measures = _Measures.of(wave, spec)
    found: dict[str, list[object]] = {"rest": [], "ranks": [], "pairs": [], "agreement": []}
    warnings: list[object] = []
    rest = against_rest(wave.design, measures.estimate, level.partition, spec.design.confidence)
    means = measures.estimate(level.partition)
    margin = spec.change.margin if asked.margin is None else asked.margin
    for column, name in enumerate(measures.names):
        judged = measures.icc(column, level.partition, spec.design.confidence)
        show = _shown(level, name, hidden)
        table = Rows(
            level, name, show, judged.comparable, margin, spec.design.confidence, hidden is None
        )
        pairs = all_pairs(
            wave.design, means, level.partition, column, confidence=spec.design.confidence
        )
        found["rest"] += table.rest(rest, column)
        found["ranks"] += table.ranks(pairs)
        found["pairs"] += table.pairs(pairs, asked.adjust) if asked.pairs else []
        found["agreement"].append(_agreement(wave, spec, name, level, judged))
        warnings += _warnings(name, judged)
    return {**found, "warnings": warnings}


@dataclass(frozen=True, slots=True)
class _Measures:
    """Indices, scales and means, as columns."""

    wave: Wave
    values: Floats
    names: list[str]
    indices: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, wave: Wave, spec: Specification) -> _Measures:
        given = inputs(wave.data, spec)
        columns = given.scales | given.means
        empty = np.zeros((len(wave.data), 0))
        values = np.column_stack(list(columns.values())) if columns else empty
        return cls(wave, values, [*spec.indices, *columns], spec.indices)

    def estimate(self, partition: Partition) -> DomainMeans:
        plain = domain_means(self.wave.design, self.values, partition)
        own = self.names[len(self.indices) :]
        # An index of one part is that part: so one call composes all columns.
        alone = [{name: 1.0} for name in own]
        return compose(plain, own, [*self.indices.values(), *alone])

    def icc(self, column: int, partition: Partition, confidence: float) -> Icc:
        """Judge a measure by persons' scores; an index by those with all of its parts."""
        name, own = self.names[column], self.names[len(self.indices) :]
        parts = self.indices.get(name, {name: 1.0})
        score = sum(
            (self.values[:, own.index(part)] * share for part, share in parts.items()),
            np.zeros(len(self.values)),
        )
        return icc(score, partition.code, confidence)


def _shown(
    level: Level, name: str, hidden: Mapping[tuple[str, ...], np.ndarray] | None
) -> Booleans:
    column = level.labels.index(Label(name, "mean"))
    known = level.means.n[:, column] > 0
    return known if hidden is None else known & (hidden[level.by][:, column] == PUBLISHED)


def _agreement(
    wave: Wave, spec: Specification, name: str, level: Level, judged: Icc
) -> dict[str, object]:
    scale = spec.scales.get(name)
    middle = np.nan
    if scale is not None and float(scale.maximum - scale.minimum).is_integer():
        options = int(scale.maximum - scale.minimum) + 1
        found = r_wg(
            item_values(wave.data, name, scale), level.partition.code, len(level.domains), options
        )
        middle = float(np.nanmedian(found)) if np.isfinite(found).any() else np.nan
    return {
        "index": name,
        "icc1": plain(judged.icc1), "icc1_low": plain(judged.low), "icc1_high": plain(judged.high),
        "icc2": plain(judged.icc2), "f": plain(judged.f), "p": plain(judged.p),
        "domains": judged.units, "n": judged.n, "r_wg_median": plain(middle),
        "comparable": judged.comparable,
    }  # fmt: skip


def _warnings(name: str, judged: Icc) -> list[object]:
    if judged.comparable:
        return []
    reason = judged.warning or f"ICC(2) is {judged.icc2:.2f}, below {COMPARABLE:.2f}."
    return [f"{SECTION} {name}: do not compare these domains by their means. {reason}"]
