"""Whether a state-space model leaves nothing in its one-step prediction errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.trend.state_space import WaveModel

FEWEST: Final = 12
FLAT: Final = 1e-9
LAGS: Final = 6
ALARM: Final = 0.01


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """p values for what should not be in the standardised prediction errors.

    ``correlation``: Ljung-Box. ``normality``: Jarque-Bera. ``variance``: whether the last third
    varies as the first. ``excess``: whether they vary more than 1, as they would where the
    published errors are too small.
    """

    n: int
    correlation: float
    normality: float
    variance: float
    excess: float
    warnings: tuple[str, ...]


def standardised_errors(model: WaveModel, deviation: Floats) -> Floats:
    """Return the one-step prediction errors over their deviations, after the diffuse start.

    Returns
    -------
    ndarray of float, shape (n_waves - n_fixed,)
        Independent standard normal where the model is right and the deviations known.
    """
    result = model.smooth(deviation)
    errors = result.forecasts_error[0] / np.sqrt(result.forecasts_error_cov[0, 0])
    diffuse = result.forecasts_error_diffuse_cov
    plain = np.ones_like(errors, dtype=bool) if diffuse is None else diffuse[0, 0] <= 0
    return np.asarray(errors[plain & np.isfinite(errors)], dtype=np.float64)


def check_prediction_errors(model: WaveModel, deviation: Floats) -> Diagnostics | None:
    """Test the prediction errors of a fitted model.

    Parameters
    ----------
    model : WaveModel
    deviation : ndarray of float, shape (n_parameters,)
        Where the likelihood is highest.

    Returns
    -------
    Diagnostics or None
        None below 12 prediction errors, where a test would find nothing and reassure wrongly, and
        where all waves are equal.

    References
    ----------
    Durbin, J., Koopman, S. J. (2012), section 2.12. Harvey, A. C. (1989), section 5.4.
    """
    errors = standardised_errors(model, deviation)
    n = len(errors)
    if n < FEWEST or np.ptp(errors) < FLAT:
        return None
    from scipy import stats  # noqa: PLC0415 - these two load longer than a wave takes, and few
    from statsmodels.stats.diagnostic import acorr_ljungbox  # noqa: PLC0415 - series are as long

    lags = min(LAGS, n // 4)
    # one degree of freedom for each deviation that was fitted
    fitted = int((deviation > 0).sum())
    box = acorr_ljungbox(errors, lags=[lags], model_df=min(fitted, lags - 1))
    third = n // 3
    first, last = (errors[:third] ** 2).sum(), (errors[-third:] ** 2).sum()
    # F on n/3 and n/3 written as a share, which has a value where one of them is 0
    share = float(last / (first + last)) if first + last > 0 else 0.5
    tail = float(stats.beta.cdf(share, third / 2, third / 2))
    found = {
        "correlation": float(box["lb_pvalue"].iloc[0]),
        "normality": float(stats.jarque_bera(errors).pvalue),
        "variance": 2 * min(tail, 1 - tail),
        "excess": float(stats.chi2.sf((errors**2).sum(), n)),
    }
    warnings = tuple(_WORDS[name] for name, p in found.items() if p < ALARM)
    return Diagnostics(n=n, **found, warnings=warnings)


_WORDS: Final = {
    "correlation": "The waves follow each other more closely, or less, than the model allows.",
    "normality": "Some waves lie further out than a normal error would put them.",
    "variance": "The series moves more in one end than in the other.",
    "excess": "The waves vary more than their published errors account for.",
}
