"""How far calibrated weights lie from their base weights, and what that makes of the factor.

A distance is given by its factor F, with F(0) = F'(0) = 1, its slope, and its integral, which
Newton's method goes down along (Deville & Sarndal 1992, table 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy.special import expit

from analytics.errors import WeightError

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats

type DistanceName = Literal["linear", "raking", "logit"]
type Bounds = tuple[float | Floats, float | Floats]
type Curve = Callable[[Floats], Floats]

STEEPEST: Final = 200.0  # exp of this is far beyond any weight, and its square is still finite


@dataclass(frozen=True, slots=True)
class Distance:
    """Factor, slope and integral at u = x'lambda, each ndarray to ndarray of the same shape."""

    factor: Curve
    slope: Curve
    integral: Curve


def distance(name: DistanceName, bounds: Bounds | None = None) -> Distance:
    r"""Give the functions of a distance.

    Parameters
    ----------
    name : {"linear", "raking", "logit"}
        F(u) = 1 + u, which may turn negative; exp(u); or the logistic curve between the bounds.
    bounds : pair of float, or of ndarray of float, shape (n_respondents,), optional
        Lowest and highest factor L < U. Linear and raking are cut off there; logit approaches
        them and needs L < 1 < U.

    Raises
    ------
    WeightError
        If the bounds are missing for logit, or in the wrong order.

    Notes
    -----
    Logit: :math:`F(u) = \frac{L(U-1) + U(1-L)e^{Au}}{(U-1) + (1-L)e^{Au}}`,
    :math:`A = (U-L)/((1-L)(U-1))`.
    """
    lowest, highest = (-np.inf, np.inf) if bounds is None else bounds
    if not np.all(np.asarray(lowest) < np.asarray(highest)):
        raise WeightError("the lowest weight factor must be below the highest")
    if name == "logit":
        return _logit(np.asarray(lowest, dtype=np.float64), np.asarray(highest, dtype=np.float64))
    if name == "linear":
        start, end = np.subtract(lowest, 1.0), np.subtract(highest, 1.0)
        return _cut_off(lambda u: 1 + u, np.ones_like, lambda u: u + u**2 / 2, start, end)
    if not np.all(np.asarray(highest) > 0):
        raise WeightError("raking multiplies: the highest weight factor must be above zero")
    with np.errstate(divide="ignore"):  # no lowest factor: exp never gets to 0
        start, end = np.log(np.maximum(lowest, 0.0)), np.log(highest)
    return _cut_off(np.exp, np.exp, np.exp, start, np.minimum(end, STEEPEST))


def _cut_off(factor: Curve, slope: Curve, integral: Curve, start: Floats, end: Floats) -> Distance:
    """Hold a factor constant below ``start`` and above ``end``."""

    def inside(u: Floats) -> Floats:
        return np.asarray(np.clip(u, start, end), dtype=np.float64)

    def tangent(u: Floats) -> Floats:
        near = inside(u)
        return integral(near) + factor(near) * (u - near)

    return Distance(
        factor=lambda u: factor(inside(u)),
        slope=lambda u: np.where((u > start) & (u < end), slope(inside(u)), 0.0),
        integral=tangent,
    )


def _logit(lowest: Floats, highest: Floats) -> Distance:
    if not (np.isfinite(lowest).all() and np.isfinite(highest).all()):
        raise WeightError("logit calibration needs a lowest and a highest weight factor")
    if not ((lowest < 1).all() and (highest > 1).all()):
        raise WeightError("logit calibration needs bounds around 1, for instance 0.3 and 3")
    reach = highest - lowest
    steep = reach / ((1 - lowest) * (highest - 1))
    middle = np.log1p(-lowest) - np.log(highest - 1)

    def place(u: Floats) -> Floats:
        return np.asarray(expit(steep * u + middle), dtype=np.float64)

    return Distance(
        factor=lambda u: lowest + reach * place(u),
        slope=lambda u: reach * steep * place(u) * (1 - place(u)),
        integral=lambda u: lowest * u + reach / steep * np.logaddexp(0.0, steep * u + middle),
    )
