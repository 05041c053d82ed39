"""What a factor model is fitted to: means and covariances of complete cases, per group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from analytics.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats, Integers

WHOLE = "all"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Clusters that respondents came in, and their strata.

    ``cluster`` has shape (n_respondents,), ``stratum`` shape (n_clusters,); both count from 0.
    """

    cluster: Integers
    stratum: Integers


@dataclass(frozen=True, slots=True)
class Sample:
    """One group: its complete answers and their moments, the covariance with divisor n.

    ``values`` has shape (n, p); ``weight`` has a mean of 1; ``dropped`` counts those of the group
    who did not answer every item. ``cluster`` numbers those of `Drawn`, where there are any.
    """

    name: str
    values: Floats
    weight: Floats
    mean: Floats
    covariance: Floats
    dropped: int
    cluster: Integers | None = None

    @property
    def n(self) -> int:
        """Respondents with all items."""
        return len(self.values)


class Counted(Protocol):
    """A group that knows how many respondents it has."""

    @property
    def n(self) -> int:
        """Respondents with all items."""


@dataclass(frozen=True, slots=True)
class Grouped[Group: Counted]:
    """Groups that are fitted together, each by its share of the respondents."""

    groups: tuple[Group, ...]

    @property
    def n(self) -> int:
        """Respondents with all items, in all groups."""
        return sum(group.n for group in self.groups)

    @property
    def share(self) -> Floats:
        """Each group's share of the respondents."""
        return np.array([group.n for group in self.groups]) / self.n


@dataclass(frozen=True, slots=True)
class Samples(Grouped[Sample]):
    """All groups in common units: each item less its grand mean, over its pooled deviation.

    ``stratum`` is that of each cluster, None where respondents were drawn one by one.
    """

    centre: Floats
    spread: Floats
    stratum: Integers | None = None


def samples(
    items: pd.DataFrame,
    names: Sequence[str],
    group: pd.Series | None = None,
    weight: Floats | None = None,
    drawn: Drawn | None = None,
) -> Samples:
    """Collect the complete cases of each group.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        Missing is NaN. Who left out an item of the model is left out (listwise): unbiased when
        answers are missing at random without regard to anything (MCAR).
    names : sequence of str
        The items of the model.
    group : Series, optional
        Same index; rows without a group are left out.
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent; brought to a mean of 1 in each group.
    drawn : Drawn, optional
        Clusters and strata of the same rows.

    Raises
    ------
    FrameError
        If an item is not there, the groups are not of the same rows, a weight is not above zero,
        or a group has too few complete answers or an item that does not vary or repeats others.
    """
    missing = [name for name in names if name not in items.columns]
    if missing:
        raise FrameError(f"the model names the item {missing[0]!r}, which the data does not have")
    if group is not None and not items.index.equals(group.index):
        raise FrameError("the groups and the items are not of the same respondents, in one order")
    values = items[list(names)].to_numpy(dtype=np.float64)
    weights = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=np.float64)
    codes, labels = (
        (np.zeros(len(values), dtype=np.int64), [WHOLE])
        if group is None
        else pd.factorize(group, sort=True)
    )
    known = np.isfinite(values).all(axis=1) & (codes >= 0)
    used = weights[known]
    if not (np.isfinite(used) & (used > 0)).all():
        raise FrameError("every weight must be finite and above zero")
    if not known.any():
        raise FrameError(f"nobody answered all {len(names)} items of the model")
    centre, spread = _units(values[known], weights[known])
    scaled = (values - centre) / spread
    found = [
        _sample(str(label), scaled[rows & known], weights[rows & known], int((rows & ~known).sum()),
                names)
        for number, label in enumerate(labels)
        for rows in (codes == number,)
    ]  # fmt: skip
    if drawn is None:
        return Samples(tuple(found), centre, spread)
    own = [drawn.cluster[(codes == number) & known] for number in range(len(labels))]
    placed = [replace(one, cluster=at) for one, at in zip(found, own, strict=True)]
    return Samples(tuple(placed), centre, spread, drawn.stratum)


def _units(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    share = weight / weight.sum()
    centre = share @ values
    spread = np.sqrt(share @ (values - centre) ** 2)
    return centre, np.where(spread > 0, spread, 1.0)


def _sample(
    name: str, values: Floats, weight: Floats, dropped: int, items: Sequence[str]
) -> Sample:
    where = "" if name == WHOLE else f"group {name!r}: "
    n, p = values.shape
    if n <= p:
        raise FrameError(
            f"{where}{n} respondents answered all {p} items; a factor model needs more respondents "
            "than items: leave the group out, or merge it with another"
        )
    constant = np.ptp(values, axis=0) == 0
    if constant.any():
        item = items[int(np.flatnonzero(constant)[0])]
        raise FrameError(f"{where}all answers to {item!r} are the same: leave the item out")
    share = weight / weight.sum()
    mean = share @ values
    centred = values - mean
    covariance = (centred.T * share) @ centred
    if np.linalg.eigvalsh(covariance)[0] < 1e-8:  # noqa: PLR2004 - of items with variance near 1
        raise FrameError(f"{where}an item repeats what others say exactly: leave one of them out")
    return Sample(name, values, weight / weight.mean(), mean, covariance, dropped)
