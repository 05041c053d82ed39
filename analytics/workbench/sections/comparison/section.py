"""The [comparison] section: domains of the newest wave against each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.comparison.agreement import COMPARABLE, Icc
from analytics.comparison.within_agreement import r_wg
from analytics.digits import number_to_digits
from analytics.errors import SpecificationError
from analytics.workbench.file.items import Label, item_values
from analytics.workbench.methods.comparison.contrast import against_rest
from analytics.workbench.methods.comparison.pairs import all_pairs
from analytics.workbench.protection.error_rounding import (
    DISTRIBUTION,
    coarser,
    grades,
    steps_of_differences,
    tells_only_of_many,
)
from analytics.workbench.protection.over_hidden import (
    bases_of,
    ends_apart,
    on_bases,
    over_hidden,
    parted_by_design,
)
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.comparison.measures import ComparedMeasures
from analytics.workbench.sections.comparison.rows import ComparisonRows
from analytics.workbench.sections.comparison.tests import ComparisonTests
from analytics.workbench.sections.plain_values import plain
from analytics.workbench.specification.comparison import SECTION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.estimation.means import DomainMeans
    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.methods.comparison.contrast import AgainstRest
    from analytics.workbench.methods.comparison.pairs import Pairs
    from analytics.workbench.specification.comparison import ComparisonSpec
    from analytics.workbench.specification.model import Specification

MOST_PAIRED: Final = 200
OF_SPREAD: Final = ("icc1", "icc1_low", "icc1_high", "icc2", "f", "p")
NOT_TOLD: Final = "How reliable they are is not told, since few answers stand behind it."


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
        ``equality``, ``contrasts``, ``contrasts_together``, ``rank_tests`` and ``model_based`` are
        those of `analytics.workbench.sections.comparison.tests`, where they are asked for.

    Raises
    ------
    SpecificationError
        If the level is none of [domains] by, or has too many domains for pairs, or a contrast names
        a domain that is not there.
    UnsupportedError
        If figures are protected, and the tests of ``model_based`` are asked for.
    """
    level = next((level for level in wave.levels if level.by == asked.by), None)
    if level is None or not asked.by:
        raise SpecificationError(f"{SECTION} by must name a level of [domains] by")
    if len(level.domains) > MOST_PAIRED:
        raise SpecificationError(
            f"{SECTION} by has {len(level.domains)} domains: compare at most {MOST_PAIRED}"
        )
    compared = _Compared.of(wave, spec, asked, level, hidden)
    found: dict[str, list[object]] = {
        "rest": [], "ranks": [], "pairs": [], "agreement": [],
        **{key: [] for key in compared.tests.asked}, "warnings": [],
    }  # fmt: skip
    for column in range(len(compared.measures.names)):
        for key, rows in compared.rows(column).items():
            found[key] += rows
    found["warnings"] += compared.tests.warnings
    return {**found}


@dataclass(frozen=True, slots=True)
class _Coarse:
    """How coarse means and errors of a protected file are; columns are the measures.

    ``over`` marks the domains over hidden groups, ``of_whole`` the measures whose whole is;
    ``parted`` the domains of which the design takes hidden groups apart.
    """

    labels: list[Label]
    grade: Floats
    se: Floats
    over: Booleans
    of_whole: Booleans
    parted: Booleans
    whole_parted: Booleans

    @classmethod
    def of(
        cls,
        wave: Wave,
        spec: Specification,
        level: DivisionEstimates,
        hidden: Mapping[tuple[str, ...], np.ndarray],
        labels: list[Label],
    ) -> Self:
        at = [level.labels.index(label) for label in labels]
        over, parted = (
            (found[level.by][:, at], found[()][0, at])
            for found in (over_hidden(wave, hidden, spec), parted_by_design(wave, hidden, spec))
        )
        grade, se = grades(wave.data, spec, labels), level.errors.se_model[:, at]
        return cls(labels, grade, se, *over, *parted)

    def told(
        self, means: DomainMeans, rest: AgainstRest, confidence: float
    ) -> tuple[DomainMeans, AgainstRest, Floats]:
        """Give means and differences as they may show, and what errors are rounded up to."""
        n = means.n.astype(np.float64)
        others = means.scored.sum(axis=0) - n
        base = np.where(self.over, bases_of(self.labels, n, self.grade), 0.0)
        of_others = np.where(self.of_whole, bases_of(self.labels, others, self.grade), 0.0)
        step = np.maximum(steps_of_differences(n, self.grade, self.se), base)
        step = np.maximum(step, np.where(self.parted, ends_apart(self.se, n), 0.0))
        apart = steps_of_differences(others, self.grade, rest.found.se)
        far = ends_apart(rest.found.se, np.minimum(n, others))
        apart = np.maximum(apart, np.where(self.parted | self.whole_parted, far, 0.0))
        own, beside = on_bases(rest.own, base), on_bases(rest.rest, of_others)
        difference = np.where((base > 0) | (of_others > 0), own - beside, rest.found.difference)
        found = coarser(
            replace(rest.found, difference=difference),
            np.maximum.reduce([step, apart, of_others]),
            confidence,
        )
        rest = replace(rest, own=own, rest=beside, found=found)
        return replace(means, mean=on_bases(means.mean, base)), rest, step


