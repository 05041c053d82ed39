"""Means and covariances of the answers of each group, with gaps or without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from analytics.errors import FrameError
from analytics.rows import respondents, times
from analytics.scale_quality.pattern_likelihood import lack, saturated
from analytics.scale_quality.patterns import by_pattern, patterns_of
from analytics.scale_quality.samples import Sample, SampledClusters, Samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats, Integers
    from analytics.scale_quality.patterns import Patterns

WHOLE = "all"
SINGULAR: Final = 1e-8  # of items with variance near 1
REPEATED: Final = "an item repeats what others say exactly: leave one of them out"
MOST_WITH_GAPS: Final = 60  # the work grows with the fourth power

type Missing = Literal["listwise", "fiml"]


def samples(
    items: pd.DataFrame,
    names: Sequence[str],
    group: pd.Series | None = None,
    weight: Floats | None = None,
    drawn: SampledClusters | None = None,
    *,
    missing: Missing = "listwise",
    alike: Integers | None = None,
    each: Floats | None = None,
) -> Samples:
    """Collect the answers of each group.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        Missing is NaN.
    names : sequence of str
        The items of the model.
    group : Series, optional
        Same index; rows without a group are left out.
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent; brought to a mean of 1 in each group.
    drawn : SampledClusters, optional
        Clusters and strata of the same rows.
    missing : {"listwise", "fiml"}
        Who left out an item of the model is left out: unbiased when answers are missing at random
        without regard to anything (MCAR). Or everybody who answered any item counts with what was
        answered: unbiased also when gaps depend on answers that were given (MAR).
    alike : ndarray of int, shape (len(names),), optional
        Items of the same number (one item in several waves) are brought to the same unit.
    each : ndarray of float, shape (n_respondents,), optional
        Respondents that a row stands for; of those who answered every item, without clusters.

    Raises
    ------
    FrameError
        If an item is not there, the groups are not of the same rows, a weight is not above zero,
        or a group has too few answers, an item that does not vary or repeats others, or two items
        that nobody answered both of.
    """
    strange = [name for name in names if name not in items.columns]
    if strange:
        raise FrameError(f"the model names the item {strange[0]!r}, which the data does not have")
    if group is not None and not items.index.equals(group.index):
        raise FrameError("the groups and the items are not of the same respondents, in one order")
    values = items[list(names)].to_numpy(dtype=np.float64)
    weights = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=np.float64)
    codes, labels = (
        (np.zeros(len(values), dtype=np.int64), [WHOLE])
        if group is None
        else pd.factorize(group, sort=True)
    )
    answered = np.isfinite(values)
    whole = missing == "listwise"
    known = (answered.all(axis=1) if whole else answered.any(axis=1)) & (codes >= 0)
    used = weights[known]
    if not (np.isfinite(used) & (used > 0)).all():
        raise FrameError("every weight must be finite and above zero")
    if not known.any():
        what = f"all {len(names)} items" if whole else "any item"
        raise FrameError(f"nobody answered {what} of the model")
    centre, spread = _units(values[known], times(weights, each)[known])
    if alike is not None:
        centre, spread = _shared(centre, spread, alike)
    scaled = (values - centre) / spread
    found = [
        _sample(
            str(label), scaled, np.flatnonzero((codes == number) & known), weights, names,
            respondents((codes == number) & ~known, each), drawn, each,
        )
        for number, label in enumerate(labels)
    ]  # fmt: skip
    return Samples(tuple(found), centre, spread, None if drawn is None else drawn.stratum)


def _units(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    known = np.isfinite(values)
    share = known * weight[:, None]
    share = share / np.where(known.any(axis=0), share.sum(axis=0), 1.0)
    centre = (share * np.where(known, values, 0.0)).sum(axis=0)
    spread = np.sqrt((share * np.where(known, values - centre, 0.0) ** 2).sum(axis=0))
    return centre, np.where(spread > 0, spread, 1.0)


def _shared(centre: Floats, spread: Floats, alike: Integers) -> tuple[Floats, Floats]:
    size = np.bincount(alike)
    middle = np.bincount(alike, centre) / size
    square = np.bincount(alike, spread**2 + (centre - middle[alike]) ** 2) / size
    return middle[alike], np.sqrt(square)[alike]


def _sample(
    name: str,
    values: Floats,
    rows: Integers,
    weights: Floats,
    items: Sequence[str],
    dropped: int,
    drawn: SampledClusters | None,
    each: Floats | None,
) -> Sample:
    where = "" if name == WHOLE else f"group {name!r}: "
    rows = rows[by_pattern(values[rows])]
    own, weight = values[rows], weights[rows]
    counted = None if each is None else each[rows]
    n = len(own) if counted is None else int(counted.sum())
    _check(own, n, items, where)
    known = patterns_of(own, times(weight, counted))
    mean, covariance = known.mean[0], known.covariance[0]
    if not known.complete:
        mean, covariance = _likeliest(own, known, items, where)
    if np.linalg.eigvalsh(covariance)[0] < SINGULAR:
        raise FrameError(f"{where}{REPEATED}")
    return Sample(
        name, own, weight / (times(weight, counted).sum() / n), mean, covariance, dropped, known,
        lack(known, mean, covariance), None if drawn is None else drawn.cluster[rows], counted,
    )  # fmt: skip


def _check(values: Floats, n: int, items: Sequence[str], where: str) -> None:
    """Refuse a group that no model can be fitted to."""
    known = np.isfinite(values)
    p = values.shape[1]
    if n <= p:
        what = f"all {p} items" if known.all() else f"any of {p} items"
        raise FrameError(
            f"{where}{n} respondents answered {what}; a factor model needs more respondents "
            "than items: leave the group out, or merge it with another"
        )
    empty = ~known.any(axis=0)
    if empty.any():
        raise FrameError(
            f"{where}nobody answered {items[int(np.flatnonzero(empty)[0])]!r}: leave the item out"
        )
    constant = np.nanmax(values, axis=0) == np.nanmin(values, axis=0)
    if constant.any():
        item = items[int(np.flatnonzero(constant)[0])]
        raise FrameError(f"{where}all answers to {item!r} are the same: leave the item out")
    both = known.astype(np.float64).T @ known
    apart = np.argwhere(both == 0)
    if len(apart):
        one, other = (items[place] for place in apart[0])
        raise FrameError(
            f"{where}nobody answered both {one!r} and {other!r}: how they go together is not known"
        )


def _likeliest(
    values: Floats, known: Patterns, items: Sequence[str], where: str
) -> tuple[Floats, Floats]:
    """Find the moments of answers with gaps."""
    if len(items) > MOST_WITH_GAPS:
        raise FrameError(
            f"{where}{len(items)} items with gaps take too long: model at most {MOST_WITH_GAPS} "
            "of them at a time, or leave missing out"
        )
    mean, variance = np.nanmean(values, axis=0), np.nanvar(values, axis=0)
    try:
        mean, covariance, ended = saturated(known, mean, np.diag(variance))
    except np.linalg.LinAlgError:
        raise FrameError(f"{where}{REPEATED}") from None
    if not ended:
        raise FrameError(
            f"{where}too little was answered to tell the items' means and covariances: leave items "
            'that few answered out, or take missing = "listwise"'
        )
    return mean, covariance
