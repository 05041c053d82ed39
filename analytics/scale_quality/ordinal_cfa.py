"""Confirmatory factor analysis of graded answers by diagonally weighted least squares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import optimize

from analytics.scale_quality.cfa import FactorFit, dropped_warnings, few_warnings, lost_factors
from analytics.scale_quality.equality import Equality
from analytics.scale_quality.fit_measures import Statistic, fit_measures
from analytics.scale_quality.likelihood import SLOPE_LIMIT, at_rest
from analytics.scale_quality.ordinal_moments import ordinal_samples
from analytics.scale_quality.ordinal_parameters import tabulate_ordinal
from analytics.scale_quality.ordinal_structure import (
    OrdinalStructure,
    assign_ordinal,
    implied_moments,
)
from analytics.scale_quality.structure import structure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.scale_quality.equality import Assignment
    from analytics.scale_quality.ordinal_moments import OrdinalSamples

ITERATIONS: Final = 200


def confirm_ordinal(
    items: pd.DataFrame,
    factors: Mapping[str, Sequence[str]],
    *,
    group: pd.Series | None = None,
    equality: Equality | None = None,
    weight: Floats | None = None,
) -> FactorFit:
    r"""Fit a factor model to graded answers, such as 1-5.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        At most 12 categories each; missing is NaN, left out listwise.
    factors : mapping of factor to its items
    group : Series, optional
        Fits all groups at once; same index as ``items``.
    equality : Equality, optional
        What groups share; "scalar" are equal loadings and thresholds.
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent.

    Returns
    -------
    FactorFit
        ``robust`` holds the mean- and variance-adjusted test ("WLSMV") and the measures built on
        it: read those. ``fit`` holds the unadjusted ones, which are no test. ``items`` lists
        thresholds. Errors are robust.

    Raises
    ------
    SpecificationError, FrameError
        As `cfa.fit_factor_model`; also if a category is empty in one of the groups.

    Notes
    -----
    Minimises :math:`\sum_g (n_g/n) (s_g - \sigma_g)' D_g^{-1} (s_g - \sigma_g)`, s thresholds and
    polychoric correlations, D the diagonal of their asymptotic covariance :math:`\Gamma`. With U
    the residual weight, the adjusted test is a T + b with a = sqrt(df / tr((U Gamma)^2)), b = df -
    a tr(U Gamma).

    References
    ----------
    Muthen, B., du Toit, S. H. C., Spisic, D. (1997). Robust inference using weighted least squares.
    Asparouhov, T., Muthen, B. (2010). Simple second order chi-square correction. Mplus note.
    """
    model = structure(factors)
    data = ordinal_samples(items, model.items, group, weight)
    whole = OrdinalStructure(model, data.sizes)
    return fit_ordinal(whole, data, equality or Equality())[0]


def fit_ordinal(
    whole: OrdinalStructure, data: OrdinalSamples, equality: Equality
) -> tuple[FactorFit, Floats]:
    """Fit a model to moments that are there already, and keep its parameters."""
    assignment = assign_ordinal(whole, len(data.groups), equality)
    free, converged = _minimise(whole, data, assignment)
    vectors = assignment.spread(free)
    misses, slopes = _pieces(whole, data, assignment, free)
    weights = [
        share / np.diag(s.variance) for share, s in zip(data.share, data.groups, strict=True)
    ]
    # n - 1 in each group, as lavaan and Mplus count for least squares.
    chi2 = sum(
        (s.n - 1) * float((1 / np.diag(s.variance)) @ m**2)
        for s, m in zip(data.groups, misses, strict=True)
    )
    bend = sum(d.T @ (w[:, None] * d) for w, d in zip(weights, slopes, strict=True))
    inverse = np.linalg.pinv(bend, hermitian=True)
    plain = Statistic(chi2, sum(map(len, misses)) - assignment.size)
    spread = [s.variance / share for s, share in zip(data.groups, data.share, strict=True)]
    product = _product(weights, slopes, spread, inverse)
    adjusted = scale_and_shift(plain, float(np.trace(product)), float((product * product.T).sum()))
    base, base_adjusted = _baseline(whole, data)
    meat = sum(
        d.T @ (np.outer(w, w) * v) @ d for w, d, v in zip(weights, slopes, spread, strict=True)
    )
    error = inverse @ meat @ inverse / (data.n - len(data.groups))
    gathers = [assignment.gather(number) for number in range(len(data.groups))]
    names = [group.name for group in data.groups]
    tables = tabulate_ordinal(whole, names, vectors, [g @ error @ g.T for g in gathers])
    dropped = sum(group.dropped for group in data.groups)
    srmr = _srmr(data, misses)
    ended = () if converged else ("the search for the factor model did not end",)
    told = (*ended, *_heywood(tables[0]), *lost_factors(tables[2]), *few_warnings(data.n))
    found = FactorFit(
        tuple(names),
        fit_measures(plain, base, data.n, len(names), srmr, lost=len(names)),
        fit_measures(adjusted, base_adjusted, data.n, len(names), srmr, lost=len(names)),
        *tables,
        dropped,
        converged,
        (*told, *dropped_warnings(dropped, data.n)),
    )
    return found, vectors


def _heywood(loadings: pd.DataFrame) -> tuple[str, ...]:
    """Name items that a factor explains more than wholly."""
    beyond = loadings.loc[loadings["standardised"].abs() > 1, "item"].unique()
    return tuple(
        f"{item!r} has a standardised loading above 1 (Heywood case): the model asks too much of it"
        for item in beyond
    )


def scale_and_shift(plain: Statistic, trace: float, square: float) -> Statistic:
    """Shift and scale a statistic to the mean and variance of chi-square."""
    if plain.df == 0:
        return plain
    a = float(np.sqrt(plain.df / square))
    return Statistic(a * plain.chi2 + plain.df - a * trace, plain.df)


def _start(whole: OrdinalStructure, data: OrdinalSamples, assignment: Assignment) -> Floats:
    parts = whole.parts
    vector = np.zeros((len(data.groups), whole.size))
    row, column = whole.model.factor_at
    vector[:, parts["loading"]] = 0.6
    vector[:, parts["factor"]] = np.where(row == column, 1.0, 0.3)
    vector[:, parts["scale"]] = 1.0
    vector[:, parts["threshold"]] = [s.moments[: len(whole.owner)] for s in data.groups]
    free, count = np.zeros(assignment.size), np.zeros(assignment.size)
    used = assignment.place >= 0
    np.add.at(free, assignment.place[used], vector[used])
    np.add.at(count, assignment.place[used], 1.0)
    return free / count


def _pieces(
    whole: OrdinalStructure, data: OrdinalSamples, assignment: Assignment, free: Floats
) -> tuple[list[Floats], list[Floats]]:
    """Give each group's residuals, and the slopes of what is implied by the free parameters."""
    misses, slopes = [], []
    for number, (sample, vector) in enumerate(
        zip(data.groups, assignment.spread(free), strict=True)
    ):
        moments, slope = implied_moments(whole, vector)
        misses.append(sample.moments - moments)
        slopes.append(slope @ assignment.gather(number))
    return misses, slopes


