"""A model of a series at one half-life: its likelihood, its top, and its smoother."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.trend.integrate import highest

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.trend.plan import SmoothingPlan
    from analytics.trend.points import Kind

HALF_LOG_2PI: Final = float(np.log(2 * np.pi)) / 2


class TrendFit:
    """What a plan asks for, seen through one model.

    Parameters
    ----------
    asked : SmoothingPlan
    half_life : float
        Years, for the one decay that was given none.
    kind : {"level", "smooth", "trend"}
    extra : bool
        See `WaveModel`.
    """

    def __init__(self, asked: SmoothingPlan, half_life: float, kind: Kind, *, extra: bool) -> None:
        from analytics.trend.state_space import WaveModel  # noqa: PLC0415 - loads statsmodels

        self.asked, self.half_life = asked, half_life
        self.model = WaveModel(asked.points(half_life), kind, extra=extra)
        self.scales = [asked.scale] * len(self.model.param_names)
        self._top: Floats | None = None

    def top(self) -> Floats:
        """Give the deviations at which the likelihood is highest; found once."""
        if self._top is None:
            self._top = highest(self.loglike, self.scales)
        return self._top

    def loglike(self, deviation: Floats) -> float:
        """Give the restricted log likelihood."""
        # waves without an error and a level that never moves: nothing could differ, yet it does
        if self.asked.errorless and not deviation.any():
            return float("-inf")
        # statsmodels counts log(2 pi) / 2 for the diffuse states too; textbooks do not
        diffuse: int = self.model.fixed
        return self.model.loglike(deviation) + diffuse * HALF_LOG_2PI

    def smooth(self, deviation: Floats) -> tuple[Floats, Floats]:
        """Give mean and variance of every figure that the plan asks for, shape (n_figures,)."""
        result = self.model.smooth(deviation)
        state, covariance = result.smoothed_state.T, np.moveaxis(result.smoothed_state_cov, 2, 0)
        weights, where = self.asked.contrasts(self.model)
        mean = np.einsum("qs,qs->q", weights, state[where])
        variance = np.einsum("qs,qst,qt->q", weights, covariance[where], weights)
        return mean, np.maximum(variance, 0.0)
