"""Where a series breaks, how often, and its stretches between: least squares over all partitions.

One step with a simulated chance of a false alarm is `analytics.trend.breaks`; here are several, and
their number is chosen by the Bayesian information criterion, which keeps no such chance.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers

MOST_PARTITIONS: Final = 20_000
_ROUNDING: Final = 1e-9  # of the largest singular value
_NOTHING: Final = 1e-18  # of the sum of squares: what rounding leaves of a perfect fit
TOO_MANY: Final = (
    "there are {n} ways to part {waves} waves, more than {limit} can be tried beside events, a "
    "season or splices: give [trend.breaks] a larger least or a smaller most"
)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A regression whose errors are made equal and independent.

    Attributes
    ----------
    value : ndarray of float, shape (n,)
    columns : ndarray of float, shape (n, q)
        Whose coefficients change at a break.
    whitening : ndarray of float, shape (n, n)
        The inverse of a root of the covariance of the errors.
    kept : ndarray of float, shape (n, k)
        Whose coefficients stay the same: events, a season.
    known : bool
        Whether the covariance is known, or only up to a factor.
    """

    value: Floats
    columns: Floats
    whitening: Floats
    kept: Floats
    known: bool

    @property
    def apart(self) -> bool:
        """Whether each row has an error of its own and nothing is kept, so that stretches add."""
        diagonal = np.diag(np.diag(self.whitening))
        return self.kept.shape[1] == 0 and bool((self.whitening == diagonal).all())


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """The best partition for each number of breaks, from none on.

    ``starts`` are the rows that begin a stretch after a break; ``left`` the weighted sums of
    squares; ``bic`` the criterion; ``number`` the number of breaks where it is least.
    """

    starts: tuple[tuple[int, ...], ...]
    left: Floats
    bic: Floats
    number: int


