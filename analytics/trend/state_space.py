"""The state space of a published series: a moving level seen with errors that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from statsmodels.tsa.statespace.initialization import Initialization
from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

from analytics.trend.points import movers_of

if TYPE_CHECKING:
    from statsmodels.tsa.statespace.kalman_smoother import SmootherResults

    from analytics.arrays import Floats
    from analytics.trend.points import Kind, Points


class WaveModel:
    r"""Level and slope that move in continuous time, seen at irregular waves.

    Parameters
    ----------
    points : Points
    kind : {"level", "smooth", "trend"}
        ``level``: a random walk. ``smooth``: a slope that is a random walk, and the level its
        integral. ``trend``: both.
    extra : bool
        Estimate a deviation per wave beyond the sampling error.

    Notes
    -----
    .. math::
        y_t = \mu_t + x_t'\beta + s_t'\lambda + \varepsilon_t, \quad
        \varepsilon_t \sim N(0, SE_t^2 + \sigma_\varepsilon^2)

        d\mu = \nu\,dt + \sigma_\mu\,dW_1, \quad d\nu = \sigma_\nu\,dW_2

    so that over a gap of h years the level gains variance
    :math:`\sigma_\mu^2 h + \sigma_\nu^2 h^3/3`, the slope :math:`\sigma_\nu^2 h`, and their
    covariance is :math:`\sigma_\nu^2 h^2/2`. Gaps and missing waves need no grid.
    Level, slope and :math:`\beta` start diffuse (exactly, so the likelihood is the restricted
    one), the shared errors :math:`\lambda \sim N(0, I)`. Parameters are deviations: points per
    square root of a year, points per year per square root of a year, points.

    The states are the slope :math:`\nu_t` and :math:`\mu_t - t \nu_t`, which makes every transition
    the identity: statsmodels' exact diffuse smoother goes wrong where a level gains its slope over
    uneven gaps while an effect is still diffuse (tests/reference/trend compares with dense
    matrices), and is right where nothing moves but by noise.

    For every mark m a further state keeps the level of m: the smoothed covariance of the two gives
    the error of a change exactly, also where the filter is still diffuse.

    References
    ----------
    Harvey, A. C. (1989). Forecasting, Structural Time Series Models and the Kalman Filter, 9.2.
    Durbin, J., Koopman, S. J. (2012). Time Series Analysis by State Space Methods, 2nd ed.
    van den Brakel, J. A., Roels, J. (2010). Annals of Applied Statistics 4, 1105-1138.
    """

    def __init__(self, points: Points, kind: Kind, *, extra: bool = False) -> None:
        # not `MLEModel`, which is this with ways to fit, and loads half as much again
        self.points, self.kind, self.extra = points, kind, extra
        self.movers = movers_of(kind)
        effects, shared = points.effects.shape[1], points.shared.shape[1]
        self.fixed = self.movers + effects
        self.first_mark = self.fixed + shared
        self.states = self.first_mark + len(points.marks)
        self.space = KalmanSmoother(1, self.states, k_posdef=self.movers)
        self.space.bind(points.estimate)
        self.gap = np.append(np.diff(points.time), 1.0)
        self._set_design()
        self._set_transition()
        self.space.initialization = self._start(shared)

    @property
    def param_names(self) -> list[str]:
        """Name the deviations: of the level, of the slope, beyond the sampling error."""
        own: dict[Kind, list[str]] = {
            "level": ["level"], "smooth": ["slope"], "trend": ["level", "slope"],
        }  # fmt: skip
        return own[self.kind] + (["extra"] if self.extra else [])

    def loglike(self, deviation: Floats) -> float:
        """Give the log likelihood of the figures."""
        self._move(deviation)
        return float(self.space.loglike())

    def smooth(self, deviation: Floats) -> SmootherResults:
        """Say what all figures together tell of the states."""
        self._move(deviation)
        return self.space.smooth()

    def shown_level(self) -> Floats:
        """Give the weights, shape (n_points, n_states), that make the level shown of the states."""
        weights = np.zeros((len(self.points.time), self.states))
        weights[:, 0] = 1.0
        if self.movers > 1:
            weights[:, 1] = self.points.time
        weights[:, self.movers : self.fixed] = self.points.effects * self.points.shown
        return weights

    def _move(self, deviation: Floats) -> None:
        """Put the deviations into the matrices."""
        value = dict(zip(self.param_names, deviation.tolist(), strict=True))
        level, slope = value.get("level", 0.0) ** 2, value.get("slope", 0.0) ** 2
        gap = self.gap
        covariance = np.zeros((self.movers, self.movers, len(gap)))
        covariance[0, 0] = level * gap
        if self.movers > 1:
            # of the level less the slope times the time at the end of the gap
            end = self.points.time + gap
            covariance[0, 0] += slope * (gap**3 / 3 - gap**2 * end + gap * end**2)
            covariance[0, 1] = covariance[1, 0] = slope * (gap**2 / 2 - gap * end)
            covariance[1, 1] = slope * gap
        self.space["state_cov"] = covariance
        error = np.nan_to_num(self.points.se) ** 2 + value.get("extra", 0.0) ** 2
        self.space["obs_cov"] = error[None, None, :]

    def _start(self, shared: int) -> Initialization:
        start = Initialization(self.states)
        start.set((0, self.fixed), "diffuse")
        known = self.states - self.fixed
        if known:
            variance = np.diag([1.0] * shared + [0.0] * (known - shared))
            start.set(
                (self.fixed, self.states),
                "known",
                constant=np.zeros(known),
                stationary_cov=variance,
            )
        return start

    def _set_design(self) -> None:
        points = self.points
        design = np.zeros((1, self.states, len(points.time)))
        design[0, 0] = 1.0
        if self.movers > 1:
            design[0, 1] = points.time
        design[0, self.movers : self.fixed] = points.effects.T
        design[0, self.fixed : self.first_mark] = points.shared.T
        self.space["design"] = design
        self.space["selection"] = np.eye(self.states, self.movers)

    def _set_transition(self) -> None:
        move = np.repeat(np.eye(self.states)[:, :, None], len(self.gap), axis=2)
        level = self.shown_level()
        for number, mark in enumerate(self.points.marks):
            state = self.first_mark + number
            move[state, :, mark] = level[mark]
        self.space["transition"] = move
