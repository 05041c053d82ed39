"""Weighted correlations of an outcome and its predictors, and what each respondent adds to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats, Integers

SMALLEST_EIGENVALUE: Final = 1e-8
CONSTANT: Final = 1e-9
ROWS: Final = 4096  # at a time, so that they stay in the processor's cache


@dataclass(frozen=True, slots=True)
class PredictorCorrelations:
    """Correlations between k + 1 columns, the outcome first.

    Parameters
    ----------
    value : ndarray of float, shape (k + 1, k + 1)
    together : ndarray of int64, shape (k + 1, k + 1)
        Respondents behind each; on the diagonal those with the column at all.
    repaired : bool
        Pairwise correlations that no complete data could have were moved to some that could.
    """

    value: Floats
    together: Integers
    repaired: bool

    @property
    def fewest(self) -> int:
        """Respondents behind the correlation that has fewest."""
        return int(self.together.min())


def weighted_correlations(
    weight: Floats, values: Floats, names: tuple[str, ...], *, pairwise: bool
) -> PredictorCorrelations:
    """Correlate columns with survey weights.

    Parameters
    ----------
    weight : ndarray of float, shape (n_respondents,)
        Final weights.
    values : ndarray of float, shape (n_respondents, k + 1)
        NaN where missing.
    names : tuple of str, length k + 1
        For sentences.
    pairwise : bool
        Each correlation from those who have both columns, means and deviations included; else all
        from those who have every column.

    Returns
    -------
    PredictorCorrelations

    Raises
    ------
    FrameError
        If fewer respondents than columns plus one are behind a correlation, or a column is the
        same for everybody who counts.

    Notes
    -----
    Unless answers are missing completely at random, neither way is unbiased; imputation needs only
    that who is missing follows from the other columns.
    """
    size = values.shape[1]
    there = _there(values, pairwise=pairwise)
    together = _together(there, size)
    if together.min() <= size:
        raise FrameError(_too_few(together, names, pairwise=pairwise))
    if not pairwise:
        z, share = standardised(weight, values, there, names)
        found = (z.T * share) @ z
        np.fill_diagonal(found, 1.0)
        return PredictorCorrelations(found, together, repaired=False)
    found = np.eye(size)
    for one in range(size):
        for other in range(one):
            z, share = _pair(weight, values, there, (one, other), names)
            found[one, other] = found[other, one] = share @ (z[:, 0] * z[:, 1])
    lowest = float(np.linalg.eigvalsh(found).min())
    if lowest >= SMALLEST_EIGENVALUE:
        return PredictorCorrelations(found, together, repaired=False)
    # Seldom needed, and longer to load than a wave to analyse.
    from statsmodels.stats.correlation_tools import corr_clipped  # noqa: PLC0415

    moved = np.asarray(corr_clipped(found, threshold=1e-6), dtype=np.float64)
    return PredictorCorrelations(moved, together, repaired=lowest < -SMALLEST_EIGENVALUE)


def influence(
    weight: Floats,
    values: Floats,
    names: tuple[str, ...],
    found: PredictorCorrelations,
    gradient: Floats,
    *,
    pairwise: bool,
) -> Floats:
    """Linearise smooth functions of the correlations.

    Parameters
    ----------
    weight, values, names, pairwise
        As for `weighted_correlations`.
    found : PredictorCorrelations
    gradient : ndarray of float, shape (k + 1, k + 1, n_functions)
        Slope of each function by each correlation; only above the diagonal is read.

    Returns
    -------
    ndarray of float, shape (n_respondents, n_functions)
        u = w z, ready for `domain_variance`; 0 for those who do not count.

    Notes
    -----
    A respondent moves a correlation by w / W (z_a z_b - r (z_a^2 + z_b^2) / 2), with the columns
    standardised over those who count for it and W their weights.
    """
    there = _there(values, pairwise=pairwise)
    if not pairwise:
        z, share = standardised(weight, values, there, names)
        return _quadratic(z, share, found.value, gradient)
    size = values.shape[1]
    moved = np.zeros((len(values), gradient.shape[2]))
    for one in range(size - 1):
        block = np.empty((len(values), size - one - 1))
        for other in range(one + 1, size):
            z, share = _pair(weight, values, there, (one, other), names)
            squares = found.value[one, other] * (z[:, 0] ** 2 + z[:, 1] ** 2) / 2
            block[:, other - one - 1] = share * (z[:, 0] * z[:, 1] - squares)
        moved += block @ gradient[one, one + 1 :]
    return moved


def _quadratic(z: Floats, share: Floats, value: Floats, gradient: Floats) -> Floats:
    """Sum the influence of all pairs of columns at once: it is a quadratic form in z."""
    upper = np.triu(np.ones_like(value), 1)[:, :, None] * gradient
    both = upper + upper.transpose(1, 0, 2)
    own = (both * value[:, :, None]).sum(axis=1)
    moved = np.empty((len(z), gradient.shape[2]))
    for number in range(gradient.shape[2]):
        form = (both[:, :, number] - np.diag(own[:, number])) / 2
        for first in range(0, len(z), ROWS):
            part = z[first : first + ROWS]
            moved[first : first + ROWS, number] = np.einsum("ij,ij->i", part @ form, part)
    moved *= share[:, None]
    return moved


def standardised(
    weight: Floats, values: Floats, inside: Booleans, names: tuple[str, ...]
) -> tuple[Floats, Floats]:
    """Standardise columns over those who count.

    Returns
    -------
    z : ndarray of float, shape (n_respondents, n_columns)
        0 for those who do not count.
    share : ndarray of float, shape (n_respondents,)
        Weights that add up to 1.

    Raises
    ------
    FrameError
        If a column is the same for everybody who counts.
    """
    share = np.where(inside, weight, 0.0)
    share = share / share.sum()
    filled = values if inside.all() else np.where(inside[:, None], values, 0.0)
    centred = filled - share @ filled
    centred[~inside] = 0.0
    spread = np.sqrt(np.einsum("i,ij,ij->j", share, centred, centred))
    same = spread <= CONSTANT * np.maximum(filled.max(axis=0), -filled.min(axis=0))
    if same.any():
        named = " and ".join(name for name, alike in zip(names, same, strict=True) if alike)
        raise FrameError(f"{named}: the same for everybody who counts, so leave it out")
    centred /= spread
    return centred, share


def _there(values: Floats, *, pairwise: bool) -> Booleans:
    """Say who counts: of each column, shape (n, k + 1), or of all together, shape (n,)."""
    known = np.isfinite(values)
    return known if pairwise else known.all(axis=1)


def _together(there: Booleans, size: int) -> Integers:
    if there.ndim == 1:
        return np.full((size, size), int(there.sum()), dtype=np.int64)
    return (there.T.astype(np.float64) @ there).astype(np.int64)


def _pair(
    weight: Floats,
    values: Floats,
    there: Booleans,
    pair: tuple[int, int],
    names: tuple[str, ...],
) -> tuple[Floats, Floats]:
    one, other = pair
    both = there[:, one] & there[:, other]
    return standardised(weight, values[:, [one, other]], both, (names[one], names[other]))


def _too_few(together: Integers, names: tuple[str, ...], *, pairwise: bool) -> str:
    n, size = int(together.min()), len(names) - 1
    who = "1 respondent has" if n == 1 else f"{n} respondents have"
    row, column = np.unravel_index(int(together.argmin()), together.shape)
    what = f"both {names[row]} and {names[column]}" if row != column else names[row]
    if not pairwise:
        what = "the outcome and all predictors"
    return f"only {who} {what}: too few for {size} predictor{'s' if size > 1 else ''}"
