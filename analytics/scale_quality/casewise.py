"""What a factor model makes of answers with gaps: slopes and information, group by group.

The likelihood is that of `pattern_likelihood`; here it is differentiated by a model's parameters.

References
----------
Savalei, V. (2010). Psychological Methods 15, 352-367 (the kinds of information).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.scale_quality.pattern_likelihood import inverses, pull
from analytics.scale_quality.patterns import BLOCK
from analytics.scale_quality.structure import bends, implied, moment_slopes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.arrays import Floats
    from analytics.scale_quality.samples import Sample
    from analytics.scale_quality.structure import Structure


def scores(model: Structure, sample: Sample, vector: Floats) -> Floats:
    """Differentiate one group's mean log-likelihood by its own parameters, shape (q,)."""
    toward_mean, toward = pull(sample.patterns, *implied(model, vector))
    mean, covariance = moment_slopes(model, vector)
    found = mean @ toward_mean + covariance.reshape(model.size, -1) @ toward.ravel()
    return np.asarray(found, dtype=np.float64)


def casewise_information(
    model: Structure, sample: Sample, vector: Floats, *, observed: bool = False
) -> Floats:
    """Give the information of one respondent of a group, shape (q, q).

    Parameters
    ----------
    observed : bool
        The curvature at these very answers, right also where gaps depend on answers; else what is
        expected of it where the model holds and gaps depend on nothing.
    """
    at, covariance = implied(model, vector)
    mean, toward = moment_slopes(model, vector)
    flat = toward.reshape(model.size, -1)
    found = np.zeros((model.size,) * 2)
    for block in sample.patterns.blocks():
        inverse, _ = inverses(block, covariance)
        found += mean @ np.einsum("j,jab->ab", block.share, inverse) @ mean.T
        right = inverse
        if observed:
            away = np.where(block.seen, block.mean - at, 0.0)
            leaning = np.einsum("jab,jb->ja", inverse, away)
            right = 2 * inverse @ block.covariance @ inverse - inverse
            right += 2 * leaning[:, :, None] * leaning[:, None, :]
            p = len(at)
            cross = (inverse.reshape(-1, p * p).T * block.share) @ leaning
            both = mean @ cross.reshape(p, p * p) @ flat.T
            found += both + both.T
        found += _traces(toward, inverse, right, block.share)
    if observed:
        found -= bends(model, vector, *pull(sample.patterns, at, covariance))
    return found


def _traces(toward: Floats, left: Floats, right: Floats, share: Floats) -> Floats:
    """Sum tr(L A R B) / 2 over patterns, for all pairs of slopes A and B; symmetric."""
    q, p = toward.shape[:2]
    flat = toward.reshape(q, -1)
    if len(share) == 1:
        half = share[0] * (left[0] @ toward @ right[0]).reshape(q, -1)
    else:
        whole = (left.reshape(-1, p * p).T * share) @ right.reshape(-1, p * p)
        half = flat @ whole.reshape(p, p, p, p).transpose(1, 2, 0, 3).reshape(p * p, p * p)
    both = half @ flat.T
    return np.asarray((both + both.T) / 4, dtype=np.float64)


def row_scores(model: Structure, sample: Sample, vector: Floats) -> Iterator[tuple[slice, Floats]]:
    """Give which respondents, and their weighted scores, shape (rows, q), some at a time."""
    at, covariance = implied(model, vector)
    mean, toward = moment_slopes(model, vector)
    flat, p, first = toward.reshape(model.size, -1), len(at), 0
    step = max(1, BLOCK // max(p * p, model.size))
    for block in sample.patterns.blocks():
        inverse, _ = inverses(block, covariance)
        base = inverse.reshape(-1, p * p) @ flat.T / 2
        kind = np.repeat(np.arange(len(block.rows)), block.rows)
        for begin in range(0, len(kind), step):
            own = kind[begin : begin + step]
            rows = slice(first + begin, first + begin + len(own))
            away = np.where(block.seen[own], sample.values[rows] - at, 0.0)
            leaning = (
                away @ inverse[0]
                if len(inverse) == 1
                else np.einsum("nab,nb->na", inverse[own], away)
            )
            square = (leaning[:, :, None] * leaning[:, None, :]).reshape(-1, p * p)
            found = square @ flat.T / 2 - base[own] + leaning @ mean.T
            yield rows, found * sample.weight[rows, None]
        first += len(kind)