def _minimise(
    whole: OrdinalStructure, data: OrdinalSamples, assignment: Assignment
) -> tuple[Floats, bool]:
    """Minimise by a trust region with Gauss and Newton's curvature, as `likelihood.maximise`."""
    weights = [
        share / np.diag(sample.variance)
        for share, sample in zip(data.share, data.groups, strict=True)
    ]

    def lack(free: Floats) -> float:
        misses, _ = _pieces(whole, data, assignment, free)
        return sum(float(w @ m**2) for w, m in zip(weights, misses, strict=True))

    def slope(free: Floats) -> Floats:
        parts = zip(weights, *_pieces(whole, data, assignment, free), strict=True)
        total = sum((d.T @ (w * m) for w, m, d in parts), np.zeros(assignment.size))
        return -2 * np.asarray(total, dtype=np.float64)

    def bend(free: Floats) -> Floats:
        _, slopes = _pieces(whole, data, assignment, free)
        parts = zip(weights, slopes, strict=True)
        total = sum((d.T @ (w[:, None] * d) for w, d in parts), np.zeros((assignment.size,) * 2))
        return 2 * np.asarray(total, dtype=np.float64)

    found = optimize.minimize(
        lack,
        _start(whole, data, assignment),
        jac=slope,
        hess=bend,
        method="trust-exact",
        options={"gtol": SLOPE_LIMIT / 10, "maxiter": ITERATIONS},
    )
    free = np.asarray(found.x, dtype=np.float64)
    return free, at_rest(slope(free), bend, free, data.n)


def residual_weight(
    whole: OrdinalStructure, data: OrdinalSamples, assignment: Assignment, free: Floats
) -> Floats:
    """Give U Gamma of a model at its estimates, over the moments of all groups."""
    _, slopes = _pieces(whole, data, assignment, free)
    shares = list(zip(data.groups, data.share, strict=True))
    weights = [share / np.diag(sample.variance) for sample, share in shares]
    bend = sum(d.T @ (w[:, None] * d) for w, d in zip(weights, slopes, strict=True))
    spread = [sample.variance / share for sample, share in shares]
    return _product(weights, slopes, spread, np.linalg.pinv(bend, hermitian=True))


def _product(
    weights: Sequence[Floats],
    slopes: Sequence[Floats],
    spread: Sequence[Floats],
    inverse: Floats,
) -> Floats:
    """Multiply the residual weight U by Gamma, over all groups together."""
    weight, slope = np.concatenate(weights), np.vstack(slopes)
    size = len(weight)
    gamma = np.zeros((size, size))
    first = 0
    for part in spread:
        last = first + len(part)
        gamma[first:last, first:last] = part
        first = last
    leaning = weight[:, None] * slope
    product = weight[:, None] * gamma - leaning @ (inverse @ (leaning.T @ gamma))
    return np.asarray(product, dtype=np.float64)


def _baseline(whole: OrdinalStructure, data: OrdinalSamples) -> tuple[Statistic, Statistic]:
    """Test the model in which opinions are unrelated: thresholds free, correlations 0."""
    t = len(whole.owner)
    chi2, trace, square, df = 0.0, 0.0, 0.0, 0
    for sample in data.groups:
        own = sample.variance[t:, t:]
        weight = 1 / np.diag(own)
        chi2 += (sample.n - 1) * float(weight @ sample.moments[t:] ** 2)
        product = weight[:, None] * own
        trace += float(np.trace(product))
        square += float((product * product.T).sum())
        df += len(weight)
    plain = Statistic(chi2, df)
    return plain, scale_and_shift(plain, trace, square)


def _srmr(data: OrdinalSamples, misses: Sequence[Floats]) -> float:
    """Average the squared residual correlations, the diagonal (0) counted, over groups."""
    k = len(data.sizes)
    pairs, cells = k * (k - 1) // 2, k * (k + 1) // 2
    roots = [float(np.sqrt((miss[-pairs:] ** 2).sum() / cells)) for miss in misses]
    return float(data.share @ np.array(roots))
