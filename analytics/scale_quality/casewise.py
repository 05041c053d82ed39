r"""What a mean and a covariance make of answers with gaps: likelihood, slopes and information.

A respondent counts with the items that were answered, so that nobody is left out and what is
missing may depend on what was answered (missing at random). With :math:`P_j` the inverse of the
implied covariance of pattern j's items, zero elsewhere, :math:`d_j` the distance of its means and
:math:`T_j = S_j + d_j d_j'`, twice the negative log-likelihood is :math:`\sum_j w_j [\log|\Sigma_j|
+ tr(P_j T_j)]` but for a constant. Without gaps there is one pattern, and this is the likelihood of
complete answers.

References
----------
Arbuckle, J. L. (1996). In Marcoulides, Schumacker (eds), Advanced Structural Equation Modeling,
243-277. Savalei, V. (2010). Psychological Methods 15, 352-367 (the kinds of information).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.scale_quality.patterns import BLOCK
from analytics.scale_quality.structure import bends, implied, slopes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.arrays import Floats
    from analytics.scale_quality.moments import Sample
    from analytics.scale_quality.patterns import Patterns
    from analytics.scale_quality.structure import Structure

CLOSE: Final = 1e-11  # of the last step, items being in units of their deviation
MOST_STEPS: Final = 2_000  # half of all answers missing take some hundred


def inverses(block: Patterns, covariance: Floats) -> tuple[Floats, Floats]:
    """Invert each pattern's part of a covariance.

    Returns
    -------
    inverse : ndarray of float, shape (n_patterns, p, p)
    log : ndarray of float, shape (n_patterns,)
        Logarithm of the determinant.

    Raises
    ------
    LinAlgError
        If a part is no covariance.
    """
    both = block.seen[:, :, None] & block.seen[:, None, :]
    # with 1 and 0 in the gaps, all patterns are inverted as one stack
    whole = np.where(both, covariance, np.eye(len(covariance)))
    root = np.linalg.cholesky(whole)
    log = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    half = np.linalg.inv(root)
    return np.where(both, half.transpose(0, 2, 1) @ half, 0.0), log


def lack(known: Patterns, mean: Floats, covariance: Floats) -> float:
    """Give twice the mean negative log-likelihood, without its constant."""
    total = 0.0
    for block in known.blocks():
        inverse, log = inverses(block, covariance)
        away = np.where(block.seen, block.mean - mean, 0.0)
        trace = np.einsum("jab,jab->j", inverse, block.covariance)
        trace += np.einsum("jab,ja,jb->j", inverse, away, away)
        total += float(block.share @ (log + trace))
    return total


def pull(known: Patterns, mean: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Differentiate the mean log-likelihood by the mean, shape (p,), and covariance, (p, p)."""
    toward_mean, toward = np.zeros(len(mean)), np.zeros(covariance.shape)
    for block in known.blocks():
        inverse, _ = inverses(block, covariance)
        away = np.where(block.seen, block.mean - mean, 0.0)
        leaning = np.einsum("jab,jb->ja", inverse, away)
        toward_mean += block.share @ leaning
        spread = inverse @ block.covariance @ inverse - inverse
        toward += np.einsum("j,jab->ab", block.share, spread) / 2
        toward += (leaning.T * block.share) @ leaning / 2
    return toward_mean, toward


def saturated(known: Patterns, mean: Floats, covariance: Floats) -> tuple[Floats, Floats, bool]:
    """Find the mean and covariance under which the answers are likeliest, without any model.

    Parameters
    ----------
    mean, covariance : ndarray of float
        Where to start.

    Returns
    -------
    mean, covariance : ndarray of float, shapes (p,) and (p, p)
    ended : bool

    Notes
    -----
    The EM algorithm: its step is the slope of `pull`, times the covariance. Without gaps it ends
    after one.

    References
    ----------
    Dempster, A. P., Laird, N. M., Rubin, D. B. (1977). Journal of the Royal Statistical Society B
    39, 1-38.
    """
    for _ in range(MOST_STEPS):
        toward_mean, toward = pull(known, mean, covariance)
        step = covariance @ toward_mean
        change = 2 * covariance @ toward @ covariance - np.outer(step, step)
        mean, covariance = mean + step, covariance + change
        if max(np.abs(step).max(), np.abs(change).max()) < CLOSE:
            return mean, covariance, True
    return mean, covariance, False


def scores(model: Structure, sample: Sample, vector: Floats) -> Floats:
    """Differentiate one group's mean log-likelihood by its own parameters, shape (q,)."""
    toward_mean, toward = pull(sample.patterns, *implied(model, vector))
    mean, covariance = slopes(model, vector)
    found = mean @ toward_mean + covariance.reshape(model.size, -1) @ toward.ravel()
    return np.asarray(found, dtype=np.float64)


def information(
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
    mean, toward = slopes(model, vector)
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
    mean, toward = slopes(model, vector)
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
