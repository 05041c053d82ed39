"""The unit-level model: respondents within areas, where covariates of respondents are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import FrameError
from analytics.small_areas.fay_herriot import Shrunken
from analytics.workbench.methods.nested_error_likelihood import (
    AreaSums,
    Components,
    area_sums,
    gls,
    restricted_likelihood,
)

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers


def nested_error(
    outcome: Floats,
    area: Integers,
    areas: int,
    covariates: Floats | None = None,
    area_means: Floats | None = None,
    *,
    population: Floats | None = None,
    components: Components | None = None,
) -> Shrunken:
    """Predict area means from respondents and what is known of everybody in the area.

    Parameters
    ----------
    outcome : ndarray of float, shape (n_respondents,)
        NaN is left out.
    area : ndarray of int64, shape (n_respondents,)
        From 0 to areas - 1.
    areas : int
        m; an area without respondents gets the model's value.
    covariates : ndarray of float, shape (n_respondents, p), optional
        The first column is usually 1; without it, an intercept alone.
    area_means : ndarray of float, shape (m, p), optional
        Their means over everybody in each area; needed with covariates.
    population : ndarray of float, shape (m,), optional
        Persons per area; without it areas are taken as large.
    components : Components, optional
        Known variances; without them REML.

    Returns
    -------
    Shrunken
        ``method`` says REML or known.

    Raises
    ------
    FrameError
        If area means are missing, areas or respondents are too few, or covariates depend on each
        other.

    Notes
    -----
    y_ij = x_ij'b + v_i + e_ij. With g_i = between / (between + within / n_i) the EBLUP of the area
    mean is X_i'b + g_i (mean of y_i - mean of x_i'b); in a known population the respondents' own
    mean is kept for their part. Mean squared error: g1 + g2 + 2 g3, and the part of the population
    that did not answer. Weights are not used: within an area respondents must count alike, as they
    do where weights only correct sizes of areas; else use the area-level model.

    References
    ----------
    Battese, G. E., Harter, R. M., Fuller, W. A. (1988). Journal of the American Statistical
    Association 83, 28-36. Rao, J. N. K., Molina, I. (2015). Small Area Estimation. Wiley, 7.1-7.2.
    """
    x = np.ones((len(outcome), 1)) if covariates is None else covariates
    if covariates is not None and area_means is None:
        raise FrameError("covariates of respondents need their means over everybody in each area")
    means = np.ones((areas, 1)) if area_means is None else area_means
    known = np.isfinite(outcome) & np.isfinite(x).all(axis=1)
    sums = area_sums(outcome[known], area[known], x[known], areas)
    asked = sums.n > 0
    own_part = AreaSums(sums.n[asked], sums.mean[asked], sums.covariates[asked], sums.products)
    _check(own_part, means)
    found = components or restricted_likelihood(own_part)
    return _predicted(
        sums, own_part, means, population, found, "REML" if components is None else "known"
    )


def _predicted(
    sums: AreaSums,
    fitted: AreaSums,
    means: Floats,
    population: Floats | None,
    found: Components,
    method: str,
) -> Shrunken:
    inverse, slope, _ = gls(fitted, found.between / found.within)
    covariance = inverse * found.within
    own = sums.n * found.between / (sums.n * found.between + found.within)
    taken = np.zeros(len(own)) if population is None else np.minimum(sums.n / population, 1.0)
    # what is predicted are those who did not answer
    rest = np.where(taken < 1, 1.0 - taken, 1.0)[:, None]
    others = (means - taken[:, None] * sums.covariates) / rest
    effect = own * (sums.mean - sums.covariates @ slope)
    predicted = others @ slope + effect
    distance = others - own[:, None] * sums.covariates
    leverage = np.einsum("ij,jk,ik->i", distance, covariance, distance)
    error = (1.0 - own) * found.between + leverage + 2.0 * _third(sums.n, fitted.n, found)
    outside = np.zeros(len(own))
    if population is not None:
        outside = (1.0 - taken) * found.within / population
    return Shrunken(
        taken * sums.mean + (1.0 - taken) * predicted,
        (1.0 - taken) ** 2 * error + outside,
        own,
        means @ slope,
        slope,
        np.sqrt(np.diag(covariance)),
        found.between,
        method,
        _warnings(found.between, int((sums.n == 0).sum())),
    )


def _third(n: Floats, fitted: Floats, found: Components) -> Floats:
    """Give what the estimation of the variances adds, by their information matrix."""
    alpha = found.within + fitted * found.between
    between = (fitted**2 / alpha**2).sum() / 2
    both = (fitted / alpha**2).sum() / 2
    within = ((fitted - 1) / found.within**2 + 1 / alpha**2).sum() / 2
    spread = np.linalg.inv(np.array([[between, both], [both, within]]))
    moved = (
        found.within**2 * spread[0, 0]
        + found.between**2 * spread[1, 1]
        - 2 * found.within * found.between * spread[0, 1]
    )
    safe = np.where(n > 0, n, 1.0)
    added = moved / (safe**2 * (found.between + found.within / safe) ** 3)
    return np.asarray(np.where(n > 0, added, 0.0), dtype=np.float64)


def _check(sums: AreaSums, means: Floats) -> None:
    p, m, n = sums.covariates.shape[1], len(sums.n), int(sums.n.sum())
    if not np.isfinite(means).all():
        raise FrameError("an area mean of a covariate is missing: it must be known for all areas")
    if m < 2 or n <= m + p:  # noqa: PLR2004 - one area differs from none
        raise FrameError(
            f"{n} respondents in {m} areas are too few to part differences between areas from "
            f"those within, with {p} covariates"
        )
    if np.linalg.matrix_rank(sums.products[:-1, :-1]) < p:
        raise FrameError("the covariates of respondents depend on each other: leave one out")
    if sums.products[-1, -1] - float(sums.n @ sums.mean**2) <= 1e-12 * sums.products[-1, -1]:
        raise FrameError("within areas everybody answered alike: there is nothing to weigh them by")


def _warnings(between: float, empty: int) -> tuple[str, ...]:
    said = []
    if between == 0:
        said.append(
            "the areas differ no more than chance makes them, given what is known of them: each is "
            "shown as the model's value"
        )
    if empty:
        said.append(f"{empty} areas have no answers of their own and are the model's value alone")
    return tuple(said)
