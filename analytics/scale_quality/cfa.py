"""Confirmatory factor analysis of one or several groups by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.scale_quality.equality import Equality, assign
from analytics.scale_quality.fitting import fit, prepare_fit
from analytics.scale_quality.modification import modification_indices
from analytics.scale_quality.moments import samples
from analytics.scale_quality.parameters import in_units_of_the_items, tabulate
from analytics.scale_quality.structure import structure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.scale_quality.equality import Assignment
    from analytics.scale_quality.fit_measures import FitMeasures
    from analytics.scale_quality.fitting import Estimator, Fit, FittingProblem
    from analytics.scale_quality.moments import Missing
    from analytics.scale_quality.samples import SampledClusters

FEW: Final = 100  # below that, tests of fit hardly see a wrong model and measures of fit jump
DROPPED_LIMIT: Final = 0.05  # of the respondents, before we say that they are not in the model


@dataclass(frozen=True, slots=True)
class FactorFit:
    """A fitted factor model.

    ``loadings``: group, factor, item, estimate, se, standardised, standardised_se (the latter
    with respect to items and factors). ``correlations``: group, first, second, correlation, se.
    ``means``: group, factor, mean, se, variance (mean 0 and variance 1 where fixed). ``items``:
    group, item, intercept, intercept_se, unique (variance), explained (share of variance).
    ``robust`` has the scaled test with the measures built on it, ``scaled`` the measures of that
    test taken as if it were a plain one (as ``cfi.scaled`` of lavaan; None with "mlm"). ``dropped``
    counts respondents left out because an item was missing. ``modification`` are the
    `modification.modification_indices`, where they were asked for.
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
    scaled: FitMeasures | None = None
    modification: pd.DataFrame | None = None


def fit_factor_model(
    items: pd.DataFrame,
    factors: Mapping[str, Sequence[str]],
    *,
    group: pd.Series | None = None,
    equality: Equality | None = None,
    weight: Floats | None = None,
    drawn: SampledClusters | None = None,
    estimator: Estimator = "mlm",
    missing: Missing = "listwise",
    modification: bool = False,
) -> FactorFit:
    r"""Fit a factor model.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        In any unit; missing is NaN.
    factors : mapping of factor to its items
    group : Series, optional
        Fits all groups at once, with means; same index as ``items``.
    equality : Equality, optional
        What groups share; by default nothing but the pattern (configural).
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent (pseudo maximum likelihood); read ``robust`` and robust errors then,
        which take the observed information, valid also where the model fits badly.
    drawn : SampledClusters, optional
        Clusters and strata; the same holds.
    estimator : {"ml", "mlm", "mlr"}
        The estimates are the same. "ml": errors of normal theory. "mlm": robust ones with Satorra
        and Bentler's test. "mlr": those of Huber and White with Yuan and Bentler's, which hold
        where the model fits badly, too. With gaps, "mlm" is "mlr".
    missing : {"listwise", "fiml"}
        Only who answered every item of the model counts, or everybody with what was answered
        (`pattern_likelihood`).
    modification : bool
        Tell what the model leaves out.

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
    robust test: tr(U Gamma) / df, expected information (lavaan's "MLM"), or
    `huber_white.yuan_bentler`. With gaps, measures of fit but chi-square are those of
    `gaps.corrected`.

    References
    ----------
    Satorra, A., Bentler, P. M. (1994). In von Eye, Clogg (eds), Latent Variables Analysis, 399-419.
    Rosseel, Y. (2012). lavaan. Journal of Statistical Software 48(2).
    """
    model = structure(factors)
    data = samples(items, model.items, group, weight, drawn, missing=missing)
    asked = prepare_fit(model, data, estimator, observed=weight is not None or drawn is not None)
    assignment = assign(model, len(data.groups), equality or Equality())
    found = fit(asked, assignment)
    laid = lay_out_fit(asked, found, assignment)
    if not modification or not found.solution.converged:
        return laid
    return replace(laid, modification=modification_indices(asked, assignment, found))


def lay_out_fit(asked: FittingProblem, found: Fit, assignment: Assignment) -> FactorFit:
    """Lay a fitted model out as tables, with what should be said of it."""
    model, data = asked.model, asked.data
    gathers = [assignment.gather(number) for number in range(len(data.groups))]
    errors = [gather @ found.error @ gather.T for gather in gathers]
    names = tuple(group.name for group in data.groups)
    tables = tabulate(model, names, *in_units_of_the_items(model, data, found.vectors, errors))
    dropped = sum(group.dropped for group in data.groups)
    warnings = (*_warnings(asked, found, dropped), *lost_factors(tables[2]))
    return FactorFit(
        names, found.plain, found.robust, *tables, dropped, found.solution.converged, warnings,
        found.naive,
    )  # fmt: skip


def _warnings(asked: FittingProblem, found: Fit, dropped: int) -> tuple[str, ...]:
    model, data = asked.model, asked.data
    said = []
    if not found.solution.converged:
        said.append(
            "the search for the factor model did not end: there are too few respondents for it, or "
            "an item belongs to no factor; the model has no figures"
        )
    elif np.isnan(found.robust.chi2):
        said.append(
            "the scaled test has no figure: answers are too few, or too odd, to scale it by"
        )
    negative = (found.vectors[:, model.parts["unique"]] < 0).any(axis=0)
    said += [
        f"{item!r} has a negative unique variance (Heywood case): the model asks too much of it"
        for item, odd in zip(model.items, negative, strict=True)
        if odd
    ]
    lost = dropped_warnings(dropped, data.n) if data.complete else ()
    return (*said, *few_warnings(data.n, complete=data.complete), *lost)


def lost_factors(means: pd.DataFrame) -> tuple[str, ...]:
    """Say which factors are none in a group: with a variance that is not above zero."""
    lost = means[means["variance"] <= 0]
    return tuple(
        f"group {group!r}: the factor {factor!r} has no variance there: nothing can be said of it"
        for group, factor in zip(lost["group"], lost["factor"], strict=True)
    )


def few_warnings(n: int, *, complete: bool = True) -> tuple[str, ...]:
    """Say when there are too few respondents for the measures of fit to tell anything."""
    if n >= FEW:
        return ()
    what = "all items" if complete else "any item"
    return (f"only {n} respondents answered {what}: the measures of fit tell little",)


def dropped_warnings(dropped: int, n: int) -> tuple[str, ...]:
    """Say when many were left out because they left out an item."""
    if dropped <= DROPPED_LIMIT * (dropped + n):
        return ()
    told = f"{dropped} of {dropped + n} respondents left an item of the model out and are not in it"
    return (f"{told}: if they differ from the others, so may the result",)
