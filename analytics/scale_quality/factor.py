"""Common factors behind a set of items, by maximum likelihood or by minimum residuals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.scale_quality.newton import likely_uniquenesses

if TYPE_CHECKING:
    from analytics.arrays import Floats

# A unique variance of zero (a Heywood case) makes the likelihood unbounded; R's factanal stops at
# the same share of the item's variance.
SMALLEST_UNIQUENESS: Final = 0.005

type Extraction = Literal["ml", "minres"]


@dataclass(frozen=True, slots=True)
class OneFactor:
    """Loadings and unique variances in the units of the items, shape (k,) each."""

    loadings: Floats
    uniquenesses: Floats


@dataclass(frozen=True, slots=True)
class CommonFactors:
    """Unrotated loadings (k, m), unique variances (k,), and whether a bound was hit."""

    loadings: Floats
    uniquenesses: Floats
    heywood: bool


def one_factor(covariance: Floats) -> OneFactor | None:
    """Fit a single common factor to a covariance matrix by maximum likelihood.

    Parameters
    ----------
    covariance : ndarray of float, shape (k, k)
        Of k >= 3 items, each with a variance above zero.

    Returns
    -------
    OneFactor or None
        None if the items hold no usable factor (a singular matrix, or no convergence).
    """
    spread = np.sqrt(np.diag(covariance))
    found = common_factors(covariance / np.outer(spread, spread), 1)
    if found is None:
        return None
    loadings = found.loadings[:, 0]
    return OneFactor(loadings * spread, found.uniquenesses * spread**2)


def common_factors(
    correlation: Floats, factors: int, method: Extraction = "ml"
) -> CommonFactors | None:
    """Extract common factors from a correlation matrix.

    Parameters
    ----------
    correlation : ndarray of float, shape (k, k)
    factors : int
        Fewer than k.
    method : {"ml", "minres"}
        Maximum likelihood, or least squares of what is left off the diagonal.

    Returns
    -------
    CommonFactors or None
        Each factor turned to the side of most items; None for a singular matrix or no solution.

    Notes
    -----
    The criterion is profiled over the unique variances and minimised within bounds: for "ml", as
    R's ``factanal``, sum(e - log e - 1) over the eigenvalues e of Psi^-1/2 R Psi^-1/2 but the
    largest; for "minres" half the sum of the squared eigenvalues of R - Psi but the largest, whose
    minimum is that of the squared residuals off the diagonal (``psych::fa`` in R).

    References
    ----------
    Joreskog, K. G. (1967). Psychometrika 32, 443-482. Harman, H. H., Jones, W. H. (1966).
    Psychometrika 31, 351-368.
    """
    start = _start(correlation)
    if start is None:
        return None
    unique = None
    if method == "ml" and factors == 1:
        unique = likely_uniquenesses(start, correlation, SMALLEST_UNIQUENESS)
    if unique is None:
        unique = _within_bounds(start, correlation, factors, method)
    of_method = _ml_loadings if method == "ml" else _minres_loadings
    loadings = of_method(unique, correlation, factors)
    if not np.isfinite(loadings).all():
        return None
    loadings = loadings * np.where(loadings.sum(axis=0) >= 0, 1.0, -1.0)
    return CommonFactors(loadings, unique, bool((unique <= SMALLEST_UNIQUENESS * 1.001).any()))


def _within_bounds(start: Floats, correlation: Floats, factors: int, method: Extraction) -> Floats:
    """Minimise where a unique variance may end at a bound."""
    from scipy import optimize  # noqa: PLC0415 - loads longer than a staff wave takes, seldom used

    found = optimize.minimize(
        _likelihood if method == "ml" else _residuals,
        start,
        args=(correlation, factors),
        jac=True,
        method="L-BFGS-B",
        bounds=[(SMALLEST_UNIQUENESS, 1.0)] * len(correlation),
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1000},
    )
    return np.asarray(found.x, dtype=np.float64)


def _start(correlation: Floats) -> Floats | None:
    """Start from half of what the other items do not explain of each item."""
    if not np.isfinite(correlation).all():
        return None
    try:
        precision = np.diag(np.linalg.inv(correlation))
    except np.linalg.LinAlgError:
        return None
    # at least 1 of a correlation matrix: the inverse of a nearly singular one can hold anything
    if not (np.isfinite(precision) & (precision > 0)).all():
        return None
    return np.clip(0.5 / precision, SMALLEST_UNIQUENESS, 1.0)


def _likelihood(unique: Floats, correlation: Floats, factors: int) -> tuple[float, Floats]:
    values, vectors = _scaled(unique, correlation)
    rest = np.maximum(values[:-factors], 1e-12)
    loadings = _drawn(values, vectors, unique, factors)
    slope = np.diag(_miss(loadings, unique, correlation)) / unique**2
    return float((rest - np.log(rest) - 1.0).sum()), np.asarray(slope, dtype=np.float64)


def _residuals(unique: Floats, correlation: Floats, factors: int) -> tuple[float, Floats]:
    values = np.linalg.eigvalsh(correlation - np.diag(unique))
    loadings = _minres_loadings(unique, correlation, factors)
    # A factor with a negative eigenvalue is not drawn, so that its square is left too.
    left = float((values**2).sum() - (np.maximum(values[-factors:], 0.0) ** 2).sum())
    slope = np.diag(_miss(loadings, unique, correlation))
    return left / 2, np.asarray(slope, dtype=np.float64)


def _miss(loadings: Floats, unique: Floats, correlation: Floats) -> Floats:
    return np.asarray(loadings @ loadings.T + np.diag(unique) - correlation, dtype=np.float64)


def _scaled(unique: Floats, correlation: Floats) -> tuple[Floats, Floats]:
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    return values, vectors


def _ml_loadings(unique: Floats, correlation: Floats, factors: int) -> Floats:
    return _drawn(*_scaled(unique, correlation), unique, factors)


def _drawn(values: Floats, vectors: Floats, unique: Floats, factors: int) -> Floats:
    length = np.sqrt(np.maximum(values[-factors:] - 1.0, 0.0))
    drawn = np.sqrt(unique)[:, None] * vectors[:, -factors:] * length
    return np.asarray(drawn[:, ::-1], dtype=np.float64)


def _minres_loadings(unique: Floats, correlation: Floats, factors: int) -> Floats:
    values, vectors = np.linalg.eigh(correlation - np.diag(unique))
    length = np.sqrt(np.maximum(values[-factors:], 0.0))
    return np.asarray((vectors[:, -factors:] * length)[:, ::-1], dtype=np.float64)
