"""How surely a break lies where it was found: the distribution of its estimated place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import brentq
from scipy.special import log_ndtr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.trend.segments import Rows

_STEP: Final = 1000.0
_FAR: Final = 1e9  # beyond, the interval has no end worth telling


def break_interval(
    rows: Rows, starts: Sequence[int], number: int, confidence: float = 0.95
) -> tuple[int, int] | None:
    r"""Give the interval of the row that begins the stretch after a break.

    Parameters
    ----------
    rows : Rows
        Each with an error of its own, and nothing kept beside the stretches.
    starts : sequence of int
        Rows that begin a stretch after a break.
    number : int
        Which of them.
    confidence : float
        For instance 0.95.

    Returns
    -------
    tuple of int or None
        The first and the last row, maybe before or after all rows; None where it cannot be told
        (nothing differs, or one side decides alone).

    Notes
    -----
    As ``strucchange::confint(breakpoints(...))``: with coefficients :math:`\delta` apart,
    regressors :math:`Q_1, Q_2` and variances :math:`\sigma_1^2, \sigma_2^2` on both sides, the
    estimated place less the true one is about :math:`\arg\max V \cdot \sigma_1^2 /
    \delta' Q_1 \delta`, with V a Brownian motion that falls off on both sides. With known errors
    both variances are 1. It holds for many waves and small breaks; in short series it is a rough
    guide.

    References
    ----------
    Bai, J. (1997). Estimation of a change point in multiple regression models. Review of Economics
    and Statistics 79, 551-563. Bai, J., Perron, P. (2003), section 4.
    """
    edges = [0, *starts, len(rows.value)]
    scale = np.diag(rows.whitening)
    value, columns = scale * rows.value, scale[:, None] * rows.columns
    sides = [
        _side(value[first:last], columns[first:last], known=rows.known)
        for first, last in (
            (edges[number], edges[number + 1]),
            (edges[number + 1], edges[number + 2]),
        )
    ]
    moved = sides[1][0] - sides[0][0]
    pull = [float(moved @ side[1] @ moved) for side in sides]
    deviation = [float(np.sqrt(side[2])) for side in sides]
    if min(*pull, *deviation) <= 0:
        return None
    xi, phi = pull[1] / pull[0], (deviation[0], deviation[1])
    tail = (1 - confidence) / 2
    if not tail <= argmax_cdf(0.0, xi, phi) <= 1 - tail:
        return None
    reach = [_quantile(share, xi, phi) for share in (tail, 1 - tail)]
    if None in reach:
        return None
    low, high = (float(part or 0.0) * phi[0] ** 2 / pull[0] for part in reach)
    start = edges[number + 1]
    return start - int(np.ceil(high)), start - int(np.floor(low))


def argmax_cdf(x: float, xi: float, phi: tuple[float, float]) -> float:
    """Give the chance that the place of the maximum is at most x (Bai 1997, appendix B).

    Parameters
    ----------
    x : float
        In units of the first side's variance over its squared distance.
    xi : float
        Squared distance on the second side over that on the first.
    phi : tuple of float
        Standard deviations of the errors on both sides.
    """
    ratio = xi * (phi[1] / phi[0]) ** 2
    size = abs(x)
    root = np.sqrt(size)
    if x < 0:
        part = xi / ratio
        return float(
            -root * np.exp(-size / 8) / np.sqrt(2 * np.pi)
            - ratio / xi * (ratio + 2 * xi) / (ratio + xi)
            * np.exp(part * (1 + part) * size / 2 + log_ndtr(-(0.5 + part) * root))
            + (size / 2 - 2 + (ratio + 2 * xi) ** 2 / ((ratio + xi) * xi))
            * np.exp(log_ndtr(-root / 2))
        )  # fmt: skip
    part = xi**2 / ratio
    return float(
        1
        + np.sqrt(part) * root * np.exp(-part * size / 8) / np.sqrt(2 * np.pi)
        + xi / ratio * (2 * ratio + xi) / (ratio + xi)
        * np.exp((ratio + xi) * size / 2 + log_ndtr(-(ratio + xi / 2) / np.sqrt(ratio) * root))
        - ((2 * ratio + xi) ** 2 / ((ratio + xi) * ratio) - 2 + part * size / 2)
        * np.exp(log_ndtr(-np.sqrt(part) * root / 2))
    )  # fmt: skip


def _side(value: Floats, columns: Floats, *, known: bool) -> tuple[Floats, Floats, float]:
    """Give coefficients, mean squares of the columns, and the variance of one stretch."""
    coefficient, *_ = np.linalg.lstsq(columns, value, rcond=None)
    left = value - columns @ coefficient
    variance = 1.0 if known else float(left @ left) / len(value)
    return coefficient, columns.T @ columns / len(value), variance


def _quantile(share: float, xi: float, phi: tuple[float, float]) -> float | None:
    """Find the place that has a share of the distribution before it."""
    side = 1.0 if share > argmax_cdf(0.0, xi, phi) else -1.0
    end = side * _STEP
    while side * (argmax_cdf(end, xi, phi) - share) < 0:
        end *= 2
        if abs(end) > _FAR:
            return None
    return float(brentq(lambda x: argmax_cdf(x, xi, phi) - share, 0.0, end, xtol=1e-9))
