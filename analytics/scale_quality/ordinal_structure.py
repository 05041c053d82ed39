"""What a factor model implies for thresholds and polychoric correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.scale_quality.equality import Assignment

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.scale_quality.equality import Equality
    from analytics.scale_quality.structure import Structure


@dataclass(frozen=True, slots=True)
class OrdinalStructure:
    """A measurement model of graded items.

    One group's parameters, in this order: loadings, the factors' variances and covariances (lower
    triangle), the factors' means, the items' scales, the thresholds.
    """

    model: Structure
    sizes: tuple[int, ...]

    @property
    def owner(self) -> Integers:
        """The item of every threshold."""
        return np.repeat(np.arange(len(self.sizes)), np.array(self.sizes) - 1)

    @property
    def parts(self) -> dict[str, slice]:
        """Where each kind of parameter stands."""
        own = self.model.parts
        factors, items = len(self.model.factors), len(self.model.items)
        first = own["factor"].stop
        return {
            "loading": own["loading"],
            "factor": own["factor"],
            "mean": slice(first, first + factors),
            "scale": slice(first + factors, first + factors + items),
            "threshold": slice(first + factors + items, self.size),
        }

    @property
    def size(self) -> int:
        """Parameters of one group, fixed ones included."""
        factors, items = len(self.model.factors), len(self.model.items)
        first = int(self.model.parts["factor"].stop)
        return first + factors + items + int(sum(self.sizes)) - items


def implied_moments(whole: OrdinalStructure, vector: Floats) -> tuple[Floats, Floats]:
    r"""Give the thresholds and correlations that a group's parameters imply, and their slopes.

    Returns
    -------
    moments : ndarray of float, shape (t + pairs,)
        :math:`d_j (\tau_{jc} - \lambda_j' \alpha)` and :math:`d_j d_k \lambda_j' \Phi \lambda_k`,
        d the items' scales: one over the deviation of the opinion behind the answer.
    slopes : ndarray of float, shape (t + pairs, q)
    """
    model, parts, owner = whole.model, whole.parts, whole.owner
    p, m = model.pattern.shape
    loadings = np.zeros((p, m))
    item, factor = model.loading_at
    loadings[item, factor] = vector[parts["loading"]]
    row, column = model.factor_at
    phi = np.zeros((m, m))
    phi[row, column] = phi[column, row] = vector[parts["factor"]]
    alpha, scale = vector[parts["mean"]], vector[parts["scale"]]
    level = vector[parts["threshold"]] - (loadings @ alpha)[owner]
    common = loadings @ phi @ loadings.T
    i, j = np.tril_indices(p, -1)
    moments = np.concatenate([scale[owner] * level, scale[i] * scale[j] * common[i, j]])
    slopes = np.zeros((len(moments), whole.size))
    t = len(owner)
    slopes[np.arange(t), parts["threshold"].start + np.arange(t)] = scale[owner]
    slopes[np.arange(t), parts["scale"].start + owner] = level
    slopes[:t, parts["mean"]] = -(scale[:, None] * loadings)[owner]
    slopes[:t, parts["loading"]] = np.where(
        owner[:, None] == item, -scale[item] * alpha[factor], 0.0
    )
    both = scale[i] * scale[j]
    toward = loadings @ phi
    by_loading = np.where(i[:, None] == item, toward[j][:, factor], 0.0)
    by_loading += np.where(j[:, None] == item, toward[i][:, factor], 0.0)
    slopes[t:, parts["loading"]] = both[:, None] * by_loading
    outer = loadings[i][:, row] * loadings[j][:, column]
    other = loadings[i][:, column] * loadings[j][:, row]
    slopes[t:, parts["factor"]] = both[:, None] * np.where(row == column, outer, outer + other)
    pair = np.arange(len(i))
    slopes[t + pair, parts["scale"].start + i] = scale[j] * common[i, j]
    slopes[t + pair, parts["scale"].start + j] = scale[i] * common[i, j]
    return moments, slopes


def assign_ordinal(whole: OrdinalStructure, groups: int, equality: Equality) -> Assignment:
    """Give every free parameter its place.

    Notes
    -----
    As `equality.assign`, with thresholds in the place of intercepts: in the scalar step they are
    equal, and from the second group on the factor means and the items' scales are free (delta
    parameterisation; lavaan with ``group.equal = c("loadings", "thresholds")``). An item whose
    thresholds are let go has scale 1 in every group, and so has one of two categories: a single
    threshold cannot tell a moved item from a stretched one.

    References
    ----------
    Millsap, R. E., Yun-Tein, J. (2004). Multivariate Behavioral Research 39, 479-515.
    """
    model, parts, size = whole.model, whole.parts, whole.size
    fixed = np.zeros((groups, size), dtype=np.bool_)
    value = np.zeros((groups, size))
    row, column = model.factor_at
    variances = parts["factor"].start + np.flatnonzero(row == column)
    value[:, variances] = 1.0
    value[:, parts["scale"]] = 1.0
    for part in (variances, parts["scale"], parts["mean"]):
        fixed[:, part] = True
    kept_loading = np.array([item not in equality.free_loadings for item in model.items])
    kept = kept_loading & np.array([item not in equality.free_intercepts for item in model.items])
    same = np.zeros(size, dtype=np.bool_)
    if equality.step != "configural":
        fixed[1:, variances] = False
        same[parts["loading"]] = kept_loading[model.loading_at[0]]
    if equality.step == "scalar":
        fixed[1:, parts["mean"]] = False
        graded = np.bincount(whole.owner, minlength=len(model.items)) > 1
        fixed[1:, parts["scale"].start + np.flatnonzero(kept & graded)] = False
        same[parts["threshold"]] = kept[whole.owner]
    place = np.full((groups, size), -1, dtype=np.int64)
    own = ~fixed
    own[1:, same] = False
    place[own] = np.arange(int(own.sum()))
    place[1:, same] = place[0, same]
    return Assignment(place, value)
