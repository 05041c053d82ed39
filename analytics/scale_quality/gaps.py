"""Measures of fit for answers with gaps: what they would be, had everybody answered everything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.scale_quality.casewise import casewise_information
from analytics.scale_quality.fit_measures import Statistic
from analytics.scale_quality.huber_white import saturated_model, saturated_vector
from analytics.scale_quality.pattern_likelihood import lack
from analytics.scale_quality.patterns import Patterns
from analytics.scale_quality.structure import implied, moment_slopes

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.scale_quality.equality import Assignment
    from analytics.scale_quality.huber_white import Unrestricted
    from analytics.scale_quality.samples import Sample, Samples
    from analytics.scale_quality.structure import Structure


def corrected(
    model: Structure,
    data: Samples,
    assignment: Assignment,
    vectors: Floats,
    whole: Unrestricted,
    df: int,
) -> Statistic:
    r"""Give the discrepancy to the likeliest moments as if they were of complete answers.

    Parameters
    ----------
    vectors : ndarray of float, shape (n_groups, q)
        The solution.

    Returns
    -------
    Statistic
        For CFI, TLI and RMSEA. The plain ones hide misfit where many answers are missing, since a
        gap says nothing against a model.

    Notes
    -----
    The scaling factor is :math:`tr(W_c \Gamma) - 2 tr(E \Delta' J W^{-1} W_c \Delta) + tr(E
    \Delta' W_c \Delta E \Delta' J \Delta)` over df, with W and J the observed information and the
    variance of the scores without a model, :math:`\Gamma = W^{-1} J W^{-1}`, :math:`W_c` the
    information of complete answers, :math:`\Delta` the slopes and :math:`E = (\Delta' W
    \Delta)^{-1}` ("FIML-C, V3"; ``cfi.robust`` of lavaan with gaps).

    References
    ----------
    Zhang, X., Savalei, V. (2023). Psychological Methods 28, 263-283.
    """
    size = assignment.size
    bend, middle, cross, outer = (np.zeros((size, size)) for _ in range(4))
    trace, chi2 = 0.0, 0.0
    rows = zip(data.groups, data.share, vectors, whole.parts, strict=True)
    for number, (sample, share, vector, (own, filling)) in enumerate(rows):
        full = _as_complete(sample)
        chi2 += data.n * share * _discrepancy(model, full, sample, vector)
        complete = _complete_information(sample, full)
        delta = _moment_slopes(model, vector) @ assignment.gather(number)
        toward = np.linalg.solve(own, complete)  # W^-1 Wc
        trace += float(np.trace(filling @ toward @ np.linalg.inv(own)))
        bend += share * delta.T @ own @ delta
        middle += share * delta.T @ complete @ delta
        cross += share * delta.T @ filling @ toward @ delta
        outer += share * delta.T @ filling @ delta
    inverse = np.linalg.pinv(bend, hermitian=True)
    trace += float(np.trace(inverse @ middle @ inverse @ outer)) - 2 * float(
        (inverse * cross).sum()
    )
    scaling = trace / df if df else 1.0
    return Statistic(max(chi2, 0.0), df, scaling if scaling > 0 else float("nan"))


def _as_complete(sample: Sample) -> Patterns:
    p = len(sample.mean)
    return Patterns(
        np.ones((1, p), dtype=np.bool_), np.array([sample.n]), np.ones(1), sample.mean[None],
        sample.covariance[None],
    )  # fmt: skip


def _discrepancy(model: Structure, full: Patterns, sample: Sample, vector: Floats) -> float:
    least = float(np.linalg.slogdet(sample.covariance)[1]) + len(sample.mean)
    try:
        return lack(full, *implied(model, vector)) - least
    except np.linalg.LinAlgError:  # patterns may all fit in where the whole does not
        return float("nan")


def _complete_information(sample: Sample, full: Patterns) -> Floats:
    model = saturated_model(tuple(map(str, range(len(sample.mean)))))
    vector = saturated_vector(model, sample.mean, sample.covariance)
    return casewise_information(model, replace(sample, patterns=full), vector)


def _moment_slopes(model: Structure, vector: Floats) -> Floats:
    """Lay the slopes out in the order of `saturated_model`; shape (m, q)."""
    mean, covariance = moment_slopes(model, vector)
    whole = saturated_model(model.items)
    first, second = whole.linked_at
    parts = [np.diagonal(covariance, axis1=1, axis2=2), mean, covariance[:, first, second]]
    return np.concatenate(parts, axis=1).T
