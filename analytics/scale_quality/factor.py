"""One factor behind a set of items, by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import optimize

if TYPE_CHECKING:
    from analytics.arrays import Floats

# A unique variance of zero (a Heywood case) makes the likelihood unbounded; R's factanal stops at
# the same share of the item's variance.
SMALLEST_UNIQUENESS: Final = 0.005


@dataclass(frozen=True, slots=True)
class OneFactor:
    """Loadings and unique variances in the units of the items, shape (k,) each."""

    loadings: Floats
    uniquenesses: Floats


def one_factor(covariance: Floats) -> OneFactor | None:
    """Fit a single common factor to a covariance matrix.

    Parameters
    ----------
    covariance : ndarray of float, shape (k, k)
        Of k >= 3 items, each with a variance above zero.

    Returns
    -------
    OneFactor or None
        None if the items hold no usable factor (a singular matrix, or no convergence).

    Notes
    -----
    The likelihood is profiled over the unique variances of the correlation matrix and minimised
    within bounds, as R's ``factanal``: -sum(log e - e) - k + 1 over the eigenvalues e of
    Psi^-1/2 R Psi^-1/2 but the largest.

    References
    ----------
    Joreskog, K. G. (1967). Psychometrika 32, 443-482.
    """
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    try:
        start = 0.5 / np.diag(np.linalg.inv(correlation))
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(start).all():
        return None
    found = optimize.minimize(
        _lack_of_fit,
        np.clip(start, SMALLEST_UNIQUENESS, 1.0),
        args=(correlation,),
        jac=_slope,
        method="L-BFGS-B",
        bounds=[(SMALLEST_UNIQUENESS, 1.0)] * len(correlation),
        options={"ftol": 1e-13, "gtol": 1e-9, "maxiter": 1000},
    )
    unique = np.asarray(found.x, dtype=np.float64)
    loadings = _loadings(unique, correlation)
    if not np.isfinite(loadings).all():
        return None
    direction = 1.0 if loadings.sum() >= 0 else -1.0
    return OneFactor(direction * loadings * spread, unique * spread**2)


def _scaled(unique: Floats, correlation: Floats) -> tuple[Floats, Floats]:
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    return values, vectors


def _lack_of_fit(unique: Floats, correlation: Floats) -> float:
    values, _ = _scaled(unique, correlation)
    rest = np.maximum(values[:-1], 1e-12)
    return float((rest - np.log(rest) - 1.0).sum())


def _loadings(unique: Floats, correlation: Floats) -> Floats:
    values, vectors = _scaled(unique, correlation)
    length = np.sqrt(max(float(values[-1]) - 1.0, 0.0))
    return np.asarray(np.sqrt(unique) * vectors[:, -1] * length, dtype=np.float64)


def _slope(unique: Floats, correlation: Floats) -> Floats:
    loadings = _loadings(unique, correlation)
    miss = np.outer(loadings, loadings) + np.diag(unique) - correlation
    return np.asarray(np.diag(miss) / unique**2, dtype=np.float64)
