"""Which item measures which factor, and what that implies for means and covariances."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Booleans, Floats, Integers


@dataclass(frozen=True, eq=False)
class Structure:
    """A measurement model: items by factors, True where an item loads.

    The parameters of one group stand in one vector, in this order: loadings (row by row of
    ``pattern``), the factors' variances and covariances (lower triangle), the items' unique
    variances, the items' intercepts, the factors' means, the residual covariances of the pairs of
    items in ``linked`` (places of the items; none in most models). Where they stand is looked up in
    each step of a search, and worked out once.
    """

    items: tuple[str, ...]
    factors: tuple[str, ...]
    pattern: Booleans
    linked: tuple[tuple[int, int], ...] = ()

    @cached_property
    def loading_at(self) -> tuple[Integers, Integers]:
        """Item and factor of every loading."""
        item, factor = np.nonzero(self.pattern)
        return item, factor

    @cached_property
    def factor_at(self) -> tuple[Integers, Integers]:
        """Row and column of every factor variance and covariance."""
        row, column = np.tril_indices(len(self.factors))
        return row, column

    @cached_property
    def linked_at(self) -> tuple[Integers, Integers]:
        """Both items of every residual covariance."""
        pairs = np.array(self.linked, dtype=np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    @cached_property
    def parts(self) -> dict[str, slice]:
        """Where each kind of parameter stands."""
        sizes = {
            "loading": int(self.pattern.sum()),
            "factor": len(self.factors) * (len(self.factors) + 1) // 2,
            "unique": len(self.items),
            "intercept": len(self.items),
            "mean": len(self.factors),
            "residual": len(self.linked),
        }
        ends = np.cumsum(list(sizes.values()))
        return {
            name: slice(int(end) - size, int(end))
            for (name, size), end in zip(sizes.items(), ends, strict=True)
        }

    @cached_property
    def size(self) -> int:
        """Parameters of one group, fixed ones included."""
        return int(self.parts["residual"].stop)


@dataclass(frozen=True, slots=True)
class Matrices:
    """The parameters of one group as matrices."""

    loadings: Floats  # (p, m)
    factors: Floats  # (m, m)
    unique: Floats  # (p,)
    residuals: Floats  # (p, p), the unique variances on its diagonal
    intercepts: Floats  # (p,)
    means: Floats  # (m,); with a leading axis each, if they are of several groups


def structure(factors: Mapping[str, Sequence[str]]) -> Structure:
    """Read a model.

    Parameters
    ----------
    factors : mapping of factor to its items
        An item may measure several factors.

    Raises
    ------
    SpecificationError
        If there is no factor, or a factor has fewer than two items, or one of them twice.
    """
    if not factors:
        raise SpecificationError("a factor model needs at least one factor")
    for name, own in factors.items():
        if len(own) < 2:  # noqa: PLR2004 - see the sentence
            raise SpecificationError(f"the factor {name!r} needs at least two items")
        if len(set(own)) < len(own):
            raise SpecificationError(f"the factor {name!r} names an item twice")
    items = tuple(dict.fromkeys(item for own in factors.values() for item in own))
    pattern = np.array([[item in own for own in factors.values()] for item in items])
    if len(factors) == 1 and len(items) < 3:  # noqa: PLR2004 - three moments, four parameters
        raise SpecificationError(
            f"one factor of two items ({', '.join(items)}) cannot be tested alone: give a model "
            "of several such factors, or a third item"
        )
    return Structure(items, tuple(factors), pattern)


def matrices(model: Structure, vector: Floats) -> Matrices:
    """Lay a group's parameters, shape (q,), out as matrices; or those of several, (..., q)."""
    parts, several = model.parts, vector.shape[:-1]
    p, m = model.pattern.shape
    item, factor = model.loading_at
    loadings = np.zeros((*several, p, m))
    loadings[..., item, factor] = vector[..., parts["loading"]]
    factors = np.zeros((*several, m, m))
    row, column = model.factor_at
    factors[..., row, column] = factors[..., column, row] = vector[..., parts["factor"]]
    residuals, place = np.zeros((*several, p, p)), np.arange(p)
    residuals[..., place, place] = vector[..., parts["unique"]]
    first, second = model.linked_at
    residuals[..., first, second] = residuals[..., second, first] = vector[..., parts["residual"]]
    return Matrices(
        loadings,
        factors,
        vector[..., parts["unique"]],
        residuals,
        vector[..., parts["intercept"]],
        vector[..., parts["mean"]],
    )


