"""What the test of invariance needs of a way to fit: normal theory, or graded answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analytics.scale_quality.cfa import told
from analytics.scale_quality.equality import assign
from analytics.scale_quality.fitting import fit, problem
from analytics.scale_quality.moments import samples
from analytics.scale_quality.nested import ordinal_gap, scaled_gap
from analytics.scale_quality.ordinal_cfa import fit_ordinal
from analytics.scale_quality.ordinal_moments import ordinal_samples
from analytics.scale_quality.ordinal_structure import (
    OrdinalStructure,
    assign_ordinal,
    implied_moments,
)
from analytics.scale_quality.release import gains, released, score_statistic

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Floats
    from analytics.scale_quality.cfa import FactorFit
    from analytics.scale_quality.equality import Equality
    from analytics.scale_quality.fitting import Estimator, Problem
    from analytics.scale_quality.moments import Drawn, Missing
    from analytics.scale_quality.ordinal_moments import OrdinalSamples
    from analytics.scale_quality.release import Part
    from analytics.scale_quality.structure import Structure


@dataclass(frozen=True, slots=True, eq=False)
class Rung:
    """A fitted model on the way: what groups share in it, its result and its parameters."""

    equality: Equality
    found: FactorFit
    vectors: Floats


class Engine(Protocol):
    """Fits a model under an equality, and tells what freeing each item would gain."""

    @property
    def sizes(self) -> dict[str, int]:
        """Respondents of each group."""

    def fit(self, equality: Equality) -> Rung:
        """Fit under an equality."""

    def gap(self, wide: Rung, tight: Rung, *, robust: bool) -> float:
        """Give p of the difference between a model and one nested in it; NaN if there is none."""

    def gains(self, equality: Equality, vectors: Floats, part: Part) -> Floats:
        """Score each item's equality, shape (p,); 0 where it is free already."""


@dataclass(frozen=True, slots=True)
class _Normal:
    asked: Problem

    @property
    def sizes(self) -> dict[str, int]:
        return {group.name: group.n for group in self.asked.data.groups}

    def fit(self, equality: Equality) -> Rung:
        assignment = assign(self.asked.model, len(self.asked.data.groups), equality)
        found = fit(self.asked, assignment)
        return Rung(equality, told(self.asked, found, assignment), found.vectors)

    def gap(self, wide: Rung, tight: Rung, *, robust: bool) -> float:
        if robust:
            return scaled_gap(wide.found.robust, tight.found.robust)
        return scaled_gap(wide.found.fit, tight.found.fit)

    def gains(self, equality: Equality, vectors: Floats, part: Part) -> Floats:
        return gains(self.asked.model, self.asked.data, equality, vectors, part)


@dataclass(frozen=True, slots=True)
class _Ordinal:
    whole: OrdinalStructure
    data: OrdinalSamples

    @property
    def sizes(self) -> dict[str, int]:
        return {group.name: group.n for group in self.data.groups}

    def fit(self, equality: Equality) -> Rung:
        return Rung(equality, *fit_ordinal(self.whole, self.data, equality))

    def gap(self, wide: Rung, tight: Rung, *, robust: bool) -> float:  # noqa: ARG002 - always is
        both = [(one.found.fit, one.equality, one.vectors) for one in (wide, tight)]
        return ordinal_gap(self.whole, self.data, *both)

    def gains(self, equality: Equality, vectors: Floats, part: Part) -> Floats:
        slope, weight = [], []
        for sample, vector in zip(self.data.groups, vectors, strict=True):
            moments, slopes = implied_moments(self.whole, vector)
            heavy = sample.n / np.diag(sample.variance)
            slope.append(slopes.T @ (heavy * (sample.moments - moments)))
            weight.append(slopes.T @ (heavy[:, None] * slopes))
        groups = len(self.data.groups)
        held = assign_ordinal(self.whole, groups, equality)
        found = np.zeros(len(self.whole.model.items))
        for number, item in enumerate(self.whole.model.items):
            wider = assign_ordinal(self.whole, groups, released(equality, item, part))
            if wider.size > held.size:
                found[number] = score_statistic(wider, slope, weight)
        return found


def normal_engine(
    model: Structure,
    items: pd.DataFrame,
    group: pd.Series,
    weight: Floats | None,
    drawn: Drawn | None = None,
    *,
    estimator: Estimator = "mlm",
    missing: Missing = "listwise",
) -> Engine:
    """Take answers as numbers: maximum likelihood."""
    data = samples(items, model.items, group, weight, drawn, missing=missing)
    return _Normal(problem(model, data, estimator))


def ordinal_engine(
    model: Structure, items: pd.DataFrame, group: pd.Series, weight: Floats | None
) -> Engine:
    """Take answers as graded: least squares on polychoric correlations and thresholds."""
    data = ordinal_samples(items, model.items, group, weight)
    return _Ordinal(OrdinalStructure(model, data.sizes), data)
