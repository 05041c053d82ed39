"""Maximum likelihood for factor models of one or several groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import linalg, optimize

from analytics.scale_quality import casewise
from analytics.scale_quality.complete_groups import (
    information_of_groups,
    lack_of_groups,
    scores_of_groups,
)
from analytics.scale_quality.pattern_likelihood import lack
from analytics.scale_quality.structure import implied, moment_slopes

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats
    from analytics.scale_quality.equality import Assignment
    from analytics.scale_quality.samples import Samples
    from analytics.scale_quality.structure import Structure

IMPOSSIBLE: Final = 1e10  # the discrepancy of a covariance that is none
SLOPE_LIMIT: Final = 1e-6
GAIN_LIMIT: Final = 1e-4  # of chi-square
ITERATIONS: Final = 200


@dataclass(frozen=True, slots=True)
class Solution:
    """Free parameters at the minimum, the discrepancy there, and whether it is a minimum."""

    free: Floats
    discrepancy: float
    converged: bool


@dataclass(frozen=True, slots=True)
class Curvature:
    """A group's whitened slopes: means (q, p) and covariances (q, p * p), and the root itself."""

    root: Floats
    mean: Floats
    covariance: Floats


def maximise(model: Structure, data: Samples, assignment: Assignment, start: Floats) -> Solution:
    r"""Minimise the normal-theory discrepancy.

    Parameters
    ----------
    start : ndarray of float, shape (n_free,)

    Notes
    -----
    :math:`F = \sum_g \frac{n_g}{n} [\log|\Sigma_g| + tr(S_g \Sigma_g^{-1}) + (m_g - \mu_g)'
    \Sigma_g^{-1} (m_g - \mu_g) - \log|S_g| - p]`, by a trust region with the analytic slope and
    the expected information as curvature (Fisher scoring, `scipy.optimize`, ``trust-exact``). With
    gaps the same of each respondent's answers (`lack`), less what is least without a model.

    References
    ----------
    Joreskog, K. G. (1971). Simultaneous factor analysis in several populations. Psychometrika 36,
    409-426. Sorbom, D. (1974). British Journal of Mathematical and Statistical Psychology 27.
    """

    def lack(free: Floats) -> float:
        return discrepancy(model, data, assignment.spread(free))

    def slope(free: Floats) -> Floats:
        return _slope(model, data, assignment, free)

    def bend(free: Floats) -> Floats:
        try:
            return 2 * information(model, data, assignment, free)
        except np.linalg.LinAlgError:  # asked for where the search looks, and does not go
            return np.eye(len(free))

    if lack(start) >= IMPOSSIBLE:
        return Solution(start, float("nan"), converged=False)
    found = optimize.minimize(
        lack,
        start,
        jac=slope,
        hess=bend,
        method="trust-exact",
        options={"gtol": SLOPE_LIMIT / 10, "maxiter": ITERATIONS},
    )
    free = np.asarray(found.x, dtype=np.float64)
    flat = at_rest(slope(free), bend, free, data.n) if found.fun < IMPOSSIBLE else False
    return Solution(free, float(found.fun), flat)


def at_rest(slope: Floats, bend: Callable[[Floats], Floats], free: Floats, n: int) -> bool:
    """Say whether a search has ended: no slope, or one that chi-square would not notice.

    Notes
    -----
    A direction along which the model hardly bends keeps a slope for long. What a Newton step would
    still gain, :math:`n s'H^{-1}s/2`, is in units of chi-square and does not depend on parameters'
    units.
    """
    if float(np.abs(slope).max(initial=0.0)) < SLOPE_LIMIT:
        return True
    curve = bend(free)
    gain = n * float(slope @ np.linalg.pinv(curve, rcond=1e-12, hermitian=True) @ slope) / 2
    return 0 <= gain < GAIN_LIMIT


def discrepancy(model: Structure, data: Samples, vectors: Floats) -> float:
    """Sum the groups' discrepancies, each by its share of the respondents."""
    if data.complete:
        least = float(data.share @ [sample.least for sample in data.groups])
        try:
            return lack_of_groups(model, data.side_by_side, vectors) - least
        except np.linalg.LinAlgError:
            return IMPOSSIBLE
    total = 0.0
    for sample, vector, share in zip(data.groups, vectors, data.share, strict=True):
        try:
            found = lack(sample.patterns, *implied(model, vector))
        except np.linalg.LinAlgError:
            return IMPOSSIBLE
        total += share * (found - sample.least)
    return float(total)


def curvature(model: Structure, vector: Floats) -> Curvature:
    """Whiten a group's slopes by the Cholesky root of its implied covariance."""
    _, covariance = implied(model, vector)
    root = np.linalg.cholesky(covariance)
    inverse = linalg.solve_triangular(root, np.eye(len(root)), lower=True)
    mean, slope = moment_slopes(model, vector)
    white = inverse @ slope @ inverse.T
    return Curvature(root, mean @ inverse.T, white.reshape(len(white), -1))


def information(
    model: Structure,
    data: Samples,
    assignment: Assignment,
    free: Floats,
    *,
    observed: bool = False,
) -> Floats:
    """Give the information of one respondent, shape (n_free, n_free); see `casewise`."""
    vectors = assignment.spread(free)
    if data.complete and not observed:
        own = information_of_groups(model, data.side_by_side, vectors)
        return assignment.add_up(data.share[:, None, None] * own)
    found = np.zeros((assignment.size,) * 2)
    for number, (sample, share) in enumerate(zip(data.groups, data.share, strict=True)):
        gather = assignment.gather(number)
        own = casewise.casewise_information(model, sample, vectors[number], observed=observed)
        found += share * gather.T @ own @ gather
    return found


def _slope(model: Structure, data: Samples, assignment: Assignment, free: Floats) -> Floats:
    vectors = assignment.spread(free)
    if data.complete:
        own = scores_of_groups(model, data.side_by_side, vectors)
        return assignment.add_up(-2 * data.share[:, None] * own)
    found = np.zeros(assignment.size)
    for number, (sample, share) in enumerate(zip(data.groups, data.share, strict=True)):
        own = casewise.scores(model, sample, vectors[number])
        found -= 2 * share * own @ assignment.gather(number)
    return found
