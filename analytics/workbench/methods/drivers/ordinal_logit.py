"""Which predictors go with higher answers, for an outcome in ordered categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special  # a third of the time that scipy.stats takes to load

from analytics.comparison.difference import two_sided_p
from analytics.comparison.multiplicity import holm
from analytics.drivers.collinearity import collinearity
from analytics.drivers.correlations import standardised
from analytics.drivers.covariance import linearised_covariance
from analytics.errors import FrameError
from analytics.estimation.intervals import mean_interval
from analytics.estimation.variance import domain_variance
from analytics.workbench.methods.drivers.effects import average_effects
from analytics.workbench.methods.drivers.ordinal import Fitted, fit_proportional_odds

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats
    from analytics.estimation.design import Design

MOST_CATEGORIES: Final = 11
FEW_PER_PARAMETER: Final = 10
SIGNIFICANT: Final = 0.05
OVERLAP: Final = 1e-8


@dataclass(frozen=True, slots=True)
class OrdinalLogit:
    """A proportional-odds logit by the sample's design.

    Parameters
    ----------
    n : int
        Respondents with the outcome and all predictors.
    category : ndarray of float, shape (J,)
        Codes that occur, rising.
    threshold, threshold_se : ndarray of float, shape (J - 1,)
    slope, se, low, high, p : ndarray of float, shape (k,)
        In log odds of a higher answer per unit of the predictor.
    effect, effect_se : ndarray of float, shape (k, J)
        What one unit more goes with, in the share (0-1) that gives each answer.
    points, points_se : ndarray of float, shape (k,)
        The same in the mean of the outcome's codes.
    unequal_p : ndarray of float, shape (k,)
        Of the hypothesis that a predictor has one slope at all thresholds; NaN with two categories.
    warnings : tuple of str
    """

    n: int
    category: Floats
    threshold: Floats
    threshold_se: Floats
    slope: Floats
    se: Floats
    low: Floats
    high: Floats
    p: Floats
    effect: Floats
    effect_se: Floats
    points: Floats
    points_se: Floats
    unequal_p: Floats
    warnings: tuple[str, ...]


def ordinal_logit(
    design: Design,
    values: Floats,
    names: tuple[str, ...],
    df: float,
    *,
    confidence: float = 0.95,
) -> OrdinalLogit:
    """Regress an ordered outcome on predictors, with errors by the sample's design.

    Parameters
    ----------
    design : Design
        Strata, clusters, corrections and weights.
    values : ndarray of float, shape (n_respondents, k + 1)
        The outcome's codes first; a respondent who lacks a value is outside the domain.
    names : tuple of str, length k + 1
    df : float
        Degrees of freedom of the design.
    confidence : float
        For instance 0.95.

    Returns
    -------
    OrdinalLogit

    Raises
    ------
    FrameError
        If too few have all values, a column never varies, the outcome has more than 11 categories,
        predictors depend on each other or part the answers completely.

    Notes
    -----
    Slopes and errors are those of ``survey::svyolr`` in R. The check of proportional odds fits a
    binary logit at each threshold and compares their slopes by a Wald test whose covariance is
    that of the design, so clusters and weights do not make it too sure (after Brant 1990).

    References
    ----------
    Brant, R. (1990). Assessing proportionality in the proportional odds model for ordinal logistic
    regression. Biometrics 46, 1171-1178. Korn, E. L., Graubard, B. I. (1990). Simultaneous testing
    of regression coefficients with complex survey data. American Statistician 44, 270-276.
    """
    inside = np.isfinite(values).all(axis=1)
    x, weight = values[inside, 1:], design.weight[inside]
    category, code = np.unique(values[inside, 0], return_inverse=True)
    code = code.astype(np.int64)
    _check(values, inside, names, design.weight, len(category))
    found = fit_proportional_odds(weight, code, x)
    share = weight / weight.sum()
    effect, moved = average_effects(found, share, x)
    in_points = moved.reshape(len(x), *effect.shape) @ category
    columns = np.concatenate([found.influence, moved, in_points], axis=1)
    everybody = np.zeros(len(inside), dtype=np.int64)
    variance = domain_variance(design, _whole(inside, columns), everybody, 1).corrected[0]
    error = np.sqrt(variance)
    cuts, k = len(category) - 1, x.shape[1]
    parts = np.split(error, np.cumsum([cuts, k, effect.size]))
    low, high = mean_interval(found.slope, parts[1], np.full(k, df), confidence)
    unequal = _unequal(design, inside, weight, code, x, df)
    return OrdinalLogit(
        n=int(inside.sum()),
        category=category,
        threshold=found.threshold,
        threshold_se=parts[0],
        slope=found.slope,
        se=parts[1],
        low=low,
        high=high,
        p=two_sided_p(found.slope, parts[1], np.full(k, df)),
        effect=effect,
        effect_se=parts[2].reshape(effect.shape),
        points=effect @ category,
        points_se=parts[3],
        unequal_p=unequal,
        warnings=_warnings(names[1:], unequal, int(np.bincount(code).min()), k),
    )


def _whole(inside: Booleans, influence: Floats) -> Floats:
    """Give respondents who do not count an influence of 0."""
    found = np.zeros((len(inside), influence.shape[1]))
    found[inside] = influence
    return found


def _unequal(
    design: Design, inside: Booleans, weight: Floats, code: np.ndarray, x: Floats, df: float
) -> Floats:
    """Test for each predictor whether its slope is the same at every threshold."""
    cuts, k = int(code.max()), x.shape[1]
    unknown = np.full(k, np.nan)
    if cuts < 2 or df <= cuts:  # noqa: PLR2004 - one threshold has one slope
        return unknown
    try:
        binary: list[Fitted] = [
            fit_proportional_odds(weight, (code > cut).astype(np.int64), x) for cut in range(cuts)
        ]
    except FrameError:  # a threshold with too few answers beyond it
        return unknown
    slope = np.array([one.slope for one in binary])
    p = unknown
    tested = cuts - 1
    for number in range(k):
        moved = np.column_stack([one.influence[:, 1 + number] for one in binary])
        gap = slope[1:, number] - slope[0, number]
        spread = linearised_covariance(design, _whole(inside, moved[:, 1:] - moved[:, :1]))
        wald = float(gap @ np.linalg.pinv(spread, hermitian=True) @ gap)
        p[number] = special.fdtrc(tested, df - tested + 1, wald / tested * (df - tested + 1) / df)
    return p


def _check(
    values: Floats, inside: Booleans, names: tuple[str, ...], weight: Floats, categories: int
) -> None:
    n, k = int(inside.sum()), values.shape[1] - 1
    if categories > MOST_CATEGORIES:
        raise FrameError(
            f"{names[0]} has {categories} different values: an ordered outcome has at most "
            f"{MOST_CATEGORIES}; use relative weights"
        )
    if n <= k + max(categories, 2):
        raise FrameError(
            f"only {n} respondents have the outcome and all predictors: too few for {k} predictors"
        )
    z, share = standardised(weight, values, inside, names)
    overlap = collinearity(z[:, 1:].T @ (share[:, None] * z[:, 1:])) if k else None
    if overlap is not None and overlap.condition > 1 / np.sqrt(OVERLAP):
        raise FrameError("a predictor follows from the others: leave one of them out")


def _warnings(names: tuple[str, ...], unequal: Floats, rarest: int, k: int) -> tuple[str, ...]:
    said = []
    if rarest < FEW_PER_PARAMETER * k:
        said.append(
            f"the rarest answer was given {rarest} times, for {k} predictors: slopes are uncertain "
            "and pulled away from zero"
        )
    known = np.isfinite(unequal)
    bent = holm(np.where(known, unequal, 1.0)) < SIGNIFICANT
    if bent.any():
        which = ", ".join(name for name, one in zip(names, bent, strict=True) if one)
        said.append(
            f"{which}: the slope is not the same at every threshold, so one figure is an average "
            "of different ones"
        )
    return tuple(said)
