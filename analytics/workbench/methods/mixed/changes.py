"""Changes of wave means and of units under a mixed model, with their errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.workbench.methods.mixed.fit import MixedFit


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Combinations of wave means and predictions; arrays of shape (n,).

    ``se`` allows for what is not known of the variances; ``se_known`` takes them as known, as lme4
    does. ``df`` are Satterthwaite's, of combinations of wave means alone.
    """

    value: Floats
    se: Floats
    se_known: Floats
    df: Floats


def combinations(found: MixedFit, contrast: Floats) -> Estimates:
    r"""Estimate combinations of effects and wave means.

    Parameters
    ----------
    found : MixedFit
    contrast : ndarray of float, shape (n, n_effects + n_waves)
        Effects first, as in ``Solved.covariance``.

    Returns
    -------
    Estimates

    Notes
    -----
    :math:`k'C k` with C the covariance of Henderson's equations; ``se`` adds
    :math:`2 J A J'`, J the derivatives of the predictions by the variances and A the covariance of
    these (Kackar and Harville 1984; Prasad and Rao 1990), which is nothing for a balanced
    contrast of wave means. Degrees of freedom: :math:`2 f^2 / (g'Ag)`, with f the variance and g
    its derivatives, as lmerTest.

    References
    ----------
    Fai, A. H.-T., Cornelius, P. L. (1996). Approximate F-tests of multiple degree of freedom
    hypotheses in generalized least squares analyses of unbalanced split-plot experiments. Journal
    of Statistical Computation and Simulation 54, 363-378. Kuznetsova, A., Brockhoff, P. B.,
    Christensen, R. H. B. (2017). lmerTest package. Journal of Statistical Software 82(13).
    """
    solved = found.solved
    known = np.concatenate([solved.random, solved.fixed])
    variance = _variance(contrast, solved.covariance)
    moved, spread = [], []
    for near in found.around:
        values = [np.concatenate([one.random, one.fixed]) for one in (near.below, near.above)]
        moved.append(contrast @ (values[1] - values[0]) / near.apart)
        variances = [_variance(contrast, one.covariance) for one in (near.below, near.above)]
        spread.append((variances[1] - variances[0]) / near.apart)
    unknown = np.einsum("kn,kl,ln->n", moved, found.uncertainty, moved)
    below_f = np.einsum("kn,kl,ln->n", spread, found.uncertainty, spread)
    with np.errstate(divide="ignore", invalid="ignore"):
        df = np.where(below_f > 0, 2 * variance**2 / below_f, np.inf)
    return Estimates(
        value=contrast @ known,
        se=np.sqrt(variance + 2 * np.maximum(unknown, 0.0)),
        se_known=np.sqrt(variance),
        df=df,
    )


def design_covariance(
    found: MixedFit, score: Floats, cluster: Integers, stratum: Integers
) -> tuple[Floats, int]:
    """Estimate the covariance of wave means from how clusters differ, whatever the model says.

    Parameters
    ----------
    found : MixedFit
    score : ndarray of float, shape (n, n_waves)
        What each answer adds to the equations of the wave means.
    cluster : ndarray of int64, shape (n,)
        From 0.
    stratum : ndarray of int64, shape (n_clusters,)
        From 0; each with two clusters or more.

    Returns
    -------
    covariance : ndarray of float, shape (n_waves, n_waves)
    df : int
        Clusters less strata.

    Notes
    -----
    Linearised pseudo-likelihood (Rabe-Hesketh and Skrondal 2006): clusters' totals of the scores
    around the mean of their stratum, between the covariance that the model gives.
    """
    count = len(stratum)
    total = np.zeros((count, score.shape[1]))
    np.add.at(total, cluster, score)
    size = np.bincount(stratum).astype(np.float64)
    mean = np.zeros((len(size), score.shape[1]))
    np.add.at(mean, stratum, total)
    apart = total - (mean / size[:, None])[stratum]
    factor = np.sqrt(size / (size - 1.0))[stratum]
    middle = (apart * factor[:, None]).T @ (apart * factor[:, None])
    q = found.equations.effects
    bread = found.solved.covariance[q:, q:]
    return bread @ middle @ bread, count - len(size)


def _variance(contrast: Floats, covariance: Floats) -> Floats:
    found = ((contrast @ covariance) * contrast).sum(axis=1)
    return np.asarray(np.maximum(found, 0.0), dtype=np.float64)
