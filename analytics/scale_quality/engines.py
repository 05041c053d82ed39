"""What the test of invariance needs of a way to fit: normal theory, or graded answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analytics.scale_quality.casewise import casewise_information, scores
from analytics.scale_quality.cfa import lay_out_fit
from analytics.scale_quality.equality import assign
from analytics.scale_quality.fitting import fit, prepare_fit
from analytics.scale_quality.moments import samples
from analytics.scale_quality.nested import ordinal_gap, scaled_gap
from analytics.scale_quality.ordinal_cfa import fit_ordinal
from analytics.scale_quality.ordinal_moments import ordinal_samples
from analytics.scale_quality.ordinal_structure import (
    OrdinalStructure,
    assign_ordinal,
    implied_moments,
)
from analytics.scale_quality.release import Slot, releases, score_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from analytics.arrays import Floats
    from analytics.scale_quality.cfa import FactorFit
    from analytics.scale_quality.equality import Assignment, Equality
    from analytics.scale_quality.fit_measures import FitMeasures
    from analytics.scale_quality.fitting import Estimator, FittingProblem
    from analytics.scale_quality.moments import Missing
    from analytics.scale_quality.ordinal_moments import OrdinalSamples
    from analytics.scale_quality.release import Part, Release
    from analytics.scale_quality.samples import SampledClusters, Samples
    from analytics.scale_quality.structure import Structure

type Pieces = tuple[list[Floats], list[Floats]]


@dataclass(frozen=True, slots=True, eq=False)
class Rung:
    """A fitted model on the way: what groups share in it, its measures and its parameters.

    ``tell`` lays it out as tables, which only the last accepted model is asked for.
    """

    equality: Equality
    fit: FitMeasures
    robust: FitMeasures
    converged: bool
    vectors: Floats
    tell: Callable[[], FactorFit]


class Engine(Protocol):
    """Fits a model under an equality, and tells what freeing each item would gain."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Respondents of each group or wave."""

    @property
    def nested(self) -> bool:
        """Whether each step is nested in the one before, and not in the pattern alone."""

    def fit(self, equality: Equality) -> Rung:
        """Fit under an equality."""

    def gap(self, wide: Rung, tight: Rung, *, robust: bool) -> float:
        """Give p of the difference between a model and one nested in it; NaN if there is none."""

    def gains(self, equality: Equality, vectors: Floats, part: Part) -> Floats:
        """Score each item's equality, shape (p,); 0 where it is free already."""

    def releases(self, rung: Rung) -> tuple[Release, ...]:
        """Tell what freeing each single equality would bring, the largest gain first."""


@dataclass(frozen=True, slots=True, eq=False)
class NormalEngine:
    """Takes answers as numbers: maximum likelihood.

    ``assigned`` gives the parameters their places under an equality, ``slots`` are those that may
    be held equal, and ``items`` are let go by their names.
    """

    asked: FittingProblem
    items: tuple[str, ...]
    sizes: Mapping[str, int]
    assigned: Callable[[Equality], Assignment]
    slots: tuple[Slot, ...]

    @property
    def nested(self) -> bool:
        """Equal intercepts are nested in equal loadings."""
        return True

    def fit(self, equality: Equality) -> Rung:
        """Fit under an equality."""
        assignment = self.assigned(equality)
        found = fit(self.asked, assignment)
        return Rung(
            equality, found.plain, found.robust, found.solution.converged, found.vectors,
            partial(lay_out_fit, self.asked, found, assignment),
        )  # fmt: skip

    def gap(self, wide: Rung, tight: Rung, *, robust: bool) -> float:
        """Test the difference of two statistics, scaled or plain."""
        if robust:
            return scaled_gap(wide.robust, tight.robust)
        return scaled_gap(wide.fit, tight.fit)

    def gains(self, equality: Equality, vectors: Floats, part: Part) -> Floats:
        """Score each item's equality over all groups at once."""
        return score_tests(self.assigned, self.items, equality, part, *self._pieces(vectors))

    def releases(self, rung: Rung) -> tuple[Release, ...]:
        """Score each parameter of each group or wave."""
        held = self.assigned(rung.equality)
        return releases(held, self.slots, *self._pieces(rung.vectors))

    def _pieces(self, vectors: Floats) -> Pieces:
        model, groups = self.asked.model, self.asked.data.groups
        pairs = list(zip(groups, vectors, strict=True))
        return (
            [sample.n * scores(model, sample, vector) for sample, vector in pairs],
            [sample.n * casewise_information(model, sample, vector) for sample, vector in pairs],
        )


