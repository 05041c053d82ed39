"""The one variance: Taylor linearisation within strata, with or without finite corrections.

Source: instruments.md 4.5. With u_i = w_i z_i the weighted linearised residual of a respondent,

    Var = sum over h of (1 - f_h) n_h / (n_h - 1) sum over i in h of (u_i - mean_h(u))^2

where i runs over clusters if the design has them. A domain lies inside the whole design: those
outside it have u = 0 but still count in n_h. Further stages are added as in Sarndal, Swensson and
Wretman (1992, Model Assisted Survey Sampling, 4.3), each weighted by the sampling fractions
before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.estimation.calibration import (
    calibrated_terms,
    calibration_residual,
    residual_sums,
)
from analytics.estimation.design import Design, LonelyRule, Stage
from analytics.estimation.grouping import group_sums, sum_by
from analytics.estimation.lonely import merged_terms

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers


@dataclass(frozen=True, slots=True)
class Variance:
    """Variances per domain and column, shape (n_domains, n_columns).

    ``corrected`` has the finite population correction, ``model`` has not.
    """

    corrected: Floats
    model: Floats


def domain_variance(
    design: Design,
    influence: Floats,
    domain: Integers,
    size: int,
    squares: Floats | None = None,
) -> Variance:
    """Estimate the variance of estimates of many domains at once.

    Parameters
    ----------
    design : Design
        The whole sample's design.
    influence : ndarray of float, shape (n_respondents, n_columns)
        u = w z of the domain each respondent belongs to; 0 where not scored. Where a row stands for
        several respondents: the sum over them.
    domain : ndarray of int64, shape (n_respondents,)
        From 0 to size - 1; -1 belongs to none of these domains.
    size : int
        Number of domains; a domain without respondents gets variance 0.
    squares : ndarray of float, shape (n_respondents, n_columns), optional
        The sum of u squared over those whom a row stands for; u squared when left out.

    Returns
    -------
    Variance
        Variances of shape (size, n_columns).
    """
    if design.calibration is None:
        return _added(design, influence, domain, size, squares)
    stage = design.stages[0]
    fast = len(design.stages) == 1 and stage.drawn_themselves and not design.leverage
    if fast and (stage.size > 1).all():
        return Variance(*calibrated_terms(design, influence, domain, size, squares))
    return _calibrated(design, influence, domain, size, squares)


def _added(
    design: Design, influence: Floats, domain: Integers, size: int, squares: Floats | None
) -> Variance:
    corrected = np.zeros((size, influence.shape[1]))
    model = np.zeros_like(corrected)
    for number, stage in enumerate(design.stages):
        total, stratum, home = _totals(stage, influence, domain, size)
        second = total**2 if squares is None else squares[domain >= 0]
        # Below the first stage a stratum is one cluster's: its mean is that of its only unit.
        rule = "certainty" if number and design.lonely == "centre" else design.lonely
        if rule == "centre":
            total, second = _centre(stage, (total, second), stratum, home, size)
        terms = _terms((total, second), stratum, home, size)
        corrected += _sum(rule, stage, terms, size, corrected=True)
        if number == 0:
            model += _sum(rule, stage, terms, size, corrected=False)
    return Variance(np.maximum(corrected, 0.0), np.maximum(model, 0.0))


def _totals(
    stage: Stage, influence: Floats, domain: Integers, size: int
) -> tuple[Floats, Integers, Integers]:
    """Add u up per cluster and domain; also give the stratum and domain of each total."""
    inside = np.flatnonzero(domain >= 0)
    if stage.drawn_themselves:
        return influence[inside], stage.stratum[inside], domain[inside]
    key, total = group_sums(stage.cluster[inside] * size + domain[inside], influence[inside])
    return total, stage.stratum[key // size], key % size


@dataclass(frozen=True, slots=True)
class Terms:
    """Sums of cluster totals and of their squares, per stratum and domain that meet."""

    stratum: Integers
    domain: Integers
    first: Floats
    second: Floats


def _terms(total: tuple[Floats, Floats], stratum: Integers, domain: Integers, size: int) -> Terms:
    key, sums = group_sums(stratum * size + domain, np.concatenate(total, axis=1))
    first, second = np.split(sums, 2, axis=1)
    return Terms(key // size, key % size, first, second)


def _sum(rule: LonelyRule, stage: Stage, terms: Terms, size: int, *, corrected: bool) -> Floats:
    n = stage.size.astype(np.float64)
    fraction = stage.fraction if corrected else np.zeros_like(stage.fraction)
    factor = stage.share * (1.0 - fraction) * n / np.maximum(n - 1.0, 1.0)
    lonely = n == 1
    if rule != "centre":
        factor = np.where(lonely, 0.0, factor)
    spread = terms.second - terms.first**2 / np.where(lonely, np.inf, n)[terms.stratum][:, None]
    result = sum_by(terms.domain, factor[terms.stratum][:, None] * spread, size)
    if rule == "merge" and lonely.any():
        result += merged_terms(terms, n, fraction, stage.share, size)
    return result


def _centre(
    stage: Stage,
    sums: tuple[Floats, Floats],
    stratum: Integers,
    domain: Integers,
    size: int,
) -> tuple[Floats, Floats]:
    """Take the mean over all clusters from the totals of strata with a single cluster."""
    total, second = sums
    mean = sum_by(domain, total, size) / float(stage.size.sum())
    lonely = (stage.size == 1)[stratum][:, None]
    apart = total - mean[domain]
    return np.where(lonely, apart, total), np.where(lonely, apart**2, second)


def _calibrated(
    design: Design, influence: Floats, domain: Integers, size: int, squares: Floats | None
) -> Variance:
    """Replace z by its residual from the calibration columns, one domain after the other."""
    residual_of = calibration_residual(design)
    sums_of = None if squares is None else residual_sums(design)
    plain = Design(design.weight, design.stages, design.lonely)
    nobody = np.zeros(len(design.weight), dtype=np.int64)
    corrected = np.zeros((size, influence.shape[1]))
    model = np.zeros_like(corrected)
    for number in range(size):
        rows = np.flatnonzero(domain == number)
        if sums_of is None or squares is None:
            residual, second = residual_of(influence, rows), None
        else:
            residual, second = sums_of(influence, squares, rows)
        one = _added(plain, residual, nobody, 1, second)
        corrected[number], model[number] = one.corrected[0], one.model[0]
    return Variance(corrected, model)
