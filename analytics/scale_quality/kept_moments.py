"""Means and covariances in the place of answers, and invariance over waves from them alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import FrameError
from analytics.on_demand import item_rows
from analytics.rows import products, respondents, some_of, times
from analytics.scale_quality.invariance import invariance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.on_demand import ScoreTable
    from analytics.scale_quality.invariance import Invariance

SEED: Final = 1  # the same moments give the same test, on every machine


@dataclass(frozen=True, slots=True)
class Moments:
    """What a model of these items is fitted to, of those who answered them all.

    ``mean`` has shape (k,), ``covariance`` (k, k) with divisor n, in points of 0-100.
    """

    items: tuple[str, ...]
    n: int
    mean: Floats
    covariance: Floats


def moments_of(items: ScoreTable, names: Sequence[str]) -> Moments:
    """Take the moments of complete answers, unweighted.

    Parameters
    ----------
    items : ScoreTable of float, shape (n_respondents, n_items)
        Missing is NaN.
    names : sequence of str
        The items of the model.

    Raises
    ------
    FrameError
        If nobody answered all of them.
    """
    rows = item_rows(items, names)
    values = rows.scores.to_numpy(dtype=np.float64)
    complete = np.isfinite(values).all(axis=1)
    n, each = respondents(complete, rows.each), some_of(rows.each, complete)
    values = values[complete]
    if not n:
        raise FrameError(f"nobody answered all {len(names)} items of the model")
    mean = times(values, each).sum(axis=0) / n
    return Moments(tuple(names), n, mean, products(values - mean, each) / n)


def invariance_of_moments(
    factors: Mapping[str, Sequence[str]], groups: Mapping[str, Moments]
) -> Invariance:
    """Test whether a model measures the same in waves of which the moments were kept.

    Parameters
    ----------
    factors : mapping of factor to its items
    groups : mapping of str to Moments
        Two waves or more, in order; all of the items of the model.

    Returns
    -------
    Invariance
        ``groups`` in the order of their names.

    Raises
    ------
    SpecificationError
        For fewer than two waves, or a model that makes no sense.
    FrameError
        If a wave's moments are not of these items, or cannot carry the model.

    Notes
    -----
    `analytics.scale_quality.invariance.invariance` of normal answers that have these very moments:
    chi-square, CFI, RMSEA and SRMR are those of the answers themselves, to the last digit, since
    they follow from means and covariances alone; the scaling of the test of a difference, which
    needs fourth moments, is that of normal answers. Waves count as independent: of people who
    answered in several, nobody knows which. What such people add to both waves differs less by
    chance than the test takes for granted, so it errs on the side of finding no difference.
    """
    rows = [_normal(own, name).assign(wave=name) for name, own in groups.items()]
    if not rows:
        raise FrameError("there are no moments to hold against one another")
    answers = pd.concat(rows, ignore_index=True)
    return invariance(answers.drop(columns="wave"), factors, answers["wave"])


def _normal(moments: Moments, name: str) -> pd.DataFrame:
    """Lay out normal answers with exactly these means and covariances."""
    k = len(moments.items)
    if moments.n <= k:
        raise FrameError(f"group {name!r}: a factor model needs more respondents than items")
    drawn = np.random.default_rng(SEED).standard_normal((moments.n, k))
    away = drawn - drawn.mean(axis=0)
    try:
        wanted = np.linalg.cholesky(moments.covariance)
        white = np.linalg.solve(np.linalg.cholesky(away.T @ away / moments.n), away.T)
    except np.linalg.LinAlgError as error:
        raise FrameError(
            f"group {name!r}: an item does not vary, or repeats what others say"
        ) from error
    return pd.DataFrame((wanted @ white).T + moments.mean, columns=list(moments.items))
