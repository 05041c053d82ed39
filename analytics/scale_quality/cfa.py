"""Confirmatory factor analysis of one or several groups by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.scale_quality.equality import Equality, assign
from analytics.scale_quality.fit_measures import Statistic, fit_measures, residual
from analytics.scale_quality.likelihood import information, maximise
from analytics.scale_quality.moments import samples
from analytics.scale_quality.parameters import in_units_of_the_items, tabulate
from analytics.scale_quality.robust import empirical, sandwich
from analytics.scale_quality.starting import start
from analytics.scale_quality.structure import Structure, structure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.scale_quality.equality import Assignment
    from analytics.scale_quality.fit_measures import FitMeasures
    from analytics.scale_quality.likelihood import Solution
    from analytics.scale_quality.moments import Drawn, Samples

FEW: Final = 100  # below that, tests of fit hardly see a wrong model and measures of fit jump
DROPPED_LIMIT: Final = 0.05  # of the respondents, before we say that they are not in the model


@dataclass(frozen=True, slots=True)
class FactorFit:
    """A fitted factor model.

    ``loadings``: group, factor, item, estimate, se, standardised, standardised_se (the latter
    with respect to items and factors). ``correlations``: group, first, second, correlation, se.
    ``means``: group, factor, mean, se, variance (mean 0 and variance 1 where fixed). ``items``:
    group, item, intercept, intercept_se, unique (variance), explained (share of variance).
    ``robust`` has Satorra and Bentler's scaled test with the measures built on it. ``dropped``
    counts respondents left out because an item was missing.
    """

    groups: tuple[str, ...]
    fit: FitMeasures
    robust: FitMeasures
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    means: pd.DataFrame
    items: pd.DataFrame
    dropped: int
    converged: bool
    warnings: tuple[str, ...]


def confirm(
    items: pd.DataFrame,
    factors: Mapping[str, Sequence[str]],
    *,
    group: pd.Series | None = None,
    equality: Equality | None = None,
    weight: Floats | None = None,
    drawn: Drawn | None = None,
    robust_errors: bool = True,
) -> FactorFit:
    r"""Fit a factor model.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        In any unit; missing is NaN. Listwise: only who answered every item of the model counts.
    factors : mapping of factor to its items
    group : Series, optional
        Fits all groups at once, with means; same index as ``items``.
    equality : Equality, optional
        What groups share; by default nothing but the pattern (configural).
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent (pseudo maximum likelihood); read ``robust`` and robust errors then,
        which take the observed information (lavaan's "MLR"), valid also where the model fits badly.
    drawn : Drawn, optional
        Clusters and strata; the same holds.
    robust_errors : bool
        Sandwich errors, or those of normal theory.

    Returns
    -------
    FactorFit

    Raises
    ------
    SpecificationError
        If the model makes no sense, such as a single factor of two items.
    FrameError
        If the data cannot carry it: an item missing or constant, a group too small.

    Notes
    -----
    :math:`\Sigma = \Lambda\Phi\Lambda' + \Theta`, chi-square = n times the discrepancy of
    `likelihood.maximise` with n in place of n - 1, as in lavaan's default. Scaling factor of the
    robust test: tr(U Gamma) / df, expected information (lavaan's "MLM").

    References
    ----------
    Satorra, A., Bentler, P. M. (1994). In von Eye, Clogg (eds), Latent Variables Analysis, 399-419.
    Rosseel, Y. (2012). lavaan. Journal of Statistical Software 48(2).
    """
    model = structure(factors)
    data = samples(items, model.items, group, weight, drawn)
    return fit_vectors(
        model,
        data,
        equality or Equality(),
        robust_errors=robust_errors,
        observed=weight is not None or drawn is not None,
    )[0]


def fit_vectors(
    model: Structure,
    data: Samples,
    equality: Equality,
    *,
    robust_errors: bool = True,
    observed: bool = False,
) -> tuple[FactorFit, Floats]:
    """Fit a model to moments that are there already, and keep its parameters.

    Returns
    -------
    FactorFit
        As `confirm`.
    vectors : ndarray of float, shape (n_groups, q)
        Each group's parameters in the common units of `moments.samples`.
    """
    assignment = assign(model, len(data.groups), equality)
    solution = maximise(model, data, assignment, start(model, data, assignment))
    vectors = assignment.spread(solution.free)
    normal, scaled, covariance = _judged(model, data, assignment, solution)
    baseline = baseline_statistics(model, data)
    srmr = residual(model, data, vectors)
    error = covariance[1 if robust_errors else 0]
    if observed and robust_errors and solution.converged:
        error = sandwich(model, data, assignment, solution.free) / data.n
    gathers = [assignment.gather(number) for number in range(len(data.groups))]
    tables = tabulate(
        model,
        [group.name for group in data.groups],
        *in_units_of_the_items(model, data, vectors, [g @ error @ g.T for g in gathers]),
    )
    dropped = sum(group.dropped for group in data.groups)
    n, groups = data.n, len(data.groups)
    found = FactorFit(
        tuple(group.name for group in data.groups),
        fit_measures(normal, baseline[0], n, groups, srmr),
        fit_measures(scaled, baseline[1], n, groups, srmr),
        *tables,
        dropped,
        solution.converged,
        (*_warnings(solution, vectors, model, dropped, n), *lost_factors(tables[2])),
    )
    return found, vectors


def baseline_statistics(model: Structure, data: Samples) -> tuple[Statistic, Statistic]:
    """Test the model without relations between items, normal-theory and scaled."""
    p = len(model.items)
    empty = Structure(model.items, (), np.zeros((p, 0), dtype=np.bool_))
    assignment = assign(empty, len(data.groups), Equality())
    vectors = [np.concatenate([np.diag(s.covariance), s.mean]) for s in data.groups]
    free = np.zeros(assignment.size)
    free[assignment.place.ravel()] = np.concatenate(vectors)
    logs = [_log_ratio(sample.covariance) for sample in data.groups]
    chi2 = data.n * float(data.share @ np.array(logs))
    df = len(data.groups) * p * (p - 1) // 2
    scaling = _scaling(empty, data, assignment, free, df)[0]
    return Statistic(chi2, df), Statistic(chi2, df, scaling)


def _log_ratio(covariance: Floats) -> float:
    return float(np.log(np.diag(covariance)).sum() - np.linalg.slogdet(covariance)[1])


def _judged(
    model: Structure, data: Samples, assignment: Assignment, solution: Solution
) -> tuple[Statistic, Statistic, tuple[Floats, Floats]]:
    p = len(model.items)
    df = len(data.groups) * p * (p + 3) // 2 - assignment.size
    chi2 = data.n * max(solution.discrepancy, 0.0)
    if not solution.converged:
        unknown = np.full((assignment.size,) * 2, np.nan)
        nothing = Statistic(float("nan"), df)
        return nothing, nothing, (unknown, unknown)
    scaling, inverse, expected = _scaling(model, data, assignment, solution.free, df)
    errors = (inverse / data.n, expected / data.n)
    return Statistic(chi2, df), Statistic(chi2, df, scaling), errors


def _scaling(
    model: Structure, data: Samples, assignment: Assignment, free: Floats, df: int
) -> tuple[float, Floats, Floats]:
    inverse = np.linalg.pinv(information(model, data, assignment, free), hermitian=True)
    meat, trace = empirical(model, data, assignment, free)
    scaling = (trace - float((inverse * meat).sum())) / df if df else 1.0
    return scaling, inverse, inverse @ meat @ inverse


def _warnings(
    solution: Solution, vectors: Floats, model: Structure, dropped: int, n: int
) -> tuple[str, ...]:
    found = []
    if not solution.converged:
        found.append(
            "the search for the factor model did not end: there are too few respondents for it, or "
            "an item belongs to no factor; the model has no figures"
        )
    parts = model.parts
    negative = (vectors[:, parts["unique"]] < 0).any(axis=0)
    found += [
        f"{item!r} has a negative unique variance (Heywood case): the model asks too much of it"
        for item, odd in zip(model.items, negative, strict=True)
        if odd
    ]
    return (*found, *few_warnings(n), *dropped_warnings(dropped, n))


def lost_factors(means: pd.DataFrame) -> tuple[str, ...]:
    """Say which factors are none in a group: with a variance that is not above zero."""
    lost = means[means["variance"] <= 0]
    return tuple(
        f"group {group!r}: the factor {factor!r} has no variance there: nothing can be said of it"
        for group, factor in zip(lost["group"], lost["factor"], strict=True)
    )


def few_warnings(n: int) -> tuple[str, ...]:
    """Say when there are too few respondents for the measures of fit to tell anything."""
    if n >= FEW:
        return ()
    return (f"only {n} respondents answered all items: the measures of fit tell little",)


def dropped_warnings(dropped: int, n: int) -> tuple[str, ...]:
    """Say when many were left out because they left out an item."""
    if dropped <= DROPPED_LIMIT * (dropped + n):
        return ()
    told = f"{dropped} of {dropped + n} respondents left an item of the model out and are not in it"
    return (f"{told}: if they differ from the others, so may the result",)