@dataclass(frozen=True, slots=True)
class _Compared:
    """One level and its measures; ``step`` is what errors are rounded up to, 0 where not at all."""

    wave: Wave
    spec: Specification
    asked: ComparisonSpec
    level: DivisionEstimates
    hidden: Mapping[tuple[str, ...], np.ndarray] | None
    measures: ComparedMeasures
    means: DomainMeans
    step: Floats
    against: AgainstRest
    tests: ComparisonTests

    @classmethod
    def of(
        cls,
        wave: Wave,
        spec: Specification,
        asked: ComparisonSpec,
        level: DivisionEstimates,
        hidden: Mapping[tuple[str, ...], np.ndarray] | None,
    ) -> Self:
        measures, confidence = ComparedMeasures.of(wave, spec), spec.design.confidence
        means = measures.estimate(level.partition)
        step, tested = np.zeros(means.mean.shape), np.ones(means.mean.shape, dtype=bool)
        rest = against_rest(wave.design, measures.estimate, level.partition, confidence)
        if hidden is not None:
            labels = [Label(name, "mean") for name in measures.names]
            coarse = _Coarse.of(wave, spec, level, hidden, labels)
            means, rest, step = coarse.told(means, rest, confidence)
            tested = ~coarse.parted
        tests = ComparisonTests(measures, level, asked, confidence, hidden is None, tested)
        return cls(wave, spec, asked, level, hidden, measures, means, step, rest, tests)

    def rows(self, column: int) -> dict[str, list[object]]:
        """Compare the domains in one measure."""
        name, level, confidence = self.measures.names[column], self.level, self.tests.confidence
        show = self._shown(name)
        code = np.where(np.append(show, False)[level.partition.code], level.partition.code, -1)
        judged = self.measures.icc(column, code, confidence)
        margin = self.spec.margin_of(name) if self.asked.margin is None else self.asked.margin
        table = ComparisonRows(
            level, name, show, judged.comparable, margin, confidence, self.hidden is None
        )
        pairs = self._pairs(column)
        told = self._spread_is_told(column, code)
        return {
            "rest": table.rest(self.against, column) if self._whole_is_shown(name) else [],
            "ranks": table.ranks(pairs),
            "pairs": table.pairs(pairs, self.asked.adjust) if self.asked.pairs else [],
            "agreement": [self._agreement(name, code, judged, told=told)],
            "warnings": _warnings(name, judged, told=told),
            **self.tests.rows(column, self.means, show),
        }

    def _pairs(self, column: int) -> Pairs:
        partition, confidence = self.level.partition, self.tests.confidence
        pairs = all_pairs(self.wave.design, self.means, partition, column, confidence=confidence)
        step = self.step[:, column]
        both = np.maximum(step[pairs.first], step[pairs.second])
        return replace(pairs, found=coarser(pairs.found, both, confidence))

    def _shown(self, name: str) -> Booleans:
        level, hidden = self.level, self.hidden
        column = level.labels.index(Label(name, "mean"))
        known = level.means.n[:, column] > 0
        return known if hidden is None else known & (hidden[level.by][:, column] == PUBLISHED)

    def _whole_is_shown(self, name: str) -> bool:
        """Tell whether the whole may show: it would follow from a domain and its rest."""
        whole = self.wave.levels[0]
        column = whole.labels.index(Label(name, "mean"))
        return self.hidden is None or str(self.hidden[whole.by][0, column]) == PUBLISHED

    def _spread_is_told(self, column: int, code: Integers) -> bool:
        """Tell whether the spread within domains is that of enough answers of small ones."""
        there = np.isfinite(self.measures.scores(column)) & (code >= 0)
        return self.hidden is None or tells_only_of_many(np.bincount(code[there]))

    def _agreement(
        self, name: str, code: Integers, judged: Icc, *, told: bool
    ) -> dict[str, object]:
        """Say how much domains differ, of those that are shown."""
        row: dict[str, object] = {
            "icc1": plain(judged.icc1), "icc1_low": plain(judged.low),
            "icc1_high": plain(judged.high), "icc2": plain(judged.icc2), "f": plain(judged.f),
            "p": plain(judged.p), "domains": judged.units, "n": judged.n,
            "r_wg_median": plain(self._within(name, code)), "comparable": judged.comparable,
        }  # fmt: skip
        if self.hidden is not None:
            row = {
                key: number_to_digits(value, 2) if isinstance(value, float) else value
                for key, value in row.items()
            }
        return {"index": name, **row} | ({} if told else dict.fromkeys(OF_SPREAD))

    def _within(self, name: str, code: Integers) -> float:
        """Give the median agreement within domains; in a protected file of those not small."""
        scale, size = self.spec.scales.get(name), self.level.partition.size
        if scale is None or not float(scale.maximum - scale.minimum).is_integer():
            return np.nan
        options = int(scale.maximum - scale.minimum) + 1
        found = r_wg(item_values(self.wave.data, name, scale), code, size, options)
        if self.hidden is not None:
            n = self.means.n[:, self.measures.names.index(name)]
            found = np.where(n >= DISTRIBUTION, found, np.nan)
        return float(np.nanmedian(found)) if np.isfinite(found).any() else np.nan


def _warnings(name: str, judged: Icc, *, told: bool) -> list[object]:
    if judged.comparable:
        return []
    figure = f"ICC(2) is {judged.icc2:.2f}, below {COMPARABLE:.2f}." if told else NOT_TOLD
    reason = judged.warning or figure
    return [f"{SECTION} {name}: do not compare these domains by their means. {reason}"]
