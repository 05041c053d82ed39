"""A splice: what a changed question does to a figure, measured where old and new overlap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy import stats

from analytics.errors import FrameError, SpecificationError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analytics.arrays import Floats

type Case = Literal["A", "B", "C", "D"]
type Method = Literal["additive", "linear", "none"]

LARGEST_ERROR: Final = 1.5
NEGLIGIBLE: Final = 1.0
RATIO_LOW: Final = 0.90
RATIO_HIGH: Final = 1.10
FEWEST: Final = 2
UNCHANGED_WEIGHT: Final = 2 / 3


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
        """Give the error of the mean."""
        return self.sd / float(np.sqrt(self.n)) if self.se is None else self.se


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


@dataclass(frozen=True, slots=True)
class Splice:
    """A row of the register: what was measured, decided, and by whom.

    ``delta`` is what was measured, ``applied`` what the decision subtracts. ``method`` is
    ``none`` where no link is allowed: the series breaks at the wave.
    """

    id: str
    index: str
    wave: date
    case: Case
    delta: float
    se: float
    n_old: int
    n_new: int
    method: Method
    decided_by: str
    date: date
    note: str
    applied: float
    overlap: Overlap


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


def decide(
    overlap: Overlap,
    *,
    id: str,  # noqa: A002 - the register's own column
    index: str,
    wave: date,
    case: Case,
    decided_by: str,
    decided: date,
    note: str = "",
    unchanged_weight: float = 1.0,
    invariant: bool = True,
    confidence: float = 0.95,
) -> Splice:
    """Decide whether and how the new version is linked to the old, by instruments.md 4.9.

    Parameters
    ----------
    overlap : Overlap
    id, index, wave, case, decided_by, decided, note
        What the register keeps. ``wave`` is the first wave of the new version in the series.
    unchanged_weight : float
        Case D: share of the new index's weight on unchanged items, 0-1.
    invariant : bool
        Case D: whether measurement invariance holds between the two.
    confidence : float
        Of the interval that must cover 0 before a small difference is set to 0.

    Returns
    -------
    Splice

    Raises
    ------
    SpecificationError
        If the case does not go with the overlap (A and C are split, B and D paired).

    Notes
    -----
    In this order. No link where a changed strategy (D) keeps less than 2/3 of the weight or is not
    invariant, or where SE(delta) > 1.5. Linear equating where the ratio of deviations lies outside
    0.90-1.10. Delta = 0 with its error kept where abs(delta) < 1.0 and the interval covers 0. Else
    delta is subtracted. A register row of ``none`` for its error asks for one more overlap wave.
    """
    if overlap.paired != (case in {"B", "D"}):
        raise SpecificationError(
            f"splice {id}: case {case} needs "
            f"{'both versions from the same persons' if case in {'B', 'D'} else 'a split sample'}"
        )
    splice = Splice(
        id=id,
        index=index,
        wave=wave,
        case=case,
        delta=overlap.difference,
        se=overlap.difference_se,
        n_old=overlap.old.n,
        n_new=overlap.new.n,
        method="additive",
        decided_by=decided_by,
        date=decided,
        note=note,
        applied=overlap.difference,
        overlap=overlap,
    )
    refusal = _refusal(splice, unchanged_weight, invariant)
    if refusal:
        return replace(splice, method="none", applied=float("nan"), note=_joined(note, refusal))
    if not RATIO_LOW <= overlap.ratio <= RATIO_HIGH:
        reason = f"Ratio of deviations {overlap.ratio:.2f}: linear equating."
        return replace(splice, method="linear", note=_joined(note, reason))
    reach = _quantile(overlap, confidence) * splice.se
    if abs(splice.delta) < NEGLIGIBLE and abs(splice.delta) <= reach:
        reason = "Difference below 1.0 and not told apart from 0: set to 0, its error kept."
        return replace(splice, applied=0.0, note=_joined(note, reason))
    return splice


def _refusal(splice: Splice, unchanged_weight: float, invariant: bool) -> str:
    if splice.case == "D" and unchanged_weight < UNCHANGED_WEIGHT - 1e-9:
        return "Less than 2/3 of the weight is on unchanged items: series break."
    if splice.case == "D" and not invariant:
        return "Measurement invariance does not hold: series break."
    if not splice.se <= LARGEST_ERROR:
        return (
            f"SE of the difference {splice.se:.2f} is above {LARGEST_ERROR}: series break until "
            "one more overlap wave has been run."
        )
    if not np.isfinite(splice.overlap.ratio) or splice.overlap.new.sd == 0:
        return "A version has no variation: it cannot be linked. Series break."
    return ""


def _quantile(overlap: Overlap, confidence: float) -> float:
    df = overlap.old.n - 1 if overlap.paired else overlap.old.n + overlap.new.n - 2
    return float(stats.t.ppf(0.5 + confidence / 2, df))


def _arm(score: Floats, weight: Floats) -> Arm:
    n, total = len(score), weight.sum()
    mean = float(weight @ score / total)
    variance = float(weight @ (score - mean) ** 2 / total) * n / (n - 1)
    error = np.sqrt(n / (n - 1) * ((weight * (score - mean)) ** 2).sum()) / total
    return Arm(n, mean, float(np.sqrt(variance)), float(error))


def _joined(note: str, reason: str) -> str:
    return f"{note} {reason}".strip()
