"""Where two versions of a question overlap: how far apart they are, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats

FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Arm:
    """One version in the overlap wave: persons, mean, its error, and the deviation of scores.

    ``se`` is the design-based error; None means ``sd / sqrt(n)``.
    """

    n: int
    mean: float
    sd: float
    se: float | None = None

    @property
    def error(self) -> float:
        """Give the error of the mean; NaN without anybody."""
        if self.se is not None:
            return self.se
        return self.sd / float(np.sqrt(self.n)) if self.n > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Old and new version measured in one wave.

    ``correlation`` of old and new scores over persons where the same people answered both; 0 for
    a split ballot. ``difference_se`` is the error of new - old.
    """

    old: Arm
    new: Arm
    correlation: float
    difference_se: float
    paired: bool

    @property
    def difference(self) -> float:
        """Give new - old in points."""
        return self.new.mean - self.old.mean

    @property
    def ratio(self) -> float:
        """Give the deviation of the new version over that of the old."""
        return self.new.sd / self.old.sd if self.old.sd > 0 else float("nan")


def unpaired(old: Arm, new: Arm) -> Overlap:
    """Compare two random halves that got one version each (cases A and C).

    Raises
    ------
    FrameError
        If an arm has fewer than 2 persons, or a mean or deviation is missing.

    Notes
    -----
    SE = sqrt(SE_old^2 + SE_new^2): different people.
    """
    for name, arm in (("old", old), ("new", new)):
        usable = np.isfinite([arm.mean, arm.sd, arm.error]).all() and arm.sd >= 0 and arm.error >= 0
        if arm.n < FEWEST or not usable:
            raise FrameError(
                f"the {name} half of a split ballot needs at least {FEWEST} persons, a mean, and a "
                "deviation and an error that are not negative"
            )
    error = float(np.hypot(old.error, new.error))
    return Overlap(old, new, correlation=0.0, difference_se=error, paired=False)


def paired(
    old: Sequence[float] | Floats,
    new: Sequence[float] | Floats,
    weight: Sequence[float] | Floats | None = None,
) -> Overlap:
    r"""Compare two versions that the same people answered (cases B and D).

    Parameters
    ----------
    old, new : sequence of float, length n_persons
        Both scores of each person on 0-100; who lacks one is left out.
    weight : sequence of float, length n_persons, optional
        Final weights; survey weights, not repetitions.

    Returns
    -------
    Overlap

    Raises
    ------
    FrameError
        If the lengths differ, a weight is not above zero, or fewer than 2 persons have both.

    Notes
    -----
    With :math:`d = new - old`: :math:`\delta = \sum w d / \sum w` and, linearised with
    replacement, :math:`SE^2 = n/(n-1) \sum w^2 (d - \delta)^2 / (\sum w)^2`.
    """
    first, second = np.asarray(old, dtype=np.float64), np.asarray(new, dtype=np.float64)
    w = np.ones_like(first) if weight is None else np.asarray(weight, dtype=np.float64)
    if not first.shape == second.shape == w.shape:
        raise FrameError("a paired overlap needs an old score, a new score and a weight per person")
    both = np.isfinite(first) & np.isfinite(second)
    first, second, w = first[both], second[both], w[both]
    if not (np.isfinite(w) & (w > 0)).all():
        raise FrameError("the weights of a paired overlap must be finite and above zero")
    if len(w) < FEWEST:
        raise FrameError(f"a paired overlap needs at least {FEWEST} persons with both scores")
    one, other = _arm(first, w), _arm(second, w)
    share = w / w.sum()
    product = float(share @ ((first - one.mean) * (second - other.mean)))
    spread = one.sd * other.sd * (len(w) - 1) / len(w)
    return Overlap(
        one,
        other,
        correlation=float(np.clip(product / spread, -1, 1)) if spread > 0 else 0.0,
        difference_se=_arm(second - first, w).error,
        paired=True,
    )


def paired_summary(old: Arm, new: Arm, correlation: float) -> Overlap:
    """Compare two versions that the same people answered, from published figures.

    Parameters
    ----------
    old, new : Arm
        Of the same persons.
    correlation : float
        Between the two scores over persons, from -1 to 1.

    Raises
    ------
    FrameError
        If the numbers of persons differ or the correlation is none.

    Notes
    -----
    SE^2 = SE_old^2 + SE_new^2 - 2 rho SE_old SE_new.
    """
    if old.n != new.n:
        raise FrameError(
            f"a paired overlap has the same persons twice, not {old.n} and {new.n} of them"
        )
    if not -1 <= correlation <= 1:
        raise FrameError("the correlation of old and new scores must lie between -1 and 1")
    apart = unpaired(old, new)
    variance = apart.difference_se**2 - 2 * correlation * old.error * new.error
    return Overlap(old, new, correlation, float(np.sqrt(max(variance, 0.0))), paired=True)


def _arm(score: Floats, weight: Floats) -> Arm:
    n, total = len(score), weight.sum()
    mean = float(weight @ score / total)
    variance = float(weight @ (score - mean) ** 2 / total) * n / (n - 1)
    error = np.sqrt(n / (n - 1) * ((weight * (score - mean)) ** 2).sum()) / total
    return Arm(n, mean, float(np.sqrt(variance)), float(error))
