"""What uneven weights cost, for weights alone and for one outcome.

Kish's figure takes weights to have nothing to do with the answers. Where they have, or where
calibration explains part of the answers, it overstates the cost; these two know better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.errors import WeightError

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats

FEWEST: Final = 3  # a line through two points leaves nothing over


@dataclass(frozen=True, slots=True)
class DesignEffects:
    """Variance against a simple random sample of the same size, drawn with replacement.

    ``kish`` is about the weights alone, ``spencer`` about weights and outcome, ``calibrated``
    about weights, outcome and the columns that the weights were calibrated on (Henry and
    Valliant; without columns, of the base weights as they are). ``correlation`` is that of the
    outcome with 1 / weight. All but ``kish`` are NaN where fewer than three have answered or the
    outcome does not vary. ``n_eff`` is ``n / calibrated``.
    """

    n: int
    kish: float
    spencer: float
    calibrated: float
    correlation: float
    n_eff: float


def design_effects(
    outcome: Floats,
    base: Floats,
    columns: Floats | None = None,
    *,
    of: Literal["mean", "total"] = "mean",
) -> DesignEffects:
    r"""Compare three design effects of one outcome.

    Parameters
    ----------
    outcome : ndarray of float, shape (n_respondents,)
        In its own unit; NaN where there is none.
    base : ndarray of float, shape (n_respondents,)
        Weights before calibration, each above zero.
    columns : ndarray of float, shape (n_respondents, n_totals), optional
        What the weights are calibrated on; a column of ones is added.
    of : {"mean", "total"}
        Which estimate is meant. A mean is divided by the sum of the weights, so that only
        distances from it count; a total also pays for weights that do not add up.

    Returns
    -------
    DesignEffects

    Raises
    ------
    WeightError
        If a weight is not finite and above zero.

    Notes
    -----
    Kish: :math:`K = n \sum w^2 / (\sum w)^2`. Spencer, with the regression
    :math:`z = A + B\,p + \epsilon` on :math:`p \propto 1/w`:
    :math:`(1 - \rho^2) K + (A/\sigma_y)^2 (K - 1)`, where z is y, or y minus its mean. Henry and
    Valliant: :math:`n^{-1}\sum (n w u - \hat U)^2 / (\hat N \sigma_y)^2` with u the residual of y
    from its regression on the columns, :math:`\hat U = \sum w u`; one stage, with replacement.

    References
    ----------
    Kish, L. (1992). Weighting for unequal P_i. Journal of Official Statistics 8, 183-200.
    Spencer, B. D. (2000). An approximate design effect for unequal weighting when measurements
    may correlate with selection probabilities. Survey Methodology 26, 137-138.
    Henry, K. A., Valliant, R. (2015). A design effect measure for calibration weighting in
    single-stage samples. Survey Methodology 41, 315-331.
    """
    if not (np.isfinite(base) & (base > 0)).all():
        raise WeightError(f"every one of the {len(base)} weights must be finite and above zero")
    known = np.isfinite(outcome)
    y, weight = outcome[known], base[known]
    n = len(y)
    if n == 0:
        return DesignEffects(0, np.nan, np.nan, np.nan, np.nan, np.nan)
    kish = float(n * (weight**2).sum() / weight.sum() ** 2)
    mean = float(weight @ y / weight.sum())
    spread = float(weight @ (y - mean) ** 2 / weight.sum())
    if n < FEWEST or spread <= (abs(mean) * 1e-12) ** 2:
        return DesignEffects(n, kish, np.nan, np.nan, np.nan, np.nan)
    z = y - mean if of == "mean" else y
    spencer, correlation = _spencer(z, weight, spread, kish)
    calibrated = _calibrated(z, weight, spread, _mine(columns, known))
    n_eff = n / calibrated if calibrated > 0 else np.nan
    return DesignEffects(n, kish, spencer, calibrated, correlation, n_eff)


def _spencer(z: Floats, weight: Floats, spread: float, kish: float) -> tuple[float, float]:
    chance = 1 / weight
    middle = float(len(weight) / weight.sum())  # the weighted mean of 1 / w
    away = chance - middle
    both, own = float(weight @ (away * z)), float(weight @ away**2)
    total = float(weight.sum())
    if own <= total * (middle * 1e-9) ** 2:  # equal weights: no line, and nothing to pay
        slope, correlation = 0.0, 0.0
    else:
        slope = both / own
        correlation = both / total / np.sqrt(own / total * spread)
    start = float(weight @ z) / total - slope * middle
    effect = (1 - correlation**2) * kish + start**2 / spread * (kish - 1)
    return float(effect), float(correlation)


def _calibrated(z: Floats, weight: Floats, spread: float, columns: Floats | None) -> float:
    u = z
    if columns is not None:
        x = np.column_stack([np.ones(len(z)), columns])
        root = np.sqrt(weight)
        slope = np.linalg.lstsq(x * root[:, None], z * root, rcond=None)[0]
        u = z - x @ slope
    n, total = len(z), float(weight.sum())
    away = n * weight * u - weight @ u
    return float((away**2).mean() / (total**2 * spread))


def _mine(columns: Floats | None, known: Booleans) -> Floats | None:
    return None if columns is None else columns[known]
