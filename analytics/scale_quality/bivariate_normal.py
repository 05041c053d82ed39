"""The standard bivariate normal distribution, for whole arrays at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from analytics.arrays import Floats

FAR: Final = 37.0  # deviations: beyond it the normal distribution is 0 in double precision
NOWHERE_ZERO: Final = 1e-300


def distribution(h: Floats, k: Floats, correlation: Floats) -> Floats:
    r"""Give P(X <= h, Y <= k).

    Parameters
    ----------
    h, k : ndarray of float
        May be infinite; broadcast with ``correlation``.
    correlation : ndarray of float
        Between -1 and 1, ends excluded.

    Notes
    -----
    :math:`\frac12[\Phi(h) + \Phi(k)] - T(h, a_h) - T(k, a_k) - \beta`, T being Owen's function
    (`scipy.special.owens_t`), :math:`a_h = (k/h - \rho) / \sqrt{1-\rho^2}`, and :math:`\beta = 1/2`
    where h and k have different signs.

    References
    ----------
    Owen, D. B. (1956). Annals of Mathematical Statistics 27, 1075-1090.
    """
    h, k = _finite(h), _finite(k)
    root = np.sqrt(1 - correlation**2)
    with np.errstate(over="ignore"):
        toward_h = special.owens_t(h, (k - correlation * h) / (h * root))
        toward_k = special.owens_t(k, (h - correlation * k) / (k * root))
    apart = np.where((h > 0) == (k > 0), 0.0, 0.5)
    both = (special.ndtr(h) + special.ndtr(k)) / 2 - toward_h - toward_k - apart
    return np.asarray(np.clip(both, 0.0, 1.0), dtype=np.float64)


def density(h: Floats, k: Floats, correlation: Floats) -> Floats:
    """Give the density at (h, k), which is also the slope of `distribution` by the correlation."""
    h, k = _finite(h), _finite(k)
    rest = 1 - correlation**2
    power = (h**2 - 2 * correlation * h * k + k**2) / (2 * rest)
    return np.asarray(np.exp(-power) / (2 * np.pi * np.sqrt(rest)), dtype=np.float64)


def rectangles(corners: Floats) -> Floats:
    """Take differences along the last two axes: (..., a + 1, b + 1) to (..., a, b)."""
    return np.asarray(np.diff(np.diff(corners, axis=-1), axis=-2), dtype=np.float64)


def _finite(value: Floats) -> Floats:
    near = np.clip(value, -FAR, FAR)
    return np.where(near == 0, NOWHERE_ZERO, near)
