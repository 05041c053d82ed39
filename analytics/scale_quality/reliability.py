"""How well the items of a scale hang together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.errors import SpecificationError
from analytics.rows import respondents, some_of, times
from analytics.scale_quality.alpha import alpha_interval, cronbach_alpha, standardised_alpha
from analytics.scale_quality.covariances import complete_covariance, pairwise_covariance
from analytics.scale_quality.keying import (
    against_the_scale,
    keying_warnings,
    rest_correlations,
)
from analytics.scale_quality.omega import omega_total

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Floats, Integers

EXTREME: Final = 0.40  # of the answers to an item, at one of its ends
LOW_ALPHA: Final = 0.70  # Nunnally's; docs/methods.md

type Missing = Literal["complete", "pairwise"]


@dataclass(frozen=True, slots=True)
class ItemReliability:
    """One item of a scale: mean on the scale given, and its fit with the other items.

    ``mis_keyed`` says that it goes against the others (`keying.against_the_scale`).
    """

    item: str
    n: int
    mean: float
    missing: int
    rest_correlation: float
    alpha_if_dropped: float
    mis_keyed: bool = False


@dataclass(frozen=True, slots=True)
class Reliability:
    """Internal consistency of a scale; NaN where it cannot be computed.

    ``n`` counts the respondents with all items; ``pairwise``, the fewest behind a pair of items.
    ``rows`` counts all respondents.
    """

    n: int
    alpha: float
    alpha_low: float
    alpha_high: float
    omega_total: float
    items: tuple[ItemReliability, ...]
    standardised_alpha: float = float("nan")
    pairwise: bool = False
    rows: int = 0

    @property
    def mis_keyed(self) -> tuple[str, ...]:
        """The items that go against the others."""
        return tuple(one.item for one in self.items if one.mis_keyed)


def reliability_warnings(found: Reliability) -> list[str]:
    """Say what stands in the way of reading the scale's mean, one sentence each."""
    told = keying_warnings(
        [one.item for one in found.items], np.array([one.mis_keyed for one in found.items])
    )
    if found.alpha < LOW_ALPHA:
        told.append(
            f"alpha is {found.alpha:z.2f} ({found.alpha_low:z.2f} to {found.alpha_high:z.2f}), "
            f"below .70: the items say too little about one thing for the scale to be read without "
            f"care"
        )
    return told


def reliability_of_items(
    items: pd.DataFrame,
    *,
    confidence: float = 0.95,
    missing: Missing = "complete",
    weight: Floats | None = None,
    each: Floats | None = None,
) -> Reliability:
    """Judge a scale from its items' scores.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        All in the same direction; missing is NaN.
    confidence : float
        For the interval of alpha.
    missing : {"complete", "pairwise"}
        Use those who answered every item, or for each pair of items those who answered both.
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent, for complete cases. The interval then counts Kish's effective
        number of respondents.
    each : ndarray of float, shape (n_respondents,), optional
        Without weights: respondents that a row stands for.

    Returns
    -------
    Reliability
        Each item's ``mean`` is that of the rows used, ``missing`` counts those without it. One
        item, one respondent or no variance at all: NaN. Two items: alpha, but no omega and no
        alpha if dropped. A constant item has no item-rest correlation and lowers alpha.

    Raises
    ------
    SpecificationError
        If weights are to be used pairwise, or for rows that stand for several.
    """
    if weight is not None and each is not None:
        raise SpecificationError("weights are for rows of one respondent each")
    values = items.to_numpy(dtype=np.float64)
    if missing == "pairwise":
        if weight is not None:
            raise SpecificationError("weights are for complete cases: leave them out, or pairwise")
        covariance, correlation, n = pairwise_covariance(values, each)
        both = (covariance, correlation)
        found = _assembled(items, values, both, (int(n), n), confidence, (each, each))
        return replace(found, pairwise=True)
    covariance, n = complete_covariance(values, weight, each)
    complete = np.isfinite(values).all(axis=1)
    used = values if complete.all() else values[complete]
    counts = (respondents(complete, each), n)
    both = (covariance, covariance)
    return _assembled(items, used, both, counts, confidence, (each, some_of(each, complete)))


def judge_scale(
    items: pd.DataFrame,
    *,
    confidence: float = 0.95,
    least: int = 2,
    each: Floats | None = None,
) -> Reliability:
    """Judge a scale on complete cases, or pair by pair where too few answered everything.

    Where modules rotate, or one item was hardly answered, a scale has a mean though nobody, or
    hardly anybody, answered all its items.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        All in the same direction; missing is NaN.
    confidence : float
        For the interval of alpha.
    least : int
        Fewest complete cases, or respondents behind a pair.
    each : ndarray of float, shape (n_respondents,), optional
        Respondents that a row stands for.

    Returns
    -------
    Reliability
        An item that nobody answered has no part in alpha, and no figures.
    """
    answered = [name for name in items.columns if items[name].notna().any()]
    asked = items[answered]
    found = reliability_of_items(asked, confidence=confidence, each=each)
    if found.n < max(least, 2):
        pairs = reliability_of_items(asked, confidence=confidence, missing="pairwise", each=each)
        found = pairs if pairs.n >= max(least, 2) else found
    if len(answered) == items.shape[1]:
        return found
    own = {one.item: one for one in found.items}
    nan = float("nan")
    every = (
        own.get(str(name), ItemReliability(str(name), 0, nan, found.rows, nan, nan))
        for name in items.columns
    )
    return replace(found, items=tuple(every))


def _assembled(
    items: pd.DataFrame,
    used: Floats,
    both: tuple[Floats, Floats],
    counts: tuple[int, float],
    confidence: float,
    each: tuple[Floats | None, Floats | None],
) -> Reliability:
    """Put the figures of a scale together; ``each`` is of all rows, and of those that are used."""
    covariance, correlation = both
    alpha = cronbach_alpha(covariance)
    low, high = alpha_interval(alpha, counts[1], items.shape[1], confidence=confidence)
    rest, odd = rest_correlations(covariance), against_the_scale(covariance, counts[1])
    missing = times(items.isna().to_numpy(), each[0]).sum(axis=0)
    n, mean = _counted_means(used, each[1])
    found = tuple(
        ItemReliability(
            item=str(name),
            n=int(n[j]),
            mean=float(mean[j]),
            missing=int(missing[j]),
            rest_correlation=float(rest[j]),
            alpha_if_dropped=cronbach_alpha(np.delete(np.delete(covariance, j, 0), j, 1)),
            mis_keyed=bool(odd[j]),
        )
        for j, name in enumerate(items.columns)
    )
    return Reliability(
        n=counts[0],
        alpha=alpha,
        alpha_low=low,
        alpha_high=high,
        omega_total=omega_total(covariance),
        items=found,
        standardised_alpha=standardised_alpha(correlation),
        rows=respondents(np.ones(len(items), dtype=np.bool_), each[0]),
    )


def _counted_means(used: Floats, each: Floats | None) -> tuple[Integers, Floats]:
    """Count the answers to each item, and average them."""
    known = np.isfinite(used)
    n = times(known, each).sum(axis=0).astype(np.int64)
    total = times(used if known.all() else np.where(known, used, 0.0), each).sum(axis=0)
    return n, np.where(n > 0, total / np.maximum(n, 1), np.nan)
