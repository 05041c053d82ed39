"""Maximum likelihood for factor models of one or several groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import linalg, optimize

from analytics.scale_quality.structure import implied, slopes

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats
    from analytics.scale_quality.equality import Assignment
    from analytics.scale_quality.moments import Sample, Samples
    from analytics.scale_quality.structure import Structure

IMPOSSIBLE: Final = 1e10  # the discrepancy of a covariance that is none
SLOPE_LIMIT: Final = 1e-6
GAIN_LIMIT: Final = 1e-4  # of chi-square
ITERATIONS: Final = 200
STEP: Final = 1e-5  # of parameters near 1, since items are in units of their deviation


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

    @property
    def information(self) -> Floats:
        """Expected information of one respondent, shape (q, q)."""
        both = self.covariance @ self.covariance.T / 2 + self.mean @ self.mean.T
        return np.asarray(both, dtype=np.float64)


def maximise(model: Structure, data: Samples, assignment: Assignment, start: Floats) -> Solution:
    r"""Minimise the normal-theory discrepancy.

    Parameters
    ----------
    start : ndarray of float, shape (n_free,)

    Notes
    -----
    :math:`F = \sum_g \frac{n_g}{n} [\log|\Sigma_g| + tr(S_g \Sigma_g^{-1}) + (m_g - \mu_g)'
    \Sigma_g^{-1} (m_g - \mu_g) - \log|S_g| - p]`, by a trust region with the analytic slope and
    the expected information as curvature (Fisher scoring, `scipy.optimize`, ``trust-exact``).

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
        return 2 * information(model, data, assignment, free)

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
    total = 0.0
    for sample, vector, share in zip(data.groups, vectors, data.share, strict=True):
        mean, covariance = implied(model, vector)
        try:
            root = np.linalg.cholesky(covariance)
        except np.linalg.LinAlgError:
            return IMPOSSIBLE
        total += share * _one_discrepancy(sample, mean, root)
    return float(total)


def curvature(model: Structure, vector: Floats) -> Curvature:
    """Whiten a group's slopes by the Cholesky root of its implied covariance."""
    _, covariance = implied(model, vector)
    root = np.linalg.cholesky(covariance)
    inverse = linalg.solve_triangular(root, np.eye(len(root)), lower=True)
    mean, slope = slopes(model, vector)
    white = inverse @ slope @ inverse.T
    return Curvature(root, mean @ inverse.T, white.reshape(len(white), -1))


def information(model: Structure, data: Samples, assignment: Assignment, free: Floats) -> Floats:
    """Give the expected information of one respondent, shape (n_free, n_free)."""
    found = np.zeros((assignment.size,) * 2)
    vectors = assignment.spread(free)
    for number, share in enumerate(data.share):
        gather = assignment.gather(number)
        found += share * gather.T @ curvature(model, vectors[number]).information @ gather
    return found


def observed_information(
    model: Structure, data: Samples, assignment: Assignment, free: Floats
) -> Floats:
    """Give the observed information of one respondent, by differences of the analytic slope."""
    steps = STEP * np.eye(len(free))
    bend = np.array([
        _slope(model, data, assignment, free + step) - _slope(model, data, assignment, free - step)
        for step in steps
    ])  # fmt: skip
    bend /= 4 * STEP  # two steps, and the slope is that of twice the negative log-likelihood
    return np.asarray((bend + bend.T) / 2, dtype=np.float64)


def scores(model: Structure, sample: Sample, vector: Floats) -> Floats:
    """Differentiate one group's mean log-likelihood by its own parameters, shape (q,)."""
    mean, _ = implied(model, vector)
    bent = curvature(model, vector)
    away = linalg.solve_triangular(bent.root, sample.mean - mean, lower=True)
    half = linalg.solve_triangular(bent.root, sample.covariance, lower=True)
    white = linalg.solve_triangular(bent.root, half.T, lower=True)
    miss = white + np.outer(away, away) - np.eye(len(away))
    return np.asarray(bent.covariance @ miss.ravel() / 2 + bent.mean @ away, dtype=np.float64)


def _one_discrepancy(sample: Sample, mean: Floats, root: Floats) -> float:
    half = linalg.solve_triangular(root, np.linalg.cholesky(sample.covariance), lower=True)
    away = linalg.solve_triangular(root, sample.mean - mean, lower=True)
    log_ratio = 2 * float(np.log(np.diag(half)).sum())
    return float((half**2).sum() + (away**2).sum()) - log_ratio - len(mean)


def _slope(model: Structure, data: Samples, assignment: Assignment, free: Floats) -> Floats:
    vectors = assignment.spread(free)
    found = np.zeros(assignment.size)
    for number, (sample, share) in enumerate(zip(data.groups, data.share, strict=True)):
        found -= 2 * share * scores(model, sample, vectors[number]) @ assignment.gather(number)
    return found
