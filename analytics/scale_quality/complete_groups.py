"""What a factor model makes of groups who answered every item: all groups at once.

As `pattern_likelihood` and `casewise`, which go from group to group for the sake of gaps. A search
asks for these thousands of times, of a handful of items each time.

References
----------
Joreskog, K. G. (1971). Simultaneous factor analysis in several populations. Psychometrika 36,
409-426.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.scale_quality.pattern_likelihood import inverses
from analytics.scale_quality.structure import implied, moment_slopes

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.scale_quality.patterns import Patterns
    from analytics.scale_quality.structure import Structure


def lack_of_groups(model: Structure, known: Patterns, vectors: Floats) -> float:
    """Give twice the mean negative log-likelihood, without its constant.

    Parameters
    ----------
    known : Patterns
        One of each group (`Samples.side_by_side`).
    vectors : ndarray of float, shape (n_groups, q)

    Raises
    ------
    LinAlgError
        If parameters imply no covariance.
    """
    mean, covariance = implied(model, vectors)
    inverse, log = inverses(known, covariance)
    away = known.mean - mean
    trace = (inverse * known.covariance).sum(axis=(1, 2))
    trace += np.vecdot(away, np.matvec(inverse, away))
    return float(known.share @ (log + trace))


def scores_of_groups(model: Structure, known: Patterns, vectors: Floats) -> Floats:
    """Differentiate each group's mean log-likelihood by its own parameters, shape (n_groups, q)."""
    at, covariance = implied(model, vectors)
    inverse, _ = inverses(known, covariance)
    leaning = np.matvec(inverse, known.mean - at)
    toward = inverse @ known.covariance @ inverse - inverse
    toward += leaning[:, :, None] * leaning[:, None, :]
    by_mean, by_covariance = moment_slopes(model, vectors)
    flat = by_covariance.reshape(*vectors.shape, -1)
    found = np.matvec(by_mean, leaning) + np.matvec(flat, toward.reshape(len(toward), -1)) / 2
    return np.asarray(found, dtype=np.float64)


def information_of_groups(model: Structure, known: Patterns, vectors: Floats) -> Floats:
    """Give the expected information of one respondent of each group, shape (n_groups, q, q)."""
    inverse, _ = inverses(known, implied(model, vectors)[1])
    by_mean, by_covariance = moment_slopes(model, vectors)
    flat = by_covariance.reshape(*vectors.shape, -1)
    around = inverse[:, None] @ by_covariance @ inverse[:, None]
    found = around.reshape(flat.shape) @ flat.swapaxes(1, 2) / 2
    found += by_mean @ inverse @ by_mean.swapaxes(1, 2)
    return np.asarray((found + found.swapaxes(1, 2)) / 2, dtype=np.float64)
