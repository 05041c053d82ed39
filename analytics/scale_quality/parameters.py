"""The parameters of a factor model as tables, in the items' units and standardised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.scale_quality.structure import implied, matrices, moment_slopes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.scale_quality.samples import Samples
    from analytics.scale_quality.structure import Structure

type Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]


def in_units_of_the_items(
    model: Structure, data: Samples, vectors: Floats, errors: Sequence[Floats]
) -> tuple[Floats, list[Floats]]:
    """Turn parameters and their covariances back from the common units of `moments.samples`."""
    parts, spread = model.parts, data.spread
    scale = np.ones(model.size)
    scale[parts["loading"]] = spread[model.loading_at[0]]
    scale[parts["unique"]] = spread**2
    scale[parts["intercept"]] = spread
    first, second = model.linked_at
    scale[parts["residual"]] = spread[first] * spread[second]
    turned = vectors * scale
    turned[:, parts["intercept"]] += data.centre
    return turned, [error * np.outer(scale, scale) for error in errors]


def tabulate(
    model: Structure, groups: Sequence[str], vectors: Floats, errors: Sequence[Floats]
) -> Tables:
    """List loadings, factor correlations, factor means, and items, group by group.

    Parameters
    ----------
    vectors : ndarray of float, shape (n_groups, q)
    errors : sequence of ndarray of float, shape (q, q)
        Covariance of each group's parameters.

    Notes
    -----
    Errors of standardised loadings and correlations by the delta method.
    """
    makers = (_loadings, _correlations, _means, _items)
    found = []
    for maker in makers:
        frames = [
            maker(model, vector, error).assign(group=name)
            for name, vector, error in zip(groups, vectors, errors, strict=True)
        ]
        whole = pd.concat(frames, ignore_index=True)
        found.append(whole[["group", *whole.columns.drop("group")]])
    return found[0], found[1], found[2], found[3]


def _se(slope: Floats, error: Floats) -> Floats:
    """Give the standard errors of functions with this slope, shape (n, q), by the delta method."""
    variance = np.einsum("ni,ij,nj->n", slope, error, slope)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)), dtype=np.float64)


def root(variance: Floats) -> Floats:
    """Take the deviation; a factor whose variance is not above zero has none."""
    return np.asarray(np.sqrt(np.where(variance > 0, variance, np.nan)), dtype=np.float64)


def _variance_slopes(model: Structure) -> tuple[Floats, Floats]:
    """Point to each factor's variance: its place, and the slope that is 1 there."""
    row, column = model.factor_at
    place = model.parts["factor"].start + np.flatnonzero(row == column)
    return place, np.eye(model.size)[place]


def _loadings(model: Structure, vector: Floats, error: Floats) -> pd.DataFrame:
    item, factor = model.loading_at
    place = np.arange(model.size)[model.parts["loading"]]
    estimate = vector[place]
    at, toward = _variance_slopes(model)
    phi = vector[at][factor]
    variance = np.diag(implied(model, vector)[1])[item]
    bend = moment_slopes(model, vector)[1][:, item, item].T
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = root(phi / variance)
        slope = ratio[:, None] * np.eye(model.size)[place]
        slope += (estimate * ratio / (2 * phi))[:, None] * toward[factor]
        slope -= (estimate * ratio / (2 * variance))[:, None] * bend
    return pd.DataFrame({
        "factor": [model.factors[f] for f in factor],
        "item": [model.items[i] for i in item],
        "estimate": estimate,
        "se": _se(np.eye(model.size)[place], error),
        "standardised": estimate * ratio,
        "standardised_se": _se(slope, error),
    })  # fmt: skip


def _correlations(model: Structure, vector: Floats, error: Floats) -> pd.DataFrame:
    row, column = model.factor_at
    pairs = np.flatnonzero(row != column)
    first, second = column[pairs], row[pairs]
    place = model.parts["factor"].start + pairs
    at, toward = _variance_slopes(model)
    with np.errstate(invalid="ignore", divide="ignore"):
        size = root(vector[at][first]) * root(vector[at][second])
        correlation = vector[place] / size
        slope = np.eye(model.size)[place] / size[:, None]
        for one in (first, second):
            slope -= (correlation / (2 * vector[at][one]))[:, None] * toward[one]
    return pd.DataFrame({
        "first": [model.factors[f] for f in first],
        "second": [model.factors[f] for f in second],
        "correlation": correlation,
        "se": _se(slope, error),
    })  # fmt: skip


def _means(model: Structure, vector: Floats, error: Floats) -> pd.DataFrame:
    own = matrices(model, vector)
    place = np.arange(model.size)[model.parts["mean"]]
    return pd.DataFrame({
        "factor": list(model.factors),
        "mean": own.means,
        "se": _se(np.eye(model.size)[place], error),
        "variance": np.diag(own.factors),
    })  # fmt: skip


def _items(model: Structure, vector: Floats, error: Floats) -> pd.DataFrame:
    own = matrices(model, vector)
    place = np.arange(model.size)[model.parts["intercept"]]
    total = np.diag(implied(model, vector)[1])
    return pd.DataFrame({
        "item": list(model.items),
        "intercept": own.intercepts,
        "intercept_se": _se(np.eye(model.size)[place], error),
        "unique": own.unique,
        "explained": 1 - own.unique / total,
    })  # fmt: skip
