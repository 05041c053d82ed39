"""Omega hierarchical: how much of a scale's variance one general factor brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from statsmodels.multivariate.factor_rotation import rotate_factors

from analytics.errors import SpecificationError
from analytics.scale_quality.factor import common_factors

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.scale_quality.factor import Extraction


@dataclass(frozen=True, slots=True)
class SchmidLeiman:
    """A general factor over group factors, for standardised items.

    ``hierarchical`` is the share of the sum score's variance that the general factor brings,
    ``total`` that of all factors. ``general`` has shape (k,), ``group`` (k, m). ``heywood`` says
    that a unique variance stopped at its bound: read with care.
    """

    hierarchical: float
    total: float
    general: Floats
    group: Floats
    correlations: Floats
    heywood: bool


def schmid_leiman(
    covariance: Floats, factors: int = 3, method: Extraction = "minres"
) -> SchmidLeiman | None:
    """Part the general factor of a scale from its group factors.

    Parameters
    ----------
    covariance : ndarray of float, shape (k, k)
        All items in the same direction; only the correlations are used.
    factors : int
        Group factors, at least two; with two the general loadings are taken as equal, since one
        correlation does not tell them apart.
    method : {"minres", "ml"}

    Returns
    -------
    SchmidLeiman or None
        None for an item without variance, a singular matrix, or fewer than three items a factor.

    Raises
    ------
    SpecificationError
        For fewer than two group factors.

    Notes
    -----
    Factors are extracted, rotated by oblimin (gamma 0), and their correlations explained by one
    factor with loadings g: general = L g, group = L sqrt(1 - g^2). omega_h = (sum general)^2 / sum
    R, omega_t = 1 - sum unique / sum R; as ``psych::omega``.

    References
    ----------
    Schmid, J., Leiman, J. M. (1957). Psychometrika 22, 53-61. Zinbarg, R. E., Revelle, W., Yovel,
    I., Li, W. (2005). Psychometrika 70, 123-133.
    """
    if factors < 2:  # noqa: PLR2004 - a general factor stands over at least two
        raise SpecificationError("omega hierarchical needs at least two group factors")
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    if not (spread > 0).all() or len(spread) < 3 * factors:
        return None
    correlation = covariance / np.outer(spread, spread)
    drawn = common_factors(correlation, factors, method)
    if drawn is None:
        return None
    loadings, turn = rotate_factors(drawn.loadings, "oblimin", 0.0, "oblique")
    sign = np.where(loadings.sum(axis=0) >= 0, 1.0, -1.0)
    loadings, phi = loadings * sign, (turn.T @ turn) * np.outer(sign, sign)
    higher = _higher_loadings(phi, method)
    if higher is None:
        return None
    general = loadings @ higher
    common = np.einsum("ij,jk,ik->i", loadings, phi, loadings)
    everything = float(correlation.sum())
    return SchmidLeiman(
        hierarchical=float(general.sum()) ** 2 / everything,
        total=1.0 - float((1.0 - common).sum()) / everything,
        general=np.asarray(general, dtype=np.float64),
        group=np.asarray(loadings * np.sqrt(np.maximum(1.0 - higher**2, 0.0)), dtype=np.float64),
        correlations=np.asarray(phi, dtype=np.float64),
        heywood=drawn.heywood,
    )


def _higher_loadings(phi: Floats, method: Extraction) -> Floats | None:
    """Load the group factors on the general one."""
    if len(phi) == 2:  # noqa: PLR2004 - one correlation: equal loadings
        size = float(np.sqrt(abs(phi[0, 1])))
        return np.array([size, size if phi[0, 1] >= 0 else -size])
    found = common_factors(phi, 1, method)
    return None if found is None else found.loadings[:, 0]
