"""The [comparison] section: domains of the newest wave against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.analysis.comparison_rows import Rows
from analytics.analysis.comparison_spec import SECTION
from analytics.analysis.comparison_tests import Tests
from analytics.analysis.items import Label, item_values
from analytics.analysis.measures import Measures
from analytics.analysis.protection import PUBLISHED
from analytics.analysis.report import plain
from analytics.comparison.agreement import COMPARABLE, Icc, r_wg
from analytics.comparison.contrast import against_rest, all_pairs
from analytics.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.analysis.change import Wave
    from analytics.analysis.comparison_spec import ComparisonSpec
    from analytics.analysis.estimates import Level
    from analytics.arrays import Booleans
    from analytics.specification import Specification

MOST_PAIRED: Final = 200


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
        those of `analytics.analysis.comparison_tests`, where they are asked for.

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
    measures = Measures.of(wave, spec)
    tests = Tests(measures, level, asked, spec.design.confidence, hidden is None)
    found: dict[str, list[object]] = {
        "rest": [], "ranks": [], "pairs": [], "agreement": [], **{key: [] for key in tests.asked}
    }  # fmt: skip
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
        for key, rows in tests.rows(column, means, show).items():
            found[key] += rows
    warnings += tests.warnings
    return {**found, "warnings": warnings}


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