def implied(model: Structure, vector: Floats) -> tuple[Floats, Floats]:
    r"""Give the means and covariances that parameters imply.

    Parameters
    ----------
    vector : ndarray of float, shape (..., q)
        Of one group, or of several.

    Returns
    -------
    mean : ndarray of float, shape (..., p)
        :math:`\nu + \Lambda\alpha`.
    covariance : ndarray of float, shape (..., p, p)
        :math:`\Lambda\Phi\Lambda' + \Theta`.
    """
    own = matrices(model, vector)
    covariance = own.loadings @ own.factors @ own.loadings.swapaxes(-1, -2) + own.residuals
    return own.intercepts + np.matvec(own.loadings, own.means), covariance


def moment_slopes(model: Structure, vector: Floats) -> tuple[Floats, Floats]:
    """Differentiate the implied means and covariances by each parameter.

    Parameters
    ----------
    vector : ndarray of float, shape (..., q)
        Of one group, or of several.

    Returns
    -------
    mean : ndarray of float, shape (..., q, p)
    covariance : ndarray of float, shape (..., q, p, p)
    """
    own, parts, several = matrices(model, vector), model.parts, vector.shape[:-1]
    p = len(model.items)
    mean = np.zeros((*several, model.size, p))
    covariance = np.zeros((*several, model.size, p, p))
    item, factor = model.loading_at
    number = np.arange(len(item))
    half = np.zeros((*several, len(item), p, p))
    half[..., number, item, :] = (own.loadings @ own.factors).swapaxes(-1, -2)[..., factor, :]
    covariance[..., parts["loading"], :, :] = half + half.swapaxes(-1, -2)
    mean[..., number, item] = own.means[..., factor]
    row, column = model.factor_at
    outer = np.einsum("...iq,...jq->...qij", own.loadings[..., row], own.loadings[..., column])
    both = outer + outer.swapaxes(-1, -2)
    diagonal = (row == column)[:, None, None]
    covariance[..., parts["factor"], :, :] = np.where(diagonal, outer, both)
    place = np.arange(p)
    covariance[..., parts["unique"].start + place, place, place] = 1.0
    mean[..., parts["intercept"].start + place, place] = 1.0
    mean[..., parts["mean"], :] = own.loadings.swapaxes(-1, -2)
    first, second = model.linked_at
    place = parts["residual"].start + np.arange(len(first))
    covariance[..., place, first, second] = covariance[..., place, second, first] = 1.0
    return mean, covariance


def bends(model: Structure, vector: Floats, mean: Floats, covariance: Floats) -> Floats:
    r"""Differentiate a linear function of the implied moments twice by the parameters.

    Parameters
    ----------
    mean : ndarray of float, shape (p,)
    covariance : ndarray of float, shape (p, p)
        Symmetric; the function is :math:`g'\mu + tr(G\Sigma)`.

    Returns
    -------
    ndarray of float, shape (q, q)
        Only loadings meet loadings, factor covariances and factor means.
    """
    own, parts = matrices(model, vector), model.parts
    item, factor = model.loading_at
    row, column = model.factor_at
    found = np.zeros((model.size,) * 2)
    found[parts["loading"], parts["loading"]] = (
        2 * covariance[np.ix_(item, item)] * own.factors[np.ix_(factor, factor)]
    )
    pull = 2 * covariance @ own.loadings
    one = pull[np.ix_(item, row)] * (factor[:, None] == column)
    other = pull[np.ix_(item, column)] * (factor[:, None] == row)
    found[parts["loading"], parts["factor"]] = np.where(row == column, one, one + other)
    toward = mean[item][:, None] * (factor[:, None] == np.arange(len(model.factors)))
    found[parts["loading"], parts["mean"]] = toward
    lower = np.tril_indices(model.size, -1)
    found[lower] = found.T[lower]
    return found
