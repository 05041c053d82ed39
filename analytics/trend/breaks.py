"""Whether a series jumps at a date nobody named, with a false-alarm rate that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError
from analytics.trend.series import years_since

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analytics.arrays import Floats, Integers
    from analytics.trend.series import WaveSeries

FEWEST_WAVES: Final = 8
FEWEST_EACH_SIDE: Final = 2
TRIM: Final = 0.15
ALARM: Final = 0.05
REPETITIONS: Final = 999
_DRIFTS: Final = np.concatenate([[0.0], np.geomspace(0.05, 5.0, 19)])
TOO_SHORT: Final = (
    "Trend too short: {n} waves have a figure, and a search for a break needs at least 8."
)
NO_ERROR: Final = (
    "A wave has the standard error 0, so a break cannot be tested: give its error without finite "
    "population correction."
)


@dataclass(frozen=True, slots=True, eq=False)
class Break:
    """The most likely break, and whether it is one.

    ``day`` is the first wave after it. ``statistic`` is twice the gain in log likelihood, ``p`` how
    often a series without a break shows one as large. ``found`` is None where the series is too
    short for a verdict. ``days`` and ``profile`` hold the gain at every date that was tried.
    """

    day: date | None
    statistic: float
    p: float
    found: bool | None
    waves: int
    days: tuple[date, ...]
    profile: Floats
    warnings: tuple[str, ...]


def find_break(
    series: WaveSeries,
    rng: np.random.Generator,
    *,
    drift: bool = True,
    line: bool = True,
    known: Sequence[date] = (),
    patterns: Floats | None = None,
    repetitions: int = REPETITIONS,
) -> Break:
    r"""Search for one step at an unknown date.

    Parameters
    ----------
    series : WaveSeries
        Comparable waves.
    rng : Generator
        Draws the series without a break.
    drift : bool
        Whether the level moves by itself (a random walk) when nothing breaks. False: only sampling
        error moves the waves.
    line : bool
        Whether a steady slope is no break either.
    known : sequence of date
        Steps that are known, taken out of both sides.
    patterns : ndarray of float, shape (n_waves, n_patterns), optional
        What else is known to move the waves, such as a pulse, a decay or a season.
    repetitions : int
        Series drawn; p is a multiple of 1 / (repetitions + 1).

    Returns
    -------
    Break
        No verdict below 8 waves with a figure, or where one has the standard error 0.

    Raises
    ------
    FrameError
        If fewer than 19 repetitions are asked for, which could never reach 5 %.

    Notes
    -----
    :math:`\max_{j,\sigma} 2\ell_1 - \max_\sigma 2\ell_0` over dates j with at least 2 waves and
    15 % on both sides; :math:`V = \sigma^2 \min(t, t') + diag(SE^2) + SS'` is known up to the
    drift :math:`\sigma`. With a known V this is Andrews' sup-Wald statistic. Its distribution is
    drawn, not looked up: asymptotic tables are wrong at eight waves. Each series is drawn with a
    :math:`\sigma` from its likelihood (flat prior), not at its estimate, which in short series is
    0 far too often and would let every drift pass as a break.

    References
    ----------
    Andrews, D. W. K. (1993). Tests for parameter instability and structural change with unknown
    change point. Econometrica 61, 821-856. Zeileis, A., Leisch, F., Hornik, K., Kleiber, C. (2002).
    strucchange. Journal of Statistical Software 7(2).
    """
    if repetitions < round(1 / ALARM) - 1:
        raise FrameError("a break needs at least 19 repetitions to be called at 5 %")
    rows = np.flatnonzero(series.known)
    if len(rows) < FEWEST_WAVES:
        return _none(len(rows), TOO_SHORT.format(n=len(rows)))
    if (series.se[rows] == 0).any():
        return _none(len(rows), NO_ERROR)
    steps = (series.time[:, None] >= years_since(series.dates[0], known)).astype(np.float64)
    taken = steps if patterns is None else np.hstack([steps, patterns])
    search = _Search(series, rows, taken[rows], drift=drift, line=line)
    profile = search.profile(series.estimate[rows][:, None])[:, 0]
    drawn = search.profile(search.without_break(series.estimate[rows], rng, repetitions))
    top = int(profile.argmax())
    p = (1 + int((drawn.max(axis=0) >= profile[top]).sum())) / (repetitions + 1)
    days = tuple(series.dates[rows[at]] for at in search.first_after)
    return Break(
        day=days[top],
        statistic=float(profile[top]),
        p=p,
        found=p <= ALARM,
        waves=len(rows),
        days=days,
        profile=profile,
        warnings=(),
    )


class _Search:
    """The likelihoods with and without a step, whitened once for each drift."""

    def __init__(
        self,
        series: WaveSeries,
        rows: Integers,
        taken: Floats,
        *,
        drift: bool,
        line: bool,
    ) -> None:
        time, shared = series.time[rows], series.shared[rows]
        n = len(rows)
        edge = max(FEWEST_EACH_SIDE, int(np.ceil(TRIM * n)))
        columns = [np.ones((n, 1)), taken, *([time[:, None]] if line else [])]
        left_vectors, size, _ = np.linalg.svd(np.hstack(columns), full_matrices=False)
        basis = left_vectors[:, size > 1e-9 * size[0]]
        after = np.arange(edge, n - edge + 1)
        jumps = (np.arange(n)[:, None] >= after).astype(np.float64)
        # a jump that coincides with a known step has nothing left to explain
        left = jumps - basis @ (basis.T @ jumps)
        self.first_after = after[(left**2).sum(axis=0) > 1e-9]  # noqa: PLR2004 - rounding
        self._jumps = (np.arange(n)[:, None] >= self.first_after).astype(np.float64)
        error = np.diag(series.se[rows] ** 2) + shared @ shared.T
        moved = np.diff(series.estimate[rows]) / np.sqrt(np.diff(time))
        typical = float(np.sqrt((moved**2).mean())) or 1.0
        self.drifts = _DRIFTS * typical if drift else np.zeros(1)
        walk = np.minimum.outer(time - time[0], time - time[0])
        self._roots = [np.linalg.cholesky(d**2 * walk + error) for d in self.drifts]
        self._basis = basis

    def profile(self, values: Floats) -> Floats:
        """Give the gain of a step at each date, shape (n_dates, n_series).

        ``values`` has shape (n_waves, n_series).
        """
        without = np.full(values.shape[1], -np.inf)
        stepped = np.full((len(self.first_after), values.shape[1]), -np.inf)
        for root in self._roots:
            white = np.linalg.solve(root, np.hstack([self._basis, self._jumps, values]))
            fixed, _ = np.linalg.qr(white[:, : self._basis.shape[1]])
            rest = white[:, self._basis.shape[1] :]
            rest = rest - fixed @ (fixed.T @ rest)
            jumps, left = rest[:, : len(self.first_after)], rest[:, len(self.first_after) :]
            flat = -2 * np.log(np.diag(root)).sum() - (left**2).sum(axis=0)
            gain = (jumps.T @ left) ** 2 / (jumps**2).sum(axis=0)[:, None]
            without = np.maximum(without, flat)
            stepped = np.maximum(stepped, flat + gain)
        return np.asarray(stepped - without, dtype=np.float64)

    def without_break(self, values: Floats, rng: np.random.Generator, many: int) -> Floats:
        """Draw series that only drift, shape (n_waves, many)."""
        weight = self._likely_drifts(values)
        which = rng.choice(len(weight), size=many, p=weight)
        noise = rng.standard_normal((len(values), many))
        drawn = np.empty_like(noise)
        for number in np.unique(which):
            drawn[:, which == number] = self._roots[number] @ noise[:, which == number]
        return drawn

    def _likely_drifts(self, values: Floats) -> Floats:
        """Weigh the drifts by restricted likelihood times the stretch that each stands for."""
        if len(self.drifts) == 1:
            return np.ones(1)
        height = np.empty(len(self.drifts))
        for number, root in enumerate(self._roots):
            white = np.linalg.solve(root, np.column_stack([self._basis, values]))
            fixed, triangle = np.linalg.qr(white[:, :-1])
            left = white[:, -1] - fixed @ (fixed.T @ white[:, -1])
            size = np.log(np.diag(root)).sum() + np.log(np.abs(np.diag(triangle))).sum()
            height[number] = -size - (left @ left) / 2
        weight = np.exp(height - height.max()) * np.gradient(self.drifts)
        return np.asarray(weight / weight.sum(), dtype=np.float64)


def _none(n: int, warning: str) -> Break:
    nothing = float("nan")
    return Break(None, nothing, nothing, None, n, (), np.zeros(0), (warning,))
