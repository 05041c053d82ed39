"""The studentized range: how far apart the outermost of k equal means may come to lie.

scipy has the same distribution (`scipy.stats.studentized_range`), but takes a quarter of a second
for each quantile, and every pair of unequal groups has degrees of freedom of its own: the intervals
of 30 groups would take two minutes. Here they take some hundredths.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import special
from scipy.interpolate import CubicSpline
from scipy.optimize.elementwise import find_root

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from analytics.arrays import Floats

Z_NODES, Z_WEIGHTS = np.polynomial.legendre.leggauss(200)
S_NODES, S_WEIGHTS = np.polynomial.legendre.leggauss(192)
FARTHEST: Final = 8.5  # deviations: beyond lies less than 1e-16 of a normal distribution
TAIL: Final = 1e-13
LOWEST: Final = -20.0  # of the logarithm of a range: below, k means never lie so close
STEPS: Final = 5000
LEAST_Q, MOST_Q = -5.0, 15.0  # logarithms of quantiles
NORMAL: Final = 1e6  # degrees of freedom; beyond, the error is known


@dataclass(frozen=True, slots=True)
class StudentizedRange:
    """The distribution for a number of groups.

    ``known`` is that of a known error, over log q; below ``least`` there is nothing of it.
    """

    known: CubicSpline
    least: float

    @classmethod
    def of(cls, groups: int) -> Self:
        """Prepare the distribution of the range of ``groups`` standard normal variables.

        Notes
        -----
        P(R <= w) = k int phi(z) (Phi(z) - Phi(z - w))^(k - 1) dz, by Gauss-Legendre.
        """
        return cls(*_of_known_errors(groups))

    def beyond(self, q: Floats, df: Floats) -> Floats:
        """Give P(Q > q), the Tukey-adjusted p of a range q.

        Parameters
        ----------
        q : ndarray of float, shape (n,)
            Ranges over errors: |t| times the root of 2; NaN stays.
        df : ndarray of float, shape (n,)
            Degrees of freedom of each, infinite where the error is known; NaN stays.

        Returns
        -------
        ndarray of float, shape (n,)
            Exact to about 1e-11.
        """
        safe = np.where((q > 0) & np.isfinite(q), q, 1.0)
        spare = np.where(df > 0, np.minimum(df, NORMAL), 1.0)
        s, chance = error_nodes(spare, self.least - np.log(safe))
        p = 1.0 - (chance * self._known(np.log(safe)[:, None] + s)).sum(axis=1)
        p = np.where(df > NORMAL, 1.0 - self._known(np.log(safe)), p)
        p = np.where(q > 0, np.clip(p, 0.0, 1.0), 1.0)
        p = np.where(np.isposinf(q), 0.0, p)
        return np.where(np.isnan(q) | ~(df > 0), np.nan, p)

    def quantile(self, confidence: float, df: Floats) -> Floats:
        """Give the q that a range stays below with a chance, NaN without degrees of freedom."""
        unique, position = np.unique(df, return_inverse=True)
        spare = np.where(unique > 0, unique, 1.0)
        # scipy's stubs know functions of one argument alone.
        solve: Callable[..., Any] = find_root
        found = solve(
            lambda log_q, df: self.beyond(np.exp(log_q), df) - (1.0 - confidence),
            (np.full(len(unique), LEAST_Q), np.full(len(unique), MOST_Q)),
            args=(spare,),
        )
        q = np.where((unique > 0) & found.success, np.exp(found.x), np.nan)
        return np.asarray(q[position].reshape(df.shape), dtype=np.float64)

    def _known(self, width: Floats) -> Floats:
        within = self.known(np.clip(width, self.known.x[0], self.known.x[-1]))
        return np.asarray(np.where(width < self.least, 0.0, within), dtype=np.float64)


def error_nodes(df: Floats, least: Floats | None = None) -> tuple[Floats, Floats]:
    """Say where an error estimated with some degrees of freedom may lie, and how likely.

    Parameters
    ----------
    df : ndarray of float, shape (n,)
        Above zero and finite.
    least : ndarray of float, shape (n,), optional
        Logarithms below which an error does not matter.

    Returns
    -------
    log_error : ndarray of float, shape (n, n_nodes)
        Logarithms of estimated over true error.
    chance : ndarray of float, shape (n, n_nodes)
        Weights for sums over these nodes: df s^2 is chi-square with df, so the density of log s is
        c s^df exp(-df s^2 / 2).
    """
    low, high = (0.5 * np.log(special.chdtri(df, part) / df) for part in (1 - TAIL, TAIL))
    low = low if least is None else np.minimum(np.maximum(low, least), high)
    half, nu = (high - low)[:, None] / 2, df[:, None]
    s = (low + high)[:, None] / 2 + half * S_NODES
    constant = np.log(2.0) + nu / 2 * np.log(nu / 2) - nu / 2 - special.gammaln(nu / 2)
    density = np.exp(nu * (s - 0.5 * np.expm1(2 * s)) + constant)
    return s, half * S_WEIGHTS * density


@cache
def _of_known_errors(groups: int) -> tuple[CubicSpline, float]:
    """Lay out the distribution over log q, and the logarithm below which there is nothing of it."""
    z = FARTHEST * Z_NODES
    density = FARTHEST * Z_WEIGHTS * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    width = np.linspace(LOWEST, np.log(2 * FARTHEST), STEPS)
    below = special.ndtr(z) - special.ndtr(z - np.exp(width)[:, None])
    chance = np.minimum(groups * (below ** (groups - 1)) @ density, 1.0)
    return CubicSpline(width, chance), float(width[(chance > TAIL).argmax()])
