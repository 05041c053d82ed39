"""Predictors that overlap so much, or answers so few, that the order of drivers means nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats

HIGH_INFLATION: Final = 10.0
HIGH_CONDITION: Final = 30.0
FEW_PER_PREDICTOR: Final = 10
PART_OF_OTHERS: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Collinearity:
    """How much predictors overlap.

    Parameters
    ----------
    inflation : ndarray of float, shape (k,)
        Variance inflation factors, from 1; infinite for a predictor that follows from the others.
    condition : float
        Square root of the ratio of the largest to the smallest eigenvalue of the predictors'
        correlations, from 1; infinite where one follows from the others.
    """

    inflation: Floats
    condition: float


def collinearity(correlation: Floats) -> Collinearity:
    """Measure how much predictors overlap.

    Parameters
    ----------
    correlation : ndarray of float, shape (k, k)
        Of the predictors alone.

    Returns
    -------
    Collinearity

    Notes
    -----
    VIF_j = 1 / (1 - R2 of predictor j on the others), the diagonal of the inverse correlations.

    References
    ----------
    Belsley, D. A., Kuh, E., Welsch, R. E. (1980). Regression Diagnostics. Wiley, chapter 3.
    """
    values, vectors = np.linalg.eigh(correlation)
    lowest = float(values[0])
    if lowest > PART_OF_OTHERS:
        return Collinearity((vectors**2 / values).sum(axis=1), float(np.sqrt(values[-1] / lowest)))
    lost = values <= PART_OF_OTHERS
    safe = np.where(lost, np.inf, values)
    part = (vectors[:, lost] ** 2).sum(axis=1) > PART_OF_OTHERS
    return Collinearity(np.where(part, np.inf, (vectors**2 / safe).sum(axis=1)), float("inf"))


def order_warnings(
    found: Collinearity, names: tuple[str, ...], n: int, undecided: int
) -> tuple[str, ...]:
    """Say in plain words why the order of drivers should not be read, or not all of it.

    Parameters
    ----------
    found : Collinearity
    names : tuple of str, length k
        The predictors.
    n : int
        Respondents.
    undecided : int
        Pairs of predictors whose difference chance alone could make.

    Returns
    -------
    tuple of str
        Empty if nothing stands in the way.
    """
    size = len(names)
    said = []
    overlapping = [
        name
        for name, inflation in zip(names, found.inflation, strict=True)
        if inflation > HIGH_INFLATION
    ]
    if overlapping:
        said.append(
            f"{', '.join(overlapping)} overlap so much with other predictors (variance inflation "
            f"{found.inflation.max():.3g}) that what falls on each of them is arbitrary: read "
            "them together"
        )
    elif found.condition > HIGH_CONDITION:
        said.append(
            f"the predictors nearly follow from each other (condition number "
            f"{found.condition:.3g}): read them together, not in their order"
        )
    if n < FEW_PER_PREDICTOR * size:
        said.append(f"only {n} respondents for {size} predictors: shares are too uncertain to read")
    pairs = size * (size - 1) // 2
    if pairs and undecided == pairs:
        said.append("no predictor differs from another beyond chance: the order means nothing")
    elif undecided:
        said.append(
            f"{undecided} of {pairs} pairs of predictors do not differ beyond chance: read their "
            "order from the rank intervals"
        )
    return tuple(said)
