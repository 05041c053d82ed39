"""What other words did to answers, where random halves of one wave were asked one each.

The halves are parts of one sample, drawn within its units. Their means err against each other as
two samples of other people do, each with its full error: what the finite staff would take off the
error of one half it adds to how the two halves go together, and the difference is left without any
correction (Neyman 1923; Imbens and Rubin 2015, 6.4).

Where a scale has other items, the same people were asked both sets (instruments.md 4.9, B). Most of
what they said stands in either, and comes out of the difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import FrameError
from analytics.estimation.domains import whole
from analytics.estimation.means import compose, domain_means, errors
from analytics.trend.overlap import Arm, Overlap

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.estimation.means import DomainMeans

# Answers to each wording from which on a unit tells how much the effect differs between units.
FEWEST: Final = 3
# What is thought beforehand of how much the effect of words differs between units, in points: the
# deviation has a half-t distribution with four degrees of freedom, whose mean square is this one's.
USUAL_BETWEEN: Final = 3.0
# Levels that hold units, and the same between their places, of which each has many units.
WIDER: Final = ("region", "unit_type")
USUAL_AMONG: Final = 1.5
_DEGREES: Final = 4.0
_GRID: Final = np.linspace(0.0, 20.0, 401)


@dataclass(frozen=True, slots=True)
class WordingEffect:
    """How much higher a measure came out in the new words.

    ``overlap`` has both halves of the whole and the difference with its error; ``units`` a row for
    each unit: ``domain``, ``delta``, its ``variance`` and the answers ``n_new`` and ``n_old``.
    ``weight`` is how much of the measure other words touch: of an index that of its reworded parts.
    ``wider`` has such rows of the levels that hold units, by their name.
    """

    measure: str
    overlap: Overlap
    units: pd.DataFrame
    weight: float = 1.0
    wider: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def between(self, units: Collection[str] | None = None) -> float:
        """Give the deviation of the effect between units, in points.

        Parameters
        ----------
        units : collection of str, optional
            The units that may tell of it; by default all. Without any it is `USUAL_BETWEEN`, of an
            index as much of that as was reworded.
        """
        return _deviation(self.units, units, self.weight * USUAL_BETWEEN)

    def among(self, level: str, places: Collection[str]) -> float:
        """Give the deviation between the places of a wider level, those that may tell of it.

        What their units differ by is in it. Words may mean something else in one region, or where
        another kind of work is done, to all who work there.
        """
        rows = self.wider.get(level)
        usual = self.weight * USUAL_AMONG
        return usual if rows is None else _deviation(rows, places, usual)


def _deviation(rows: pd.DataFrame, places: Collection[str] | None, usual: float) -> float:
    told = (rows[["n_new", "n_old"]].min(axis=1) >= FEWEST) & rows["variance"].notna()
    if places is not None:
        told &= rows["domain"].isin(places)
    rows = rows[told]
    # answers vary alike in all places: the variance of a few is known from all
    share = (1.0 / rows["n_new"] + 1.0 / rows["n_old"]).to_numpy(dtype=np.float64)
    freedom = (rows["n_new"] + rows["n_old"] - 2.0).to_numpy(dtype=np.float64)
    own = rows["variance"].to_numpy(dtype=np.float64) / share
    single = float(freedom @ own / freedom.sum()) if len(rows) else 0.0
    delta = rows["delta"].to_numpy(dtype=np.float64)
    return between_deviation(delta, single * share, usual)


def wording_effects(
    design: Design,
    new: pd.DataFrame,
    old: pd.DataFrame,
    units: Partition,
    indices: Mapping[str, Mapping[str, float]],
    *,
    paired: bool = False,
    wider: Collection[Partition] = (),
) -> list[WordingEffect]:
    r"""Measure what the new words did to each measure of the whole.

    Parameters
    ----------
    design : Design
        Of the whole wave, both halves in it.
    new, old : DataFrame of float, shape (n_respondents, n_measures)
        Scores on 0-100 of the measures that other words touch, the same columns in both; missing
        where a person was asked the other words.
    units : Partition
        Where the effect may differ: of staff the units.
    indices : mapping of index to mapping of measure to weight
        Indices composed of such measures, with the weights of these alone: parts that both halves
        were asked alike come out of the difference.
    paired : bool
        Whether the same people were asked both, as where a scale has other items.
    wider : collection of Partition
        Levels that hold the units, between whose places the effect may differ besides.

    Returns
    -------
    list of WordingEffect
        Measures in the order of ``new``, then ``indices``; without those that one half has fewer
        than two scores of.

    Raises
    ------
    FrameError
        If the columns differ.

    Notes
    -----
    :math:`\delta = M_{new} - M_{old}`, of an index :math:`\sum c_s \delta_s`. Both means are of
    domains of the same design, so that its strata and calibration are in the error
    (`analytics.estimation.means`), and what the same people said to both; without correction for a
    finite population.
    """
    if list(new.columns) != list(old.columns):
        raise FrameError("both wordings need the same measures in the same order")
    names = [str(name) for name in new.columns]
    wanted = {name: {name: 1.0} for name in names} | {
        code: dict(parts) for code, parts in indices.items()
    }
    columns = [f"{name} new" for name in names] + [f"{name} old" for name in names]
    values = np.hstack([new.to_numpy(dtype=np.float64), old.to_numpy(dtype=np.float64)])
    parts = [
        *({f"{one} new": c for one, c in own.items()} for own in wanted.values()),
        *({f"{one} old": c for one, c in own.items()} for own in wanted.values()),
        *(
            {f"{one} {half}": sign * c for half, sign in _HALVES for one, c in own.items()}
            for own in wanted.values()
        ),
    ]
    agency = whole(len(values), None)
    found = compose(domain_means(design, values, agency), columns, parts)
    error = errors(design, found, agency)
    count = len(wanted)
    apart = {}
    for one in (units, *wider):
        means = compose(domain_means(design, values, one), columns, parts)
        apart[one.level] = one, means, errors(design, means, one).se_model
    effects = []
    for at, measure in enumerate(wanted):
        arms = [
            Arm(
                int(found.n[0, column]),
                float(found.mean[0, column]),
                float(np.nan_to_num(error.deviation[0, column])),
                float(error.se_model[0, column]),
            )
            for column in (at, at + count)
        ]
        if min(arm.n for arm in arms) < 2:  # noqa: PLR2004 - one answer has no error
            continue
        apart_by = float(error.se_model[0, at + 2 * count])
        overlap = Overlap(
            old=arms[1], new=arms[0], correlation=_together(arms, apart_by) if paired else 0.0,
            paired=paired, difference_se=apart_by,
        )  # fmt: skip
        told = {level: _told(*of, at, count) for level, of in apart.items()}
        weight = sum(abs(one) for one in wanted[measure].values())
        own = told.pop(units.level)
        effects.append(WordingEffect(measure, overlap, own, weight, told))
    return effects


def _told(places: Partition, means: DomainMeans, se: Floats, at: int, count: int) -> pd.DataFrame:
    return pd.DataFrame({
        "domain": list(places.domains),
        "delta": means.mean[:, at + 2 * count],
        "variance": se[:, at + 2 * count] ** 2,
        "n_new": means.n[:, at],
        "n_old": means.n[:, at + count],
    })  # fmt: skip


_HALVES: Final = (("new", 1.0), ("old", -1.0))


def _together(arms: Sequence[Arm], error: float) -> float:
    """Say how two means of the same people go together, by the error of their difference."""
    first, second = (arm.error for arm in arms)
    if not first * second > 0:
        return 0.0
    return float(np.clip((first**2 + second**2 - error**2) / (2 * first * second), -1.0, 1.0))


def between_deviation(delta: Floats, variance: Floats, usual: float = USUAL_BETWEEN) -> float:
    r"""Say how much an effect differs between units, in points.

    Parameters
    ----------
    delta, variance : ndarray of float, shape (n_units,)
        The effect in each unit with its sampling variance, above zero.
    usual : float
        What the deviation is thought to be beforehand, as a root mean square.

    Returns
    -------
    float
        :math:`\sqrt{E(\tau^2)}` given the units; ``usual`` without any.

    Notes
    -----
    Units of twenty tell too little of it for an estimate: that would be 0 in every second agency
    whose units do differ, and their intervals too short. So it is the mean over all that it may be:
    a normal effect with an unknown mean (its likelihood restricted), and the half-t of Gelman
    (2006, Bayesian Analysis 1, 515-534) with four degrees of freedom for the deviation.
    """
    if not len(delta) or not (variance > 0).all():
        return usual
    scale = usual * np.sqrt((_DEGREES - 2.0) / _DEGREES)
    total = _GRID[:, None] ** 2 + variance
    precision = 1.0 / total
    summed = precision.sum(axis=1)
    middle = (precision @ delta) / summed
    away = (precision * (delta - middle[:, None]) ** 2).sum(axis=1)
    height = -0.5 * (np.log(total).sum(axis=1) + np.log(summed) + away)
    height -= (_DEGREES + 1) / 2 * np.log1p((_GRID / scale) ** 2 / _DEGREES)
    weight = np.exp(height - height.max())
    return float(np.sqrt(weight @ _GRID**2 / weight.sum()))
