"""The restricted likelihood of the unit-level model, from sums over areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import optimize

from analytics.estimation.grouping import sum_by

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers


# Ratios of the variance between areas to that within, looked at before the best is refined.
RATIOS: Final = np.concatenate([[0.0], np.logspace(-6, 4, 61)])


@dataclass(frozen=True, slots=True)
class AreaSums:
    """What the likelihood needs to know of respondents, all of it sums.

    Parameters
    ----------
    n : ndarray of float, shape (m,)
        Respondents per area, none of them 0.
    mean : ndarray of float, shape (m,)
        Of the outcome.
    covariates : ndarray of float, shape (m, p)
        Means of the covariates.
    products : ndarray of float, shape (p + 1, p + 1)
        Of covariates and outcome, over all respondents.
    """

    n: Floats
    mean: Floats
    covariates: Floats
    products: Floats


@dataclass(frozen=True, slots=True)
class Components:
    """Variance between areas and within them, in squared units of the outcome."""

    between: float
    within: float


def restricted_likelihood(sums: AreaSums) -> Components:
    """Fit the two variances by REML, over their ratio alone.

    Parameters
    ----------
    sums : AreaSums
        More areas than one, and more respondents than covariates and areas together.

    Returns
    -------
    Components
        ``between`` is 0 where areas differ no more than chance makes them.
    """
    values = [_deviance(sums, float(ratio)) for ratio in RATIOS]
    best = int(np.argmin(values))
    low, high = RATIOS[max(best - 1, 0)], RATIOS[min(best + 1, len(RATIOS) - 1)]
    refined = optimize.minimize_scalar(
        lambda ratio: _deviance(sums, float(ratio)),
        bounds=(float(low), float(high)),
        method="bounded",
        options={"xatol": 1e-10 * float(high), "maxiter": 500},
    )
    ratio = float(refined.x) if refined.fun < values[best] else float(RATIOS[best])
    within = _within(sums, ratio)
    return Components(ratio * within, within)


def area_sums(outcome: Floats, area: Integers, x: Floats, areas: int) -> AreaSums:
    """Sum the respondents of each area."""
    both = np.column_stack([x, outcome])
    total = sum_by(area, np.column_stack([np.ones(len(outcome)), both]), areas)
    n = total[:, 0]
    mean = np.divide(
        total[:, 1:], n[:, None], out=np.zeros_like(total[:, 1:]), where=n[:, None] > 0
    )
    return AreaSums(n, mean[:, -1], mean[:, :-1], both.T @ both)


def gls(sums: AreaSums, ratio: float) -> tuple[Floats, Floats, float]:
    """Give inverse and slopes of generalised least squares in units of within, and what is left."""
    weight = sums.n * sums.n * ratio / (1.0 + sums.n * ratio)
    both = np.column_stack([sums.covariates, sums.mean])
    cross = sums.products - both.T @ (weight[:, None] * both)
    inverse = np.linalg.inv(cross[:-1, :-1])
    slope = inverse @ cross[:-1, -1]
    return inverse, slope, float(cross[-1, -1] - cross[:-1, -1] @ slope)


def _within(sums: AreaSums, ratio: float) -> float:
    return gls(sums, ratio)[2] / float(sums.n.sum() - sums.covariates.shape[1])


def _deviance(sums: AreaSums, ratio: float) -> float:
    inverse, _, left = gls(sums, ratio)
    free = float(sums.n.sum()) - len(inverse)
    return float(
        free * np.log(max(left, 1e-300))
        + np.log1p(sums.n * ratio).sum()
        - np.linalg.slogdet(inverse)[1]
    )
