"""Items that seem to point the other way: reversed in the words, but not in the scoring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Booleans, Floats


POOR: Final = 0.2  # an item-rest correlation below it is no item's of the scale
ONE_SIDED: Final = 1.645  # the normal quantile of 95 %


def rest_correlations(covariance: Floats) -> Floats:
    """Correlate each item with the sum of the others.

    Parameters
    ----------
    covariance : ndarray of float, shape (k, k)

    Returns
    -------
    ndarray of float, shape (k,)
        Corrected item-total correlations (``r.drop`` of ``psych::alpha``); NaN where the item or
        the sum of the others does not vary.
    """
    own = np.diag(covariance)
    with_rest = covariance.sum(axis=1) - own
    rest = covariance.sum() - 2 * with_rest - own
    sound = (own > 0) & (rest > 0)
    scale = np.sqrt(np.where(sound, own * rest, 1.0))
    return np.where(sound, with_rest / scale, np.nan)


def against_the_scale(covariance: Floats, n: float = float("inf")) -> Booleans:
    """Find the items that go against the others.

    Parameters
    ----------
    covariance : ndarray of float, shape (k, k)
        Of items that should all point the same way.
    n : float
        Respondents behind it. Of a few a good item may seem to go against the others: it is named
        where its correlation with them is below zero and surely below .20 (one-sided, 95 %).

    Returns
    -------
    ndarray of bool, shape (k,)
        True where the item-rest correlation is negative or the loading on the first principal
        component is, the component turned to the side of most items (as ``psych::alpha`` with
        ``check.keys``). A constant item is left out; with two items that go against each other,
        both are named, since nothing tells which is wrong.
    """
    toward = rest_correlations(covariance)
    found = _surely_below(toward, n)
    varying = np.flatnonzero(np.diag(covariance) > 0)
    if len(varying) < 3:  # noqa: PLR2004 - no majority
        return np.asarray(found, dtype=np.bool_)
    part = covariance[np.ix_(varying, varying)]
    if not np.isfinite(part).all():
        return np.asarray(found, dtype=np.bool_)
    spread = np.sqrt(np.diag(part))
    values, vectors = np.linalg.eigh(part / np.outer(spread, spread))
    loading = vectors[:, -1] * np.sqrt(max(float(values[-1]), 0.0))
    loading = loading if loading.sum() >= 0 else -loading
    found[varying] |= _surely_below(loading, n)
    return np.asarray(found, dtype=np.bool_)


def _surely_below(correlation: Floats, n: float) -> Booleans:
    """Say which correlations are negative, and by Fisher's z surely no item's of the scale."""
    if n <= 3:  # noqa: PLR2004 - a correlation of three respondents has no error
        return np.zeros(len(correlation), dtype=np.bool_)
    edge = np.tanh(
        np.arctanh(np.clip(correlation, -0.999999, 0.999999)) + ONE_SIDED / np.sqrt(n - 3)
    )
    return np.asarray((correlation < 0) & (edge < POOR), dtype=np.bool_)


def keying_warnings(items: Sequence[str], suspect: Booleans) -> list[str]:
    """Say which items go against their scale and what to do, one sentence each."""
    return [
        f"{item!r} goes against the other items of its scale: either it is worded the other way "
        "and must be reversed, or it measures something else"
        for item, odd in zip(items, suspect, strict=True)
        if odd
    ]


def factor_warnings(correlations: pd.DataFrame, n: int) -> list[str]:
    """Say which factors go against the others, so that an index of them would cancel out.

    Parameters
    ----------
    correlations : DataFrame
        ``first``, ``second``, ``correlation``, one row per pair of factors.
    n : int
        Respondents.
    """
    names = list(dict.fromkeys([*correlations["first"], *correlations["second"]]))
    matrix = np.eye(len(names))
    for one, other, value in zip(
        correlations["first"], correlations["second"], correlations["correlation"], strict=True
    ):
        at, to = names.index(one), names.index(other)
        matrix[at, to] = matrix[to, at] = value
    if len(names) < 2 or not np.isfinite(matrix).all():  # noqa: PLR2004 - a factor alone
        return []
    return [
        f"{name!r} goes against the other scales: put together in an index they cancel out, so "
        "reverse it or leave it out"
        for name, odd in zip(names, against_the_scale(matrix, n), strict=True)
        if odd
    ]
