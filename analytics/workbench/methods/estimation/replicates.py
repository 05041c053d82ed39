"""Replicate weights: errors by estimating again and again, as a check on linearisation.

Every step is repeated in each replicate, calibration included, so that nothing needs a formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from analytics.workbench.methods.estimation.replicate_weights import FEWEST, Replicates

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats
    from analytics.estimation.design import Design

type Reweigh = Callable[[Floats], Floats]
type Centre = Literal["estimate", "mean"]


@dataclass(frozen=True, slots=True)
class Replicated:
    """Estimates with errors; ``covariance`` has shape (n_figures, n_figures).

    ``left_out`` counts replicates in which a figure could not be computed.
    """

    estimate: Floats
    se: Floats
    covariance: Floats
    left_out: int


def replicate_errors(
    design: Design,
    replicates: Replicates,
    estimate: Callable[[Floats], Floats],
    *,
    reweigh: Reweigh | None = None,
    centre: Centre = "mean",
) -> Replicated:
    r"""Estimate under every replicate.

    Parameters
    ----------
    design : Design
        Its base weights, or final weights where nothing was calibrated, are multiplied.
    replicates : Replicates
        From `jackknife` or `bootstrap`.
    estimate : callable
        From weights, shape (n_respondents,), some of them 0, to figures, shape (n_figures,).
    reweigh : callable, optional
        Calibration of the whole, from weights to weights; repeated in each replicate.
    centre : {"estimate", "mean"}
        Distances from the full estimate, or from the mean of the replicates (R's default).

    Returns
    -------
    Replicated
        :math:`\sum_r c_r (\hat\theta_r - \bar\theta)(\hat\theta_r - \bar\theta)'`; NaN where fewer
        than two replicates give a figure.
    """
    start = design.weight if design.base is None else design.base
    remake: Reweigh = (lambda weight: weight) if reweigh is None else reweigh
    whole = np.asarray(estimate(remake(start)), dtype=np.float64)
    found = np.empty((replicates.size, len(whole)))
    for number in range(replicates.size):
        factor = replicates.factor(number)[replicates.cluster]
        found[number] = estimate(remake(start * factor))
    usable = np.isfinite(found).all(axis=1)
    if usable.sum() < FEWEST:
        unknown = np.full((len(whole), len(whole)), np.nan)
        return Replicated(whole, np.full(len(whole), np.nan), unknown, int((~usable).sum()))
    middle = whole if centre == "estimate" else found[usable].mean(axis=0)
    away = found[usable] - middle
    covariance = (away * replicates.scale[usable][:, None]).T @ away
    se = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    return Replicated(whole, se, covariance, int((~usable).sum()))
