"""The measures that domains are compared in: indices, scales and means of one wave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.comparison.agreement import Icc, icc
from analytics.estimation.means import compose, domain_means
from analytics.workbench.file.inputs import Inputs, inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Floats, Integers
    from analytics.estimation.domains import Partition
    from analytics.estimation.means import DomainMeans
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.specification.model import Specification


@dataclass(frozen=True, slots=True)
class ComparedMeasures:
    """Indices, scales and means, as columns."""

    wave: Wave
    given: Inputs
    names: list[str]
    indices: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, wave: Wave, spec: Specification) -> ComparedMeasures:
        """Read and score the columns of a wave."""
        given = inputs(wave.data, spec)
        names = [*spec.indices, *given.scales.scores, *given.means]
        return cls(wave, given, names, spec.indices)

    def estimate(self, partition: Partition) -> DomainMeans:
        """Estimate the mean of each measure in each domain of a partition."""
        design, given = self.wave.design, self.given
        scales = given.scales.in_division(design.weight, partition)
        own = self.names[len(self.indices) :]
        columns = [*scales.values(), *given.means.values()]
        values = np.column_stack(columns) if columns else np.zeros((len(self.wave.data), 0))
        plain = domain_means(design, values, partition)
        # An index of one part is that part: so one call composes all columns.
        alone = [{name: 1.0} for name in own]
        return compose(plain, own, [*self.indices.values(), *alone])

    def icc(self, column: int, code: Integers, confidence: float) -> Icc:
        """Judge a measure by the scores of persons in domains, -1 is none."""
        return icc(self.scores(column), code, confidence)

    def scores(self, column: int) -> Floats:
        """Give each person's score of a measure; of an index, of those with all of its parts."""
        name, own = self.names[column], {**self.given.scales.scores, **self.given.means}
        parts = self.indices.get(name, {name: 1.0})
        return sum(
            (own[part] * share for part, share in parts.items()), np.zeros(len(self.wave.data))
        )
