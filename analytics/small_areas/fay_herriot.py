"""The area-level model: direct estimates with known errors, shrunken towards what is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import FrameError
from analytics.small_areas.between import Areas, between_variance

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats
    from analytics.small_areas.between import Fitting


@dataclass(frozen=True, slots=True)
class Shrunken:
    """Model-based means; every figure here is shrunken and must be shown as such.

    Parameters
    ----------
    estimate : ndarray of float, shape (m,)
        Empirical best linear unbiased predictors, in the unit of the direct estimates.
    mse : ndarray of float, shape (m,)
        Their mean squared errors, the estimation of the model included.
    own : ndarray of float, shape (m,)
        The weight of the area's own answers, 0 to 1; the rest is the model's.
    synthetic : ndarray of float, shape (m,)
        What the model says of the area without its own answers.
    slope, slope_se : ndarray of float, shape (p,)
        Of the covariates.
    between : float
        Variance of area effects, in squared units.
    method : str
        How it was fitted.
    warnings : tuple of str
    """

    estimate: Floats
    mse: Floats
    own: Floats
    synthetic: Floats
    slope: Floats
    slope_se: Floats
    between: float
    method: str
    warnings: tuple[str, ...]


def fay_herriot(
    estimate: Floats,
    variance: Floats,
    covariates: Floats | None = None,
    *,
    method: Fitting = "REML",
) -> Shrunken:
    """Shrink direct estimates towards a regression on what is known of the areas.

    Parameters
    ----------
    estimate : ndarray of float, shape (m,)
        Direct estimates; NaN for an area without answers, which gets the model's value.
    variance : ndarray of float, shape (m,)
        Their sampling variances, taken as known. 0 or NaN (everybody answered alike, or one
        answered) is replaced by the median of the others: a few equal answers are not certainty.
    covariates : ndarray of float, shape (m, p), optional
        Known for every area, such as dummies of the unit type; without it an intercept.
    method : {"REML", "ML", "moments", "adjusted"}
        See `analytics.small_areas.between.between_variance`.

    Returns
    -------
    Shrunken

    Raises
    ------
    FrameError
        If fewer areas have answers than the covariates need plus one, covariates depend on each
        other or are missing, or no area has a sampling variance.

    Notes
    -----
    y_i = x_i'b + v_i + e_i, var v_i = A, var e_i = D_i; with g_i = A / (A + D_i) the EBLUP is
    g_i y_i + (1 - g_i) x_i'b. Mean squared error: g1 + g2 + 2 g3 for REML and the adjusted
    likelihood, less the bias of A times (1 - g_i)^2 for ML and moments. Where A is 0, the EBLUP is
    the regression itself and its error what the slopes and A leave open.

    References
    ----------
    Fay, R. E., Herriot, R. A. (1979). Journal of the American Statistical Association 74, 269-277.
    Prasad, N. G. N., Rao, J. N. K. (1990). Journal of the American Statistical Association 85,
    163-171. Datta, G. S., Lahiri, P. (2000). Statistica Sinica 10, 613-627. Datta, G. S., Rao,
    J. N. K., Smith, D. D. (2005). Biometrika 92, 183-196.
    """
    known = np.isfinite(estimate)
    x = np.ones((len(estimate), 1)) if covariates is None else covariates
    checked, replaced = _checked_variance(variance, known)
    _check(x, known)
    areas = Areas(estimate[known], checked[known], x[known])
    between = between_variance(areas, method)
    _, covariance, slope = areas.weighted(between)
    synthetic = x @ slope
    own = np.where(known, between / (between + checked), 0.0)
    filled = np.where(known, estimate, synthetic)
    leverage = np.einsum("ij,jk,ik->i", x, covariance, x)
    spread, bias = _precision_of_between(areas, between, method)
    rest = 1.0 - own
    own_error = np.where(known, own * checked, between)
    model_error = np.where(known, rest**2 / (between + checked) * spread, 0.0)
    mse = own_error + rest**2 * leverage + 2.0 * model_error - np.where(known, rest**2 * bias, 0.0)
    return Shrunken(
        own * filled + rest * synthetic,
        np.maximum(mse, rest**2 * leverage),
        own,
        synthetic,
        slope,
        np.sqrt(np.diag(covariance)),
        between,
        method,
        _warnings(between, int((~known).sum()), replaced),
    )


def _precision_of_between(areas: Areas, between: float, method: Fitting) -> tuple[float, float]:
    """Give the asymptotic variance and the bias of the estimated variance of area effects."""
    precision, covariance, _ = areas.weighted(between)
    m = len(precision)
    squares = float(precision @ precision)
    if method == "moments":
        total = float(precision.sum())
        return 2 * m / total**2, 2 * (m * squares - total**2) / total**3
    if method == "ML":
        scaled = areas.covariates * precision[:, None]
        return 2 / squares, -float(np.trace(covariance @ (scaled.T @ scaled))) / squares
    return 2 / squares, 0.0


def _checked_variance(variance: Floats, known: Booleans) -> tuple[Floats, int]:
    usable = np.isfinite(variance) & (variance > 0)
    if (variance[known & np.isfinite(variance)] < 0).any():
        raise FrameError("a sampling variance is below zero")
    if not (usable & known).any():
        raise FrameError("no area has a sampling variance: there is nothing to weigh areas by")
    typical = float(np.median(variance[usable & known]))
    return np.where(usable, variance, typical), int((known & ~usable).sum())


def _check(x: Floats, known: Booleans) -> None:
    areas, size = int(known.sum()), x.shape[1]
    if not np.isfinite(x).all():
        raise FrameError("a covariate is missing for an area: it must be known for all of them")
    if areas <= size:
        raise FrameError(
            f"{areas} areas with answers are too few for a model with {size} "
            f"{'mean' if size == 1 else 'slopes'}: give fewer covariates, or show areas as they are"
        )
    if np.linalg.matrix_rank(x[known]) < size:
        raise FrameError(
            "the covariates of areas with answers depend on each other: leave one of them out"
        )


def _warnings(between: float, empty: int, replaced: int) -> tuple[str, ...]:
    said = []
    if between == 0:
        said.append(
            "the areas differ no more than chance makes them, given what is known of them: each is "
            "shown as the model's value"
        )
    if empty:
        said.append(f"{empty} areas have no answers of their own and are the model's value alone")
    if replaced:
        said.append(
            f"{replaced} areas have no error of their own (all answers alike, or one alone) and "
            "were given that of a typical area"
        )
    return tuple(said)
