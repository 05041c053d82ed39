"""What a factor model is fitted to: groups of answers with their means and covariances."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analytics.scale_quality.patterns import Patterns

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers


@dataclass(frozen=True, slots=True)
class SampledClusters:
    """Clusters that respondents came in, and their strata.

    ``cluster`` has shape (n_respondents,), ``stratum`` shape (n_clusters,); both count from 0.
    """

    cluster: Integers
    stratum: Integers


@dataclass(frozen=True, slots=True)
class Sample:
    """One group: its answers and their moments, the covariance with divisor n.

    ``values`` has shape (n, p), in the order of ``patterns``; ``weight`` has a mean of 1;
    ``dropped`` counts those of the group who are not in it. With gaps, ``mean`` and ``covariance``
    are the likeliest ones without any model, and ``least`` is what `pattern_likelihood.lack` gives
    there. ``cluster`` numbers those of `SampledClusters`, where there are any; ``each`` counts the
    respondents of each row, where these may be several.
    """

    name: str
    values: Floats
    weight: Floats
    mean: Floats
    covariance: Floats
    dropped: int
    patterns: Patterns
    least: float
    cluster: Integers | None = None
    each: Floats | None = None

    @property
    def n(self) -> int:
        """Respondents."""
        return len(self.values) if self.each is None else int(self.each.sum())


class SizedGroup(Protocol):
    """A group that knows how many respondents it has."""

    @property
    def n(self) -> int:
        """Respondents."""


@dataclass(frozen=True, slots=True)
class Grouped[Group: SizedGroup]:
    """Groups that are fitted together, each by its share of the respondents."""

    groups: tuple[Group, ...]

    @property
    def n(self) -> int:
        """Respondents in all groups."""
        return sum(group.n for group in self.groups)

    @property
    def share(self) -> Floats:
        """Each group's share of the respondents."""
        return np.array([group.n for group in self.groups]) / self.n


@dataclass(frozen=True, eq=False)
class Samples(Grouped[Sample]):
    """All groups in common units: each item less its grand mean, over its pooled deviation.

    ``stratum`` is that of each cluster, None where respondents were drawn one by one.
    """

    centre: Floats
    spread: Floats
    stratum: Integers | None = None

    @cached_property
    def complete(self) -> bool:
        """Whether everybody answered every item."""
        return all(group.patterns.complete for group in self.groups)

    @cached_property
    def side_by_side(self) -> Patterns:
        """The groups, each a pattern with its share of all: for those who answered every item."""
        parts = [group.patterns for group in self.groups]
        seen, rows, mean, covariance = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("seen", "rows", "mean", "covariance")
        )
        return Patterns(seen, rows, self.share, mean, covariance)