@dataclass(frozen=True, slots=True)
class _Ordinal:
    whole: OrdinalStructure
    data: OrdinalSamples

    @property
    def sizes(self) -> dict[str, int]:
        return {group.name: group.n for group in self.data.groups}

    @property
    def nested(self) -> bool:
        return False

    def fit(self, equality: Equality) -> Rung:
        found, vectors = fit_ordinal(self.whole, self.data, equality)
        return Rung(equality, found.fit, found.robust, found.converged, vectors, lambda: found)

    def gap(self, wide: Rung, tight: Rung, *, robust: bool) -> float:  # noqa: ARG002 - always is
        both = [(one.fit, one.equality, one.vectors) for one in (wide, tight)]
        return ordinal_gap(self.whole, self.data, *both)

    def gains(self, equality: Equality, vectors: Floats, part: Part) -> Floats:
        slope, weight = [], []
        for sample, vector in zip(self.data.groups, vectors, strict=True):
            moments, slopes = implied_moments(self.whole, vector)
            heavy = sample.n / np.diag(sample.variance)
            slope.append(slopes.T @ (heavy * (sample.moments - moments)))
            weight.append(slopes.T @ (heavy[:, None] * slopes))
        assigned = partial(assign_ordinal, self.whole, len(self.data.groups))
        return score_tests(assigned, self.whole.model.items, equality, part, slope, weight)

    def releases(self, rung: Rung) -> tuple[Release, ...]:  # noqa: ARG002 - not offered
        return ()


def normal_engine(
    model: Structure,
    items: pd.DataFrame,
    group: pd.Series,
    weight: Floats | None,
    drawn: SampledClusters | None = None,
    *,
    estimator: Estimator = "mlm",
    missing: Missing = "listwise",
    each: Floats | None = None,
) -> Engine:
    """Take answers as numbers: maximum likelihood."""
    data = samples(items, model.items, group, weight, drawn, missing=missing, each=each)
    return NormalEngine(
        prepare_fit(model, data, estimator),
        model.items,
        {own.name: own.n for own in data.groups},
        partial(assign, model, len(data.groups)),
        _group_slots(model, data),
    )


def _group_slots(model: Structure, data: Samples) -> tuple[Slot, ...]:
    """List loadings and intercepts of all groups."""
    first = {part: model.parts[part].start for part in ("loading", "intercept")}
    found = []
    for row, group in enumerate(data.groups):
        for column, (i, f) in enumerate(zip(*model.loading_at, strict=True)):
            at, unit = first["loading"] + column, float(data.spread[i])
            own = Slot(model.items[i], "loading", model.factors[f], group.name, row, at, unit)
            found.append(own)
        for i, item in enumerate(model.items):
            at, unit = first["intercept"] + i, float(data.spread[i])
            found.append(Slot(item, "intercept", "", group.name, row, at, unit))
    return tuple(found)


def ordinal_engine(
    model: Structure, items: pd.DataFrame, group: pd.Series, weight: Floats | None
) -> Engine:
    """Take answers as graded: least squares on polychoric correlations and thresholds."""
    data = ordinal_samples(items, model.items, group, weight)
    return _Ordinal(OrdinalStructure(model, data.sizes), data)
