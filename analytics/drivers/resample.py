"""Replicate weights: each draw is another sample that the same design could have given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.estimation.variance import Design


def rescaled_bootstrap(design: Design, draws: int, rng: np.random.Generator) -> Floats:
    """Draw factors for the weights, cluster by cluster within strata.

    Parameters
    ----------
    design : Design
        Its first stage is drawn again.
    draws : int
        Replicates.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of float, shape (draws, n_respondents)
        On average 1; a stratum with a single cluster keeps 1.

    Notes
    -----
    From the n_h clusters of a stratum n_h - 1 are drawn with replacement; a cluster drawn t times
    gets 1 + sqrt(1 - f_h) (n_h / (n_h - 1) t - 1).

    References
    ----------
    Rao, J. N. K., Wu, C. F. J., Yue, K. (1992). Some recent work on resampling methods for complex
    surveys. Survey Methodology 18, 209-217.
    """
    stage = design.stages[0]
    factor = np.ones((draws, len(stage.stratum)))
    for stratum, size in enumerate(stage.size):
        if size < 2:  # noqa: PLR2004 - one cluster cannot be drawn otherwise
            continue
        members = np.flatnonzero(stage.stratum == stratum)
        times = rng.multinomial(size - 1, np.full(size, 1.0 / size), size=draws)
        reach = np.sqrt(1.0 - stage.fraction[stratum])
        factor[:, members] += reach * (size / (size - 1) * times - 1.0)
    return np.asarray(factor[:, stage.cluster], dtype=np.float64)
