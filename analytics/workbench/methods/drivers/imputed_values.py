"""Missing values of predictors drawn several times from a normal model of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.drivers.correlations import standardised
from analytics.errors import FrameError
from analytics.workbench.methods.estimation.replicate_weights import bootstrap
from analytics.workbench.methods.estimation.row_order import in_order_of_content

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats, Integers
    from analytics.estimation.design import Design


CLOSE: Final = 1e-5
MOST_STEPS: Final = 500
# A ridge in standard deviations: keeps a pattern solvable in which predictors nearly coincide.
RIDGE: Final = 1e-6
SMALLEST_WEIGHT: Final = 1e-9


def impute(
    design: Design,
    values: Floats,
    names: tuple[str, ...],
    draws: int,
    rng: np.random.Generator,
) -> list[Floats]:
    """Complete the predictors of those who gave the outcome and at least one predictor.

    Parameters
    ----------
    design : Design
    values : ndarray of float, shape (n_respondents, k + 1)
        The outcome first; NaN where missing.
    names : tuple of str, length k + 1
    draws : int
    rng : numpy.random.Generator

    Returns
    -------
    list of ndarray of float, shape (n_respondents, k + 1)
        NaN throughout for respondents who do not count.

    Raises
    ------
    FrameError
        If too few respondents count, or a column is the same for all of them.

    Notes
    -----
    The columns are taken as normal. Each draw has clusters drawn anew (Rao, Wu and Yue), mean and
    covariance fitted to them by EM with survey weights, and what is missing drawn given what is
    there. Outcomes are never filled in: they would bring no knowledge, only noise.

    References
    ----------
    Honaker, J., King, G. (2010). What to do about missing values in time-series cross-section
    data. American Journal of Political Science 54, 561-581. von Hippel, P. T. (2007). Regression
    with missing Ys. Sociological Methodology 37, 83-117.
    """
    ordered = in_order_of_content(design, values)
    completed = _completed(ordered.design, ordered.values, names, draws, rng)
    return [ordered.in_file_order(one) for one in completed]


def _completed(
    design: Design,
    values: Floats,
    names: tuple[str, ...],
    draws: int,
    rng: np.random.Generator,
) -> list[Floats]:
    """Complete rows in the order in which chance is handed out."""
    known = np.isfinite(values)
    inside = known[:, 0] & known[:, 1:].any(axis=1)
    if int((known & inside[:, None]).sum(axis=0).min()) <= values.shape[1]:
        raise FrameError(
            "too few respondents have each predictor together with the outcome: at most "
            f"{int((known & inside[:, None]).sum(axis=0).min())} for the rarest"
        )
    centre, spread = _scale(design.weight, values, inside, names)
    z = ((values - centre) / spread)[inside]
    patterns = _patterns(known[inside])
    share = design.weight[inside] / design.weight[inside].sum()
    start = _fit(z, share, patterns, (np.zeros(z.shape[1]), np.eye(z.shape[1])))
    completed = []
    again = bootstrap(design, rng, draws)
    for number in range(draws):
        factor = again.factor(number)[again.cluster]
        # a cluster that was not drawn keeps a trace, so that no column becomes constant
        weight = np.maximum(factor * design.weight, SMALLEST_WEIGHT * design.weight)[inside]
        mean, covariance = _fit(z, weight / weight.sum(), patterns, start)
        whole = np.full_like(values, np.nan)
        whole[inside] = _draw(z, mean, covariance, patterns, rng) * spread + centre
        completed.append(whole)
    return completed


def _scale(
    weight: Floats, values: Floats, inside: Booleans, names: tuple[str, ...]
) -> tuple[Floats, Floats]:
    """Give means and deviations of each column over those who have it."""
    centre, spread = np.zeros(values.shape[1]), np.ones(values.shape[1])
    for number in range(values.shape[1]):
        there = inside & np.isfinite(values[:, number])
        standardised(weight, values[:, [number]], there, (names[number],))
        centre[number], spread[number] = values[there, number].mean(), values[there, number].std()
    return centre, spread


def _patterns(known: Booleans) -> list[tuple[Booleans, Integers]]:
    """Group respondents by what they have: the columns, and the rows as positions."""
    pattern, code = np.unique(known, axis=0, return_inverse=True)
    rows = (np.flatnonzero(code.ravel() == number) for number in range(len(pattern)))
    return [(row, own.astype(np.int64)) for row, own in zip(pattern, rows, strict=True)]


def _regression(covariance: Floats, there: Booleans) -> tuple[Floats, Floats]:
    """Regress what is missing on what is there: slopes and what is left of the covariance."""
    have = covariance[np.ix_(there, there)]
    lack = covariance[np.ix_(~there, there)]
    slope = np.linalg.solve(have + RIDGE * np.eye(len(have)), lack.T).T
    return slope, covariance[np.ix_(~there, ~there)] - slope @ lack.T


def _fit(
    z: Floats,
    share: Floats,
    patterns: list[tuple[Booleans, Integers]],
    start: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:
    """Fit mean and covariance of a normal by EM with weights that add up to 1."""
    size = z.shape[1]
    mean, covariance = start
    for _ in range(MOST_STEPS):
        first, second = np.zeros(size), np.zeros((size, size))
        for there, rows in patterns:
            full = np.empty((len(rows), size))
            full[:, there] = z[np.ix_(rows, there)]
            if not there.all():
                slope, left = _regression(covariance, there)
                full[:, ~there] = mean[~there] + (full[:, there] - mean[there]) @ slope.T
                second[np.ix_(~there, ~there)] += share[rows].sum() * left
            first += share[rows] @ full
            second += full.T @ (share[rows][:, None] * full)
        moved = second - np.outer(first, first) - covariance
        mean, covariance = first, covariance + moved
        if np.abs(moved).max() < CLOSE:
            break
    return mean, covariance


def _draw(
    z: Floats,
    mean: Floats,
    covariance: Floats,
    patterns: list[tuple[Booleans, Integers]],
    rng: np.random.Generator,
) -> Floats:
    full = z.copy()
    for there, rows in patterns:
        if there.all():
            continue
        slope, left = _regression(covariance, there)
        values, vectors = np.linalg.eigh(left)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        noise = rng.standard_normal((len(rows), int((~there).sum()))) @ root.T
        given = (z[np.ix_(rows, there)] - mean[there]) @ slope.T
        full[np.ix_(rows, ~there)] = mean[~there] + given + noise
    return full
