"""Which parameters of a factor model are fixed, free, or the same in several groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.scale_quality.structure import Structure

type Step = Literal["configural", "metric", "scalar"]


@dataclass(frozen=True, slots=True)
class Equality:
    """What groups share: nothing but the pattern, loadings, or loadings and intercepts.

    ``free_loadings`` and ``free_intercepts`` name items that are let go (partial invariance); an
    item with a loading of its own has an intercept of its own.
    """

    step: Step = "configural"
    free_loadings: frozenset[str] = field(default_factory=frozenset)
    free_intercepts: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Each group's parameters as places in one vector of free parameters.

    ``place`` has shape (n_groups, q) with -1 where a parameter is fixed at ``value``.
    """

    place: Integers
    value: Floats

    @property
    def size(self) -> int:
        """Free parameters."""
        return int(self.place.max()) + 1

    def spread(self, free: Floats) -> Floats:
        """Fill every group's vector from the free parameters; shape (n_groups, q)."""
        return np.where(self.place >= 0, free[np.maximum(self.place, 0)], self.value)

    def add_up(self, slopes: Floats) -> Floats:
        """Add up slopes by the groups' parameters, shape (n_groups, q), to those by the free ones.

        Second ones, shape (n_groups, q, q), too: to (size, size).
        """
        place, axes = self.place, slopes.ndim - 1
        if axes > 1:
            free = (place >= 0)[:, :, None] & (place >= 0)[:, None, :]
            place = place[:, :, None] * self.size + place[:, None, :]
        else:
            free = place >= 0
        found = np.bincount(place[free], weights=slopes[free], minlength=self.size**axes)
        return found.reshape((self.size,) * axes)

    def gather(self, number: int) -> Floats:
        """Give the derivative of a group's vector by the free parameters; shape (q, size)."""
        found = np.zeros((self.place.shape[1], self.size))
        rows = np.flatnonzero(self.place[number] >= 0)
        found[rows, self.place[number, rows]] = 1.0
        return found


def assign(model: Structure, groups: int, equality: Equality) -> Assignment:
    """Give every free parameter its place.

    Notes
    -----
    Factors have mean 0 and variance 1 in every group, but from the second group on the variance
    is free once loadings are equal, and the mean once intercepts are. Fit does not depend on this
    choice.
    """
    parts, size = model.parts, model.size
    fixed = np.zeros((groups, size), dtype=np.bool_)
    value = np.zeros((groups, size))
    row, column = model.factor_at
    variances = parts["factor"].start + np.flatnonzero(row == column)
    value[:, variances] = 1.0
    same = np.zeros(size, dtype=np.bool_)
    fixed[:, variances] = True
    fixed[:, parts["mean"]] = True
    kept_loading = np.array([item not in equality.free_loadings for item in model.items])
    kept_intercept = kept_loading & np.array(
        [item not in equality.free_intercepts for item in model.items]
    )
    if equality.step != "configural":
        fixed[1:, variances] = False
        same[parts["loading"]] = kept_loading[model.loading_at[0]]
    if equality.step == "scalar":
        fixed[1:, parts["mean"]] = False
        same[parts["intercept"]] = kept_intercept
    place = np.full((groups, size), -1, dtype=np.int64)
    own = ~fixed
    own[1:, same] = False
    place[own] = np.arange(int(own.sum()))
    place[1:, same] = place[0, same]
    return Assignment(place, value)
