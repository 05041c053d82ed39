"""Shrunken means moved together, so that they add up to the agency's own mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import FrameError

if TYPE_CHECKING:
    from analytics.arrays import Floats


def benchmarked(estimate: Floats, mse: Floats, share: Floats, total: float) -> Floats:
    """Move estimates so that their mean, weighted by people, is that of the whole.

    Parameters
    ----------
    estimate : ndarray of float, shape (m,)
        Shrunken means.
    mse : ndarray of float, shape (m,)
        Their mean squared errors; the surer an estimate, the less it moves.
    share : ndarray of float, shape (m,)
        Each area's part of all people; adds up to 1.
    total : float
        The mean of the whole, which is sure enough to be matched.

    Returns
    -------
    ndarray of float, shape (m,)

    Raises
    ------
    FrameError
        If shares do not add up to 1, or an error is missing.

    Notes
    -----
    The change in squares, weighted by 1 / mse, is the least that matches the total: area i moves
    by mse_i W_i / (sum of mse W^2) times the gap. The mean squared error of what is moved is not
    smaller than before; the difference between ``estimate`` and the result says how much is forced.

    References
    ----------
    Wang, J., Fuller, W. A., Qu, Y. (2008). Small area estimation under a restriction. Survey
    Methodology 34, 29-36. Datta, G. S., Ghosh, M., Steorts, R., Maples, J. (2011). Bayesian
    benchmarking with applications to small area estimation. TEST 20, 574-588.
    """
    if abs(float(share.sum()) - 1.0) > 1e-6 or (share < 0).any():  # noqa: PLR2004 - rounding
        raise FrameError("the areas' parts of all people must add up to 1")
    if not (np.isfinite(mse) & (mse >= 0)).all():
        raise FrameError("an area has no mean squared error: it cannot be moved in proportion")
    gap = total - float(share @ estimate)
    spread = float(mse @ share**2)
    if spread == 0:  # every estimate is certain: all move alike
        return np.asarray(estimate + gap, dtype=np.float64)
    return np.asarray(estimate + gap * mse * share / spread, dtype=np.float64)
