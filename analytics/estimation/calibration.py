"""Errors of calibrated weights: what the known totals explain is no sampling error.

z is replaced by its residual from a weighted regression on the calibration columns, as R's survey
package does for post-stratified, raked and calibrated designs.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.estimation.grouping import each_own, runs, sum_by
from analytics.estimation.leverage import inverse, left_out_residual

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats, Integers
    from analytics.estimation.calibrated import Calibrated


def calibration_residual(design: Calibrated) -> Callable[[Floats, Integers], Floats]:
    """Prepare the regression on the calibration columns.

    Parameters
    ----------
    design : Calibrated
        With or without calibration columns.

    Returns
    -------
    callable
        Takes u = w z, shape (n_respondents, n_columns), and the rows of a domain; gives w times
        the residual of z (0 outside the domain) from the calibration columns. Without such
        columns, u of the domain's rows and 0 elsewhere. With ``leverage``, as
        `analytics.estimation.leverage.left_out_residual` has them.

    References
    ----------
    Deville, J.-C., Sarndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of
    the American Statistical Association 87, 376-382.
    """
    if design.calibration is None:
        return _only_inside
    explained = _explained(design, design.calibration)

    def residual(influence: Floats, rows: Integers) -> Floats:
        left = -explained(influence, rows)
        left[rows] += influence[rows]
        return left

    return left_out_residual(design, residual) if design.leverage else residual


def residual_sums(
    design: Calibrated,
) -> Callable[[Floats, Floats, Integers], tuple[Floats, Floats]]:
    """Prepare the same regression where a row stands for several respondents drawn themselves.

    Returns
    -------
    callable
        Takes the sums of u and of its squares over those whom each row stands for, shape
        (n_rows, n_columns), and the rows of a domain; gives the same sums of the residuals.
    """
    assert design.calibration is not None
    explained, each = _explained(design, design.calibration), design.repeated[:, None]

    def sums(influence: Floats, squares: Floats, rows: Integers) -> tuple[Floats, Floats]:
        left = -explained(influence, rows)
        first, second = each * left, each * left**2
        first[rows] += influence[rows]
        second[rows] += 2.0 * left[rows] * influence[rows] + squares[rows]
        return first, second

    return sums


def _explained(design: Calibrated, x: Floats) -> Callable[[Floats, Integers], Floats]:
    """Prepare what the calibration columns explain of each respondent's u."""
    weight = design.weight
    base = weight if design.base is None else design.base
    weighted = base[:, None] * x
    slope = inverse((design.repeated[:, None] * weighted).T @ x) @ weighted.T
    projected = weight[:, None] * x

    def explained(influence: Floats, rows: Integers) -> Floats:
        coefficient = slope[:, rows] @ (influence[rows] / weight[rows, None])
        return np.asarray(projected @ coefficient, dtype=np.float64)

    return explained


def _only_inside(influence: Floats, rows: Integers) -> Floats:
    inside = np.zeros_like(influence)
    inside[rows] = influence[rows]
    return inside


def calibrated_terms(
    design: Calibrated,
    influence: Floats,
    domain: Integers,
    size: int,
    squares: Floats | None = None,
) -> tuple[Floats, Floats]:
    """Compute the variance of respondents drawn themselves, for all domains in one pass.

    Parameters
    ----------
    design : Calibrated
        With calibration columns, one stage, each respondent a cluster of one, and at least two
        respondents per stratum.
    influence : ndarray of float, shape (n_respondents, n_columns)
        u = w z of the respondent's own domain.
    domain : ndarray of int64, shape (n_respondents,)
        From 0 to size - 1, or -1.
    size : int
        Number of domains.
    squares : ndarray of float, shape (n_respondents, n_columns), optional
        As `analytics.estimation.variance.domain_variance` has them.

    Returns
    -------
    corrected, model : ndarray of float, shape (size, n_columns)
        With and without finite population correction.

    Notes
    -----
    The residual r = u - w x'b is not 0 outside its domain, so a table of residuals would need all
    respondents for every domain. Its sums of squares need only sums within the domain:
    sum k r^2 = sum k u^2 - 2 b' sum k w x u + b' (sum k w^2 x x') b.
    """
    x, weight, stage = design.calibration, design.weight, design.stages[0]
    assert x is not None
    base = weight if design.base is None else design.base
    order, bounds = runs(domain, size)
    parts = [slice(start, stop) for start, stop in itertools.pairwise(bounds.tolist())]
    rows = _Rows(weight[:, None] * x, stage.repeated, stage.stratum, influence, squares, parts)
    ratio = (base / weight**2)[:, None]
    if size > 1 or bounds[0]:
        # Rows of one domain lie side by side: each domain is a slice, and nothing is copied twice.
        rows, ratio = rows.in_order(order), ratio[order]
    solve = inverse(((design.repeated * base)[:, None] * x).T @ x)
    slopes = [
        solve @ (rows.weighted[part].T @ (ratio[part] * rows.influence[part]))
        for part in rows.parts
    ]
    n = stage.size.astype(np.float64)
    plain = n / (n - 1.0)
    corrected = _expanded(rows, slopes, (1.0 - stage.fraction) * plain, n)
    model = corrected if not stage.fraction.any() else _expanded(rows, slopes, plain, n)
    return corrected, model


@dataclass(frozen=True, slots=True)
class _Rows:
    """Respondents with w x and u, and the rows of each domain, where they lie in its order."""

    weighted: Floats
    each: Floats | None
    stratum: Integers
    influence: Floats
    squares: Floats | None
    parts: list[slice]

    def in_order(self, order: Integers) -> _Rows:
        return _Rows(
            weighted=np.take(self.weighted, order, axis=0),
            each=self.each if self.each is None else self.each[order],
            stratum=self.stratum[order],
            influence=each_own(self.influence, order),
            squares=self.squares if self.squares is None else each_own(self.squares, order),
            parts=self.parts,
        )


def _expanded(rows: _Rows, slopes: list[Floats], factor: Floats, n: Floats) -> Floats:
    """Sum the squares of residuals around their stratum means, stratum by stratum."""
    counted = rows.weighted if rows.each is None else rows.each[:, None] * rows.weighted
    # a factor that all strata have is multiplied into their sums, and not into every row
    factors = set(factor.tolist())
    same = factors.pop() if len(factors) == 1 else None
    each = factor[rows.stratum][:, None] if same is None else None

    def scaled(values: Floats, part: slice) -> Floats:
        return values if each is None else each[part] * values

    whole = rows.weighted.T @ scaled(counted, slice(None))
    total = sum_by(rows.stratum, counted, len(n))
    result = np.zeros((len(slopes), rows.influence.shape[1]))
    between = np.zeros_like(result)
    for number, (part, slope) in enumerate(zip(rows.parts, slopes, strict=True)):
        u = rows.influence[part]
        own = scaled(u, part)
        mean = sum_by(rows.stratum[part], u, len(n)) - total @ slope
        result[number] = (
            (own * u if rows.squares is None else scaled(rows.squares[part], part)).sum(axis=0)
            - 2.0 * (slope * (rows.weighted[part].T @ own)).sum(axis=0)
            + (slope * (whole @ slope)).sum(axis=0)
        )
        between[number] = ((factor / n)[:, None] * mean**2).sum(axis=0)
    return np.maximum((1.0 if same is None else same) * result - between, 0.0)
