"""A factor model fitted to answers, with the errors and the tests that were asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.errors import FrameError
from analytics.scale_quality.equality import Equality, assign
from analytics.scale_quality.fit_measures import (
    Statistic,
    fit_measures,
    residual,
    scaled_measures,
)
from analytics.scale_quality.gaps import corrected
from analytics.scale_quality.huber_white import (
    bread,
    meat,
    sandwich,
    unrestricted,
    yuan_bentler,
)
from analytics.scale_quality.likelihood import discrepancy, information, maximise
from analytics.scale_quality.patterns import one_by_one
from analytics.scale_quality.robust import empirical, weighted_sandwich
from analytics.scale_quality.starting import starting_values
from analytics.scale_quality.structure import Structure

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.scale_quality.equality import Assignment
    from analytics.scale_quality.fit_measures import FitMeasures
    from analytics.scale_quality.huber_white import Unrestricted
    from analytics.scale_quality.likelihood import Solution
    from analytics.scale_quality.samples import Samples

TOO_THIN: Final = (
    "too few answered the same items to tell how sure their means and covariances are: leave items "
    'that few answered out, or take missing = "listwise"'
)

type Estimator = Literal["ml", "mlm", "mlr"]


@dataclass(frozen=True, slots=True)
class Tests:
    """The plain statistic of a model, the scaled one, and the one that robust measures go by."""

    plain: Statistic
    scaled: Statistic
    sized: Statistic


@dataclass(frozen=True, slots=True, eq=False)
class FittingProblem:
    """A model and answers, with what every fit of it needs.

    Parameters
    ----------
    estimator : {"ml", "mlm", "mlr"}
        What errors go by: normal theory; Satorra and Bentler; each respondent's part in the slope.
    observed : bool
        Whether "mlm" takes its errors from the observed information (weights, clusters).
    means : bool
        Whether means are part of the standardised residuals.
    """

    model: Structure
    data: Samples
    estimator: Estimator
    observed: bool
    means: bool
    whole: Unrestricted | None
    baseline: Tests


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A solution with its measures of fit, its parameters and their covariance.

    ``vectors`` has shape (n_groups, q) and is in the common units of `moments.samples`, as is
    ``error``, of the free parameters. ``naive`` has the measures of the scaled test taken as if it
    were a plain one; None but for "mlr" and answers with gaps.
    """

    solution: Solution
    vectors: Floats
    error: Floats
    plain: FitMeasures
    robust: FitMeasures
    naive: FitMeasures | None


def prepare_fit(
    model: Structure,
    data: Samples,
    estimator: Estimator = "mlm",
    *,
    observed: bool = False,
    means: bool = False,
) -> FittingProblem:
    """Prepare a model for being fitted, under one equality or several.

    Raises
    ------
    FrameError
        If too little was answered together to test anything.
    """
    if estimator == "mlm" and not data.complete:
        estimator = "mlr"
    try:
        whole = unrestricted(data) if estimator == "mlr" or not data.complete else None
    except np.linalg.LinAlgError:
        raise FrameError(TOO_THIN) from None
    p = len(model.items)
    empty = Structure(model.items, (), np.zeros((p, 0), dtype=np.bool_))
    assignment = assign(empty, len(data.groups), Equality())
    moments = [one_by_one(group.patterns) for group in data.groups]
    vectors = np.array([np.concatenate([variance, mean]) for mean, variance in moments])
    free = np.zeros(assignment.size)
    free[assignment.place.ravel()] = vectors.ravel()
    baseline = _tests(empty, data, assignment, free, discrepancy(empty, data, vectors), whole)[0]
    means = means or len(data.groups) > 1
    return FittingProblem(model, data, estimator, observed, means, whole, baseline)


def fit(asked: FittingProblem, assignment: Assignment) -> Fit:
    """Fit a model where parameters are fixed, free or the same as an assignment says.

    Notes
    -----
    Where the search does not end, the plain and robust statistics are NaN, and so are errors.
    """
    model, data = asked.model, asked.data
    solution = maximise(model, data, assignment, starting_values(model, data, assignment))
    vectors = assignment.spread(solution.free)
    if solution.converged:
        least = solution.discrepancy
        tests, error = _tests(model, data, assignment, solution.free, least, asked.whole)
        error = _error(asked, assignment, solution.free, error) / data.n
    else:
        nothing = Statistic(float("nan"), _degrees(model, data, assignment))
        tests, error = Tests(nothing, nothing, nothing), np.full((assignment.size,) * 2, np.nan)
    srmr = residual(model, data, vectors, means=asked.means)
    return Fit(solution, vectors, error, *_measures(asked, tests, srmr))


def _measures(
    asked: FittingProblem, tests: Tests, srmr: float
) -> tuple[FitMeasures, FitMeasures, FitMeasures | None]:
    base, n, groups = asked.baseline, asked.data.n, len(asked.data.groups)
    plain = fit_measures(tests.plain, base.plain, n, groups, srmr)
    robust = fit_measures(tests.scaled, base.scaled, n, groups, srmr)
    if asked.whole is None:
        return plain, robust, None
    naive = scaled_measures(tests.scaled, base.scaled, n, groups, srmr)
    sized = fit_measures(tests.sized, base.sized, n, groups, srmr)
    tested = {name: getattr(robust, name) for name in ("chi2", "p", "scaling")}
    return plain, replace(sized, **tested), naive


def _degrees(model: Structure, data: Samples, assignment: Assignment) -> int:
    p = len(model.items)
    return len(data.groups) * p * (p + 3) // 2 - assignment.size


def _tests(
    model: Structure,
    data: Samples,
    assignment: Assignment,
    free: Floats,
    least: float,
    whole: Unrestricted | None,
) -> tuple[Tests, Floats]:
    """Test a solution; give the sandwich of the same kind (n times the errors' covariance), too."""
    df = _degrees(model, data, assignment)
    plain = Statistic(data.n * max(least, 0.0), df)
    if whole is None:
        inverse = np.linalg.pinv(information(model, data, assignment, free), hermitian=True)
        filling, trace = empirical(model, data, assignment, free)
        scaling = (trace - float((inverse * filling).sum())) / df if df else 1.0
        scaled = replace(plain, scaling=scaling)
        return Tests(plain, scaled, scaled), sandwich(inverse, filling)
    inverse, filling = bread(model, data, assignment, free), meat(model, data, assignment, free)
    scaled = replace(plain, scaling=yuan_bentler(whole, inverse, filling, df))
    sized = scaled
    if not data.complete:
        sized = corrected(model, data, assignment, assignment.spread(free), whole, df)
    return Tests(plain, scaled, sized), sandwich(inverse, filling)


def _error(asked: FittingProblem, assignment: Assignment, free: Floats, robust: Floats) -> Floats:
    """Give n times the covariance of the parameters, of the kind that was asked for."""
    model, data = asked.model, asked.data
    if asked.estimator == "ml":
        if not data.complete:
            return bread(model, data, assignment, free)
        return np.linalg.pinv(information(model, data, assignment, free), hermitian=True)
    if asked.estimator == "mlm" and asked.observed:
        return weighted_sandwich(model, data, assignment, free)
    return robust
