"""The [quality] section: factor models, invariance over groups, and the screening of items.

`analytics.quality` warns of a published wave's answers instead, and knows its questionnaire; what
both compute is in `analytics.scale_quality`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import FrameError, SpecificationError
from analytics.scale_quality.cfa import fit_factor_model
from analytics.scale_quality.covariances import complete_covariance
from analytics.scale_quality.invariance import invariance
from analytics.scale_quality.keying import factor_warnings
from analytics.scale_quality.modification import FOR_LOOKING
from analytics.scale_quality.moments import samples
from analytics.scale_quality.ordinal_cfa import confirm_ordinal
from analytics.scale_quality.samples import SampledClusters
from analytics.scale_quality.screening import screen_items, screening_warnings
from analytics.workbench.file.categories import categories
from analytics.workbench.methods.schmid_leiman import schmid_leiman
from analytics.workbench.sections.plain_values import plain_value
from analytics.workbench.sections.quality.answers import (
    complete_rows,
    large_groups,
    scored_items,
    shown_groups,
)
from analytics.workbench.sections.quality.limits import check_groups, check_items
from analytics.workbench.sections.quality.rows import (
    invariance_row,
    model_row,
    not_tested,
    reliability_row,
)
from analytics.workbench.sections.quality.waves import AS_DRAWN, longitudinal_row, together
from analytics.workbench.specification.quality import WHERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Floats
    from analytics.workbench.protection.shown_answers import ShownAnswers
    from analytics.workbench.sections.quality.waves import Linked
    from analytics.workbench.specification.design import DesignSpec
    from analytics.workbench.specification.model import ScaleSpec
    from analytics.workbench.specification.quality import QualitySpec

FEWEST_IN_GROUP: Final = 30  # of fewer a factor model shows what chance makes of them
FEW: Final = (
    "{where} nothing is told of how its items hang together: fewer than {least} answered all of "
    "them where its mean is shown"
)
UNEQUAL: Final = (
    '[quality] estimator = "ml" takes respondents as drawn one by one with equal chances: with '
    "weights or clusters take mlr, or leave it out"
)


@dataclass(frozen=True, slots=True)
class Quality:
    """Rows for the result: models, comparisons, screening, reliability; and warnings in words."""

    models: list[dict[str, object]]
    invariance: list[dict[str, object]]
    screening: list[dict[str, object]]
    reliability: list[dict[str, object]]
    longitudinal: list[dict[str, object]]
    warnings: list[str]

    def rows(self) -> dict[str, object]:
        """Give what stands in the result; waves of the same people only where they were asked."""
        names = ("reliability", "models", "invariance", "screening")
        found: dict[str, object] = {name: getattr(self, name) for name in names}
        return found | ({"longitudinal": self.longitudinal} if self.longitudinal else {})


def quality(
    data: pd.DataFrame,
    scales: Mapping[str, ScaleSpec],
    indices: Mapping[str, Mapping[str, float]],
    spec: QualitySpec,
    *,
    weight: Floats | None = None,
    drawn: SampledClusters | None = None,
    linked: Linked | None = None,
    shown: ShownAnswers | None = None,
    confidence: float = 0.95,
) -> Quality:
    """Judge the measurement behind the figures.

    Parameters
    ----------
    data : DataFrame
        One row per respondent, all waves.
    scales, indices : mapping
        As in the specification.
    spec : QualitySpec
    weight : ndarray of float, shape (n_respondents,), optional
        Final weights; where they differ, the robust measures decide about invariance.
    drawn : SampledClusters, optional
        Clusters and strata, for factor models that take answers as numbers; then, too.
    linked : Linked, optional
        Who answered in which wave, where ``spec`` asks for waves of the same people.
    shown : ShownAnswers, optional
        Of a protected file: scales rest on who stands behind their published means, and groups
        that do not show the mean of every scale in question are left out and not named.
    confidence : float
        Of intervals of alpha.

    Returns
    -------
    Quality
        ``invariance`` rows carry ``comparison`` ("comparable", "not comparable" or "not tested")
        and ``reason``: what a page shows beside a comparison of these groups.

    Raises
    ------
    SpecificationError
        If a model names a scale that is not there, the estimator does not go with the design, or
        a protected file does not know the groups.
    FrameError
        If a column is missing.
    """
    if weight is not None and np.ptp(weight) == 0:
        weight = None
    _check(spec, shown, equal=weight is None and drawn is None)
    scored = {name: scored_items(data, name, scale, shown) for name, scale in scales.items()}
    found = Quality([], [], [], [], [], [])
    for name, own in scored.items():
        if _few(found, f"[scales.{name}]", own, shown):
            continue
        found.reliability.append(
            reliability_row(name, own, weight, ordinal=spec.ordinal, confidence=confidence)
        )
        _screen(found, data, name, own, spec, weight, shown)
    for name, factors in _models(spec, scales, indices).items():
        parts = {factor: scored[factor] for factor in factors}
        _model(found, data, name, parts, spec, weight, drawn, shown)
        if spec.longitudinal and linked is not None:
            row, told = longitudinal_row(name, parts, spec, linked)
            found.longitudinal.append(row)
            found.warnings.extend(told)
    if spec.longitudinal and (weight is not None or drawn is not None):
        found.warnings.append(AS_DRAWN)
    if spec.modification_indices:
        found.warnings.append(f"{WHERE} {FOR_LOOKING}")
    return found


def _check(spec: QualitySpec, shown: ShownAnswers | None, *, equal: bool) -> None:
    if spec.estimator == "ml" and not equal:
        raise SpecificationError(UNEQUAL)
    if shown is not None:
        shown.check((*spec.screen, *spec.invariance), WHERE)


def clusters_of(data: pd.DataFrame, design: DesignSpec) -> SampledClusters | None:
    """Give the clusters of the first stage and their strata; None where there are no clusters.

    A cluster that is in several waves is one: its people are alike in all of them.
    """
    if not design.cluster:
        return None
    cluster = pd.factorize(categories(data, design.cluster[0], "[design] cluster"))[0]
    stratum = np.zeros(len(data), dtype=np.int64)
    if design.strata is not None:
        stratum = pd.factorize(categories(data, design.strata, "[design] strata"))[0]
    # The same name in two strata is two clusters.
    key = stratum.astype(np.int64) * (int(cluster.max()) + 1) + cluster
    _, first, own = np.unique(key, return_index=True, return_inverse=True)
    return SampledClusters(own.astype(np.int64), stratum[first].astype(np.int64))


def _models(
    spec: QualitySpec, scales: Mapping[str, ScaleSpec], indices: Mapping[str, Mapping[str, float]]
) -> dict[str, tuple[str, ...]]:
    if not spec.models:
        return {name: tuple(parts) for name, parts in indices.items() if len(parts) > 1}
    for name, factors in spec.models.items():
        stray = [factor for factor in factors if factor not in scales]
        if stray or not factors:
            what = f"names the scale {stray[0]!r}, which is not there" if stray else "names none"
            raise SpecificationError(f"{WHERE} models.{name} {what}")
    return dict(spec.models)


def _few(found: Quality, where: str, items: pd.DataFrame, shown: ShownAnswers | None) -> bool:
    """Say so where too few of a protected file answered all of some items."""
    if shown is None or complete_rows(items) >= shown.minimum:
        return False
    found.warnings.append(FEW.format(where=where, least=shown.minimum))
    return True


def _screen(
    found: Quality,
    data: pd.DataFrame,
    name: str,
    items: pd.DataFrame,
    spec: QualitySpec,
    weight: Floats | None,
    shown: ShownAnswers | None,
) -> None:
    for column in spec.screen:
        answered = items.notna().any(axis=1)
        minimum = 1 if shown is None else shown.minimum
        group = large_groups(shown_groups(data, column, [name], shown), answered, minimum)
        rows = screen_items(items, group, weight)
        found.warnings.extend(screening_warnings(rows, f"[scales.{name}] over {column!r}"))
        for row in rows.to_dict("records"):
            figures = {str(key): plain_value(value) for key, value in row.items()}
            found.screening.append({"scale": name, "by": column, **figures})


def _model(
    found: Quality,
    data: pd.DataFrame,
    name: str,
    factors: Mapping[str, pd.DataFrame],
    spec: QualitySpec,
    weight: Floats | None,
    drawn: SampledClusters | None,
    shown: ShownAnswers | None,
) -> None:
    items, pattern = together(factors)
    if _few(found, f"{WHERE} models.{name}:", items, shown):
        return
    fitted = {"estimator": spec.estimator, "missing": spec.missing}
    try:
        check_items(items, spec)
        fit = (
            confirm_ordinal(items, pattern, weight=weight)
            if spec.ordinal
            else fit_factor_model(
                items, pattern, weight=weight, drawn=drawn, estimator=spec.estimator,
                missing=spec.missing, modification=spec.modification_indices,
            )
        )  # fmt: skip
    except (FrameError, SpecificationError) as error:
        found.warnings.append(f"{WHERE} models.{name}: {error}")
        return
    asked = {} if spec.estimator == "mlm" else fitted
    found.models.append(
        asked | model_row(name, fit) | _hierarchy(items, len(pattern), weight, spec)
    )
    told = [*fit.warnings, *factor_warnings(fit.correlations, fit.fit.n)]
    found.warnings.extend(f"{WHERE} models.{name}: {text}" for text in told)
    known = items.notna()
    usable = known.all(axis=1) if spec.missing == "listwise" else known.any(axis=1)
    what = "complete answers" if spec.missing == "listwise" else "answers"
    for column in spec.invariance:
        fewest = max(FEWEST_IN_GROUP, items.shape[1] + 1)
        fewest = fewest if shown is None else max(shown.minimum, fewest)
        there = shown_groups(data, column, list(factors), shown)
        group = large_groups(there, usable, fewest)
        left_out = sorted(set(there.dropna().unique()) - set(group.dropna().unique()))
        if left_out:
            found.warnings.append(
                f"{WHERE} models.{name} over {column!r}: fewer than {fewest} {what} in "
                f"{', '.join(left_out)}, left out"
            )
        try:
            check_groups(items, group, spec)
            tested = invariance(
                items, pattern, group, weight=weight, drawn=drawn, ordinal=spec.ordinal,
                estimator=spec.estimator, missing=spec.missing, releases=spec.modification_indices,
            )  # fmt: skip
        except (FrameError, SpecificationError) as error:
            found.invariance.append({"model": name, "by": column} | not_tested(error))
            continue
        found.invariance.append({"model": name, "by": column} | invariance_row(tested))
        place = f"{WHERE} models.{name} over {column!r}"
        found.warnings.extend(f"{place}: {text}" for text in tested.warnings)
        if not tested.means_comparable:
            found.warnings.append(f"{place}: not comparable, {tested.reason}")


def _hierarchy(
    items: pd.DataFrame, factors: int, weight: Floats | None, spec: QualitySpec
) -> dict[str, object]:
    """Add omega of all items together: how much one general factor brings to the index."""
    if spec.missing == "fiml":  # perhaps nobody answered everything
        data = samples(items, list(items.columns), weight=weight, missing="fiml")
        covariance = data.groups[0].covariance * np.outer(data.spread, data.spread)
    else:
        covariance, _ = complete_covariance(items.to_numpy(dtype=np.float64), weight)
    parted = schmid_leiman(covariance, factors) if factors > 1 else None
    return {
        "omega_hierarchical": None if parted is None else plain_value(parted.hierarchical),
        "omega_total": None if parted is None else plain_value(parted.total),
    }
