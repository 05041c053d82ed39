"""What would be gained by letting an item go its own way in each group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from analytics.scale_quality.casewise import information, scores
from analytics.scale_quality.equality import assign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.scale_quality.equality import Assignment, Equality
    from analytics.scale_quality.moments import Samples
    from analytics.scale_quality.structure import Structure

type Part = Literal["loading", "intercept"]


def released(equality: Equality, item: str, part: Part) -> Equality:
    """Let the item's loadings, or its intercept, differ between groups."""
    if part == "loading":
        return replace(equality, free_loadings=equality.free_loadings | {item})
    return replace(equality, free_intercepts=equality.free_intercepts | {item})


def gains(
    model: Structure, data: Samples, equality: Equality, vectors: Floats, part: Part
) -> Floats:
    r"""Test, for each item, the equality that holds its loadings or intercept together.

    Parameters
    ----------
    vectors : ndarray of float, shape (n_groups, q)
        The solution under ``equality``.

    Returns
    -------
    ndarray of float, shape (p,)
        The score statistic, by which chi-square would fall to a first approximation; 0 where the
        item is free already.

    Notes
    -----
    :math:`s' I^{-1} s`, s the slope of the log-likelihood and I its expected information in the
    parameters that the released model would have (Lagrange multiplier; ``lavTestScore``).

    References
    ----------
    Rao, C. R. (1948). Proceedings of the Cambridge Philosophical Society 44, 50-57.
    """
    slope = [
        sample.n * scores(model, sample, vector)
        for sample, vector in zip(data.groups, vectors, strict=True)
    ]
    weight = [
        sample.n * information(model, sample, vector)
        for sample, vector in zip(data.groups, vectors, strict=True)
    ]
    held = assign(model, len(data.groups), equality).size
    found = np.zeros(len(model.items))
    for number, item in enumerate(model.items):
        wider = assign(model, len(data.groups), released(equality, item, part))
        if wider.size > held:
            found[number] = score_statistic(wider, slope, weight)
    return found


def score_statistic(wider: Assignment, slope: Sequence[Floats], weight: Sequence[Floats]) -> float:
    """Give s' I^-1 s from each group's slope and information in all its parameters."""
    total, bend = np.zeros(wider.size), np.zeros((wider.size,) * 2)
    for number, (own, curve) in enumerate(zip(slope, weight, strict=True)):
        gather = wider.gather(number)
        total += own @ gather
        bend += gather.T @ curve @ gather
    return float(total @ np.linalg.pinv(bend, hermitian=True) @ total)