def segmentation(rows: Rows, least: int, most: int) -> Segmentation:
    r"""Find the partitions of least squares with up to some breaks.

    Parameters
    ----------
    rows : Rows
    least : int
        Rows of each stretch, more than the columns have.
    most : int
        Breaks; fewer are tried where the rows do not allow for so many.

    Returns
    -------
    Segmentation

    Raises
    ------
    FrameError
        If stretches do not add up (events, a season, shared errors) and there are more than
        20,000 partitions.

    Notes
    -----
    Where the errors of rows are their own, the dynamic programme of Bai and Perron (2003), as
    ``strucchange::breakpoints``; else every partition is fitted by generalised least squares. With
    q columns and m breaks the criterion is

    .. math::
        n (\log(RSS/n) + 1 + \log 2\pi) + (q + 1)(m + 1) \log n

    where the variance is estimated, as in strucchange, and for a known V

    .. math::
        Q + \log|V| + n \log 2\pi + (q (m + 1) + m) \log n .

    References
    ----------
    Bai, J., Perron, P. (1998). Estimating and testing linear models with multiple structural
    changes. Econometrica 66, 47-78. Bai, J., Perron, P. (2003). Computation and analysis of
    multiple structural change models. Journal of Applied Econometrics 18, 1-22. Yao, Y.-C. (1988).
    Estimating the number of change-points via Schwarz' criterion. Statistics & Probability Letters
    6, 181-189.
    """
    count = len(rows.value)
    breaks = range(min(most, count // least - 1) + 1)
    if rows.apart:
        best = _programme(rows, least, breaks)
    else:
        tried = sum(_partitions(count, least, number) for number in breaks)
        if tried > MOST_PARTITIONS:
            raise FrameError(TOO_MANY.format(n=tried, waves=count, limit=MOST_PARTITIONS))
        best = [_tried(rows, least, number) for number in breaks]
    left = np.array([squares for squares, _ in best], dtype=np.float64)
    scale = float(((rows.whitening @ rows.value) ** 2).sum())
    left[left <= _NOTHING * scale] = 0.0
    bic = _criterion(rows, left)
    # with nothing left to explain the criterion is without bound; fewer breaks are enough
    number = int(np.argmin(left)) if (left == 0).any() else int(np.argmin(bic))
    return Segmentation(tuple(starts for _, starts in best), left, bic, number)


def stretches(rows: Rows, starts: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
    """Fit the coefficients of each stretch.

    Parameters
    ----------
    rows : Rows
    starts : tuple of int
        Rows that begin a stretch after a break.

    Returns
    -------
    coefficient : ndarray of float, shape (n_stretches * q + k,)
        Stretch by stretch, then of what is kept.
    covariance : ndarray of float, shape (n_stretches * q + k,) * 2
        With the known errors, or with the residual variance over all stretches.
    residual : ndarray of float, shape (n,)
        Of the whitened rows.
    """
    edges = [0, *starts, len(rows.value)]
    parts = []
    for first, last in itertools.pairwise(edges):
        inside = np.zeros((len(rows.value), 1))
        inside[first:last] = 1.0
        parts.append(rows.columns * inside)
    white = rows.whitening @ np.column_stack([*parts, rows.kept])
    target = rows.whitening @ rows.value
    root = np.linalg.pinv(white, rcond=_ROUNDING)
    coefficient = root @ target
    residual = target - white @ coefficient
    spare = len(target) - int(np.linalg.matrix_rank(white, rtol=_ROUNDING))
    factor = 1.0 if rows.known else float(residual @ residual) / spare if spare else np.nan
    return coefficient, factor * (root @ root.T), residual


def _criterion(rows: Rows, left: Floats) -> Floats:
    n, q = rows.columns.shape
    breaks = np.arange(len(left), dtype=np.float64)
    kept = rows.kept.shape[1]
    size = -2 * float(np.linalg.slogdet(rows.whitening)[1])  # log |V|
    if rows.known:
        free = q * (breaks + 1) + breaks + kept
        return np.asarray(left + size + n * np.log(2 * np.pi) + free * np.log(n), np.float64)
    free = (q + 1) * (breaks + 1) + kept
    with np.errstate(divide="ignore"):
        fit = n * (np.log(left / n) + 1 + np.log(2 * np.pi)) + size
    return np.asarray(fit + free * np.log(n), np.float64)


def _programme(rows: Rows, least: int, breaks: range) -> list[tuple[float, tuple[int, ...]]]:
    """Find the best partitions by dynamic programming over the sums of squares of all stretches."""
    cost = _costs(np.diag(rows.whitening), rows)
    count = len(rows.value)
    lowest = [cost[0]]
    cut: list[Integers] = []
    for number in breaks[1:]:
        total = np.full(count + 1, np.inf)
        where = np.zeros(count + 1, dtype=np.int64)
        for end in range((number + 1) * least, count + 1):
            begin = np.arange(number * least, end - least + 1)
            options = lowest[-1][begin] + cost[begin, end]
            where[end] = begin[int(options.argmin())]
            total[end] = options.min()
        lowest.append(total)
        cut.append(where)
    found = []
    for number in breaks:
        starts: list[int] = []
        end = count
        for part in reversed(cut[:number]):
            end = int(part[end])
            starts.insert(0, end)
        found.append((float(lowest[number][count]), tuple(starts)))
    return found


def _costs(scale: Floats, rows: Rows) -> Floats:
    """Sum the squares left in rows first to last - 1 of each stretch, by recursive residuals.

    Returns
    -------
    ndarray of float, shape (n + 1, n + 1)
        By first row and by the row after the last; infinite where the stretch is too short.
    """
    value, columns = scale * rows.value, scale[:, None] * rows.columns
    n, q = columns.shape
    cost = np.full((n + 1, n + 1), np.inf)
    first = np.arange(n - q + 1)
    block = columns[first[:, None] + np.arange(q)]
    root = np.linalg.inv(block)
    known = np.einsum("ijk,ik->ij", root, value[first[:, None] + np.arange(q)])
    spread = root @ root.transpose(0, 2, 1)
    left = np.zeros(len(first))
    cost[first, first + q] = 0.0
    for length in range(q + 1, n + 1):
        keep = n - length + 1
        first, known, spread, left = first[:keep], known[:keep], spread[:keep], left[:keep]
        at = first + length - 1
        row = columns[at]
        along = np.einsum("ijk,ik->ij", spread, row)
        size = 1.0 + (along * row).sum(axis=1)
        error = value[at] - (known * row).sum(axis=1)
        left = left + error**2 / size
        known = known + along * (error / size)[:, None]
        spread = spread - along[:, :, None] * along[:, None, :] / size[:, None, None]
        cost[first, first + length] = left
    return cost


def _partitions(count: int, least: int, breaks: int) -> int:
    return comb(count - (breaks + 1) * least + breaks, breaks)


def _tried(rows: Rows, least: int, breaks: int) -> tuple[float, tuple[int, ...]]:
    """Fit every partition with so many breaks: the first of those with the least squares."""
    count = len(rows.value)
    spare = count - (breaks + 1) * least + breaks
    chosen = list(itertools.combinations(range(spare), breaks))
    order = np.arange(breaks)
    starts = np.array(chosen, dtype=np.int64).reshape(len(chosen), breaks)
    starts += (order + 1) * least - order
    steps = (np.arange(count)[:, None] >= np.arange(count)).astype(np.float64)
    white = np.einsum("ij,jkq->ikq", rows.whitening, steps[:, :, None] * rows.columns[:, None, :])
    always = np.column_stack([white[:, 0], rows.whitening @ rows.kept])
    vectors, size, _ = np.linalg.svd(always, full_matrices=False)
    fixed = vectors[:, size > _ROUNDING * size[0]]
    target = rows.whitening @ rows.value
    target = target - fixed @ (fixed.T @ target)
    moved = white - np.einsum("ij,jkq->ikq", fixed @ fixed.T, white)
    best: tuple[float, tuple[int, ...]] = np.inf, ()
    for chunk in np.array_split(starts, 1 + len(starts) // 2000):
        design = moved[:, chunk].transpose(1, 0, 2, 3).reshape(len(chunk), count, -1)
        left = _squares_left(design, target)
        top = int(left.argmin())
        if left[top] < best[0]:
            best = float(left[top]), tuple(int(start) for start in chunk[top])
    return best


def _squares_left(design: Floats, target: Floats) -> Floats:
    """Give the squares that each design leaves of a target; shape (n_designs,)."""
    if design.shape[2] == 0:
        return np.full(len(design), float(target @ target))
    vectors, size, _ = np.linalg.svd(design, full_matrices=False)
    # a step that coincides with an event has nothing left to explain
    told = size > _ROUNDING * np.maximum(size[:, :1], _ROUNDING)
    taken = (np.einsum("pij,i->pj", vectors, target) * told) ** 2
    return np.asarray(float(target @ target) - taken.sum(axis=1), dtype=np.float64)
