"""Where the search for a factor solution starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.scale_quality.equality import Assignment
    from analytics.scale_quality.samples import Samples
    from analytics.scale_quality.structure import Structure


def starting_values(model: Structure, data: Samples, assignment: Assignment) -> Floats:
    """Take each factor's items' first principal component in the pooled covariance.

    Returns
    -------
    ndarray of float, shape (n_free,)
        Positive towards the side of most items; factors weakly correlated.
    """
    parts = model.parts
    pooled = np.einsum("g,gij->ij", data.share, np.array([s.covariance for s in data.groups]))
    vector = np.zeros((len(data.groups), model.size))
    loadings = np.zeros(model.pattern.shape)
    for factor in range(len(model.factors)):
        own = np.flatnonzero(model.pattern[:, factor])
        values, vectors = np.linalg.eigh(pooled[np.ix_(own, own)])
        side = 1.0 if vectors[:, -1].sum() >= 0 else -1.0
        loadings[own, factor] = 0.8 * side * vectors[:, -1] * np.sqrt(values[-1])
    loadings /= np.sqrt(np.maximum(model.pattern.sum(axis=1), 1))[:, None]
    explained = (loadings**2).sum(axis=1)
    vector[:, parts["loading"]] = loadings[model.loading_at]
    row, column = model.factor_at
    vector[:, parts["factor"]] = np.where(row == column, 1.0, 0.1)
    variance = np.diag(pooled)
    vector[:, parts["unique"]] = np.maximum(variance - explained, 0.3 * variance)
    vector[:, parts["intercept"]] = np.array([sample.mean for sample in data.groups])
    free = np.zeros(assignment.size)
    count = np.zeros(assignment.size)
    used = assignment.place >= 0
    np.add.at(free, assignment.place[used], vector[used])
    np.add.at(count, assignment.place[used], 1.0)
    return free / count
