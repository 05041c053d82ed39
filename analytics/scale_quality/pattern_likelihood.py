r"""What a mean and a covariance make of answers with gaps: their likelihood and its slopes.

A respondent counts with the items that were answered, so that nobody is left out and what is
missing may depend on what was answered (missing at random). With :math:`P_j` the inverse of the
implied covariance of pattern j's items, zero elsewhere, :math:`d_j` the distance of its means and
:math:`T_j = S_j + d_j d_j'`, twice the negative log-likelihood is :math:`\sum_j w_j [\log|\Sigma_j|
+ tr(P_j T_j)]` but for a constant. Without gaps there is one pattern, and this is the likelihood of
complete answers.

References
----------
Arbuckle, J. L. (1996). In Marcoulides, Schumacker (eds), Advanced Structural Equation Modeling,
243-277.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.scale_quality.patterns import Patterns

CLOSE: Final = 1e-11  # of the last step, items being in units of their deviation
MOST_STEPS: Final = 2_000  # half of all answers missing take some hundred


def inverses(block: Patterns, covariance: Floats) -> tuple[Floats, Floats]:
    """Invert each pattern's part of a covariance.

    Parameters
    ----------
    covariance : ndarray of float, shape (p, p) or (n_patterns, p, p)
        Of all patterns, or each its own.

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
    whole = np.where(both, covariance, np.eye(covariance.shape[-1]))
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
