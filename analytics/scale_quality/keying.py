"""Items that seem to point the other way: reversed in the words, but not in the scoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats


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


def against_the_scale(covariance: Floats) -> Booleans:
    """Find the items that go against the others.

    Parameters
    ----------
    covariance : ndarray of float, shape (k, k)
        Of items that should all point the same way.

    Returns
    -------
    ndarray of bool, shape (k,)
        True where the item-rest correlation is negative or the loading on the first principal
        component is, the component turned to the side of most items (as ``psych::alpha`` with
        ``check.keys``). A constant item is left out; with two items that go against each other,
        both are named, since nothing tells which is wrong.
    """
    found = rest_correlations(covariance) < 0
    varying = np.flatnonzero(np.diag(covariance) > 0)
    if len(varying) < 3:  # noqa: PLR2004 - no majority
        return np.asarray(found, dtype=np.bool_)
    part = covariance[np.ix_(varying, varying)]
    if not np.isfinite(part).all():
        return np.asarray(found, dtype=np.bool_)
    spread = np.sqrt(np.diag(part))
    _, vectors = np.linalg.eigh(part / np.outer(spread, spread))
    loading = vectors[:, -1]
    loading = loading if loading.sum() >= 0 else -loading
    found[varying] |= loading < 0
    return np.asarray(found, dtype=np.bool_)


def keying_warnings(items: Sequence[str], suspect: Booleans) -> list[str]:
    """Say which items go against their scale and what to do, one sentence each."""
    return [
        f"{item!r} goes against the other items of its scale: either it is worded the other way "
        "and must be reversed, or it measures something else"
        for item, odd in zip(items, suspect, strict=True)
        if odd
    ]
