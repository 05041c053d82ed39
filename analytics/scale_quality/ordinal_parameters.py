"""The parameters of a factor model of graded answers as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.scale_quality.parameters import root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.scale_quality.ordinal_structure import OrdinalStructure
    from analytics.scale_quality.parameters import Tables


def tabulate_ordinal(
    whole: OrdinalStructure, groups: Sequence[str], vectors: Floats, errors: Sequence[Floats]
) -> Tables:
    """List loadings, factor correlations, factor means, and thresholds, group by group.

    Parameters
    ----------
    vectors : ndarray of float, shape (n_groups, q)
    errors : sequence of ndarray of float, shape (q, q)
        Covariance of each group's parameters.

    Notes
    -----
    A standardised loading is lambda sqrt(phi) d: the opinion behind an answer has deviation 1 / d.
    Errors by the delta method.
    """
    found = []
    for maker in (_loadings, _correlations, _means, _thresholds):
        frames = []
        for name, vector, error in zip(groups, vectors, errors, strict=True):
            frame = maker(whole, vector, error)
            frame.insert(0, "group", name)
            frames.append(frame)
        found.append(pd.concat(frames, ignore_index=True))
    return found[0], found[1], found[2], found[3]


def _error(slope: Floats, error: Floats) -> Floats:
    variance = np.einsum("ni,ij,nj->n", slope, error, slope)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)), dtype=np.float64)


def _variances(whole: OrdinalStructure) -> np.ndarray:
    row, column = whole.model.factor_at
    return np.asarray(whole.parts["factor"].start + np.flatnonzero(row == column))


def _loadings(whole: OrdinalStructure, vector: Floats, error: Floats) -> pd.DataFrame:
    item, factor = whole.model.loading_at
    unit = np.eye(whole.size)
    place = np.arange(whole.size)[whole.parts["loading"]]
    variance, scale = _variances(whole)[factor], whole.parts["scale"].start + item
    spread, d = root(vector[variance]), vector[scale]
    slope = (spread * d)[:, None] * unit[place]
    slope += (vector[place] * d / (2 * spread))[:, None] * unit[variance]
    slope += (vector[place] * spread)[:, None] * unit[scale]
    return pd.DataFrame({
        "factor": [whole.model.factors[f] for f in factor],
        "item": [whole.model.items[i] for i in item],
        "estimate": vector[place],
        "se": _error(unit[place], error),
        "standardised": vector[place] * spread * d,
        "standardised_se": _error(slope, error),
    })  # fmt: skip


def _correlations(whole: OrdinalStructure, vector: Floats, error: Floats) -> pd.DataFrame:
    row, column = whole.model.factor_at
    pairs = np.flatnonzero(row != column)
    first, second = column[pairs], row[pairs]
    unit, variances = np.eye(whole.size), _variances(whole)
    place = whole.parts["factor"].start + pairs
    size = root(vector[variances[first]]) * root(vector[variances[second]])
    correlation = vector[place] / size
    slope = unit[place] / size[:, None]
    for one in (first, second):
        part = correlation / (2 * vector[variances[one]])
        slope -= part[:, None] * unit[variances[one]]
    return pd.DataFrame({
        "first": [whole.model.factors[f] for f in first],
        "second": [whole.model.factors[f] for f in second],
        "correlation": correlation,
        "se": _error(slope, error),
    })  # fmt: skip


def _means(whole: OrdinalStructure, vector: Floats, error: Floats) -> pd.DataFrame:
    place = np.arange(whole.size)[whole.parts["mean"]]
    return pd.DataFrame({
        "factor": list(whole.model.factors),
        "mean": vector[place],
        "se": _error(np.eye(whole.size)[place], error),
        "variance": vector[_variances(whole)],
    })  # fmt: skip


def _thresholds(whole: OrdinalStructure, vector: Floats, error: Floats) -> pd.DataFrame:
    place = np.arange(whole.size)[whole.parts["threshold"]]
    return pd.DataFrame({
        "item": [whole.model.items[i] for i in whole.owner],
        "threshold": np.concatenate([np.arange(1, size) for size in whole.sizes]),
        "estimate": vector[place],
        "se": _error(np.eye(whole.size)[place], error),
    })  # fmt: skip
