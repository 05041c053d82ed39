"""The design's covariance of several estimates at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.estimation.calibration import calibration_residual
from analytics.estimation.grouping import group_sums, sum_by
from analytics.estimation.variance import domain_variance

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.estimation.design import Design


def linearised_covariance(design: Design, influence: Floats) -> Floats:
    r"""Estimate the covariance of linearised estimates of the whole sample.

    Parameters
    ----------
    design : Design
    influence : ndarray of float, shape (n_respondents, k)
        u = w z; 0 for those who do not count.

    Returns
    -------
    ndarray of float, shape (k, k)
        With finite population correction. The diagonal is that of `domain_variance`.

    Notes
    -----
    :math:`\sum_h (1 - f_h) \frac{n_h}{n_h - 1} (T_h'T_h - t_h t_h' / n_h)` with T_h the totals of
    the stratum's clusters and t_h their sum: one pass over the respondents instead of one for each
    pair. Where a stratum has a single cluster or there are further stages, from the variances of
    sums of pairs, which know those rules.
    """
    stage = design.stages[0]
    if len(design.stages) > 1 or (stage.size < 2).any():  # noqa: PLR2004 - lonely strata
        return _from_pairs(design, influence)
    if design.calibration is not None:
        everybody = np.arange(len(influence), dtype=np.int64)
        influence = calibration_residual(design)(influence, everybody)
    total, stratum = influence, stage.stratum
    if not stage.drawn_themselves:
        cluster, total = group_sums(stage.cluster, influence)
        stratum = stage.stratum[cluster]
    n = stage.size.astype(np.float64)
    factor = (1.0 - stage.fraction) * n / (n - 1.0)
    sums = sum_by(stratum, total, len(n))
    spread = (total.T * factor[stratum]) @ total
    return np.asarray(spread - (sums.T * (factor / n)) @ sums, dtype=np.float64)


def _from_pairs(design: Design, influence: Floats) -> Floats:
    one, other = np.triu_indices(influence.shape[1], 1)
    everybody = np.zeros(len(influence), dtype=np.int64)
    found = np.diag(domain_variance(design, influence, everybody, 1).corrected[0])
    if len(one):
        sums = influence[:, one] + influence[:, other]
        both = domain_variance(design, sums, everybody, 1).corrected[0]
        found[one, other] = (both - found[one, one] - found[other, other]) / 2
        found[other, one] = found[one, other]
    return found
