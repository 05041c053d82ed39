"""What a factor model of graded answers is fitted to: thresholds and polychoric correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from analytics.errors import FrameError
from analytics.scale_quality.moments import WHOLE
from analytics.scale_quality.polychoric import cells, correlations, graded, thresholds
from analytics.scale_quality.samples import Grouped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats, Integers

SMALLEST_CHANCE = 1e-14
SAME = 0.995  # a polychoric correlation beyond it: hardly a cell of the table tells the items apart


@dataclass(frozen=True, slots=True)
class OrdinalSample:
    """One group: thresholds of all items, then correlations (``tril_indices(k, -1)``).

    ``variance`` is n times their asymptotic covariance, shape (t + pairs, t + pairs).
    """

    name: str
    n: int
    moments: Floats
    variance: Floats
    dropped: int


@dataclass(frozen=True, slots=True)
class OrdinalSamples(Grouped[OrdinalSample]):
    """All groups; ``sizes`` counts each item's categories, the same in every group."""

    sizes: tuple[int, ...]


def ordinal_samples(
    items: pd.DataFrame,
    names: Sequence[str],
    group: pd.Series | None = None,
    weight: Floats | None = None,
) -> OrdinalSamples:
    """Estimate thresholds and polychoric correlations in every group, with their covariance.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        Graded answers; who left out an item of the model is left out (listwise).
    names : sequence of str
        The items of the model.
    group : Series, optional
        Same index; rows without a group are left out.
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent; brought to a mean of 1 in each group.

    Raises
    ------
    FrameError
        If an item is not there or does not vary, or a category is empty in a group.

    References
    ----------
    Muthen, B. (1984). A general structural equation model with dichotomous, ordered categorical,
    and continuous latent variable indicators. Psychometrika 49, 115-132.
    """
    missing = [name for name in names if name not in items.columns]
    if missing:
        raise FrameError(f"the model names the item {missing[0]!r}, which the data does not have")
    values = items[list(names)].to_numpy(dtype=np.float64)
    labels: Sequence[object] = [WHOLE]
    member = np.zeros(len(values), dtype=np.int64)
    if group is not None:
        member, found = pd.factorize(group, sort=True)
        labels = list(found)
    known = np.isfinite(values).all(axis=1) & (member >= 0)
    weights = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=np.float64)
    if not (np.isfinite(weights[known]) & (weights[known] > 0)).all():
        raise FrameError("every weight must be finite and above zero")
    codes, sizes = graded(values[known], names)
    made = []
    for number, label in enumerate(labels):
        rows = member[known] == number
        _check(codes[rows], sizes, names, str(label))
        own = weights[known][rows]
        moments, variance = _usable(codes[rows], sizes, own / own.mean(), names, str(label))
        dropped = int(((member == number) & ~known).sum())
        made.append(OrdinalSample(str(label), int(rows.sum()), moments, variance, dropped))
    return OrdinalSamples(tuple(made), tuple(sizes))


def _usable(
    codes: Integers, sizes: Sequence[int], weight: Floats, names: Sequence[str], label: str
) -> tuple[Floats, Floats]:
    """Estimate, or say why no model can be fitted to the estimates."""
    where = "" if label == WHOLE else f"group {label!r}: "
    try:
        moments, variance = _estimates(codes, sizes, weight)
    except np.linalg.LinAlgError as error:
        raise FrameError(f"{where}the answers of {len(codes)} respondents are too few") from error
    first, second = np.tril_indices(len(sizes), -1)
    pairs = moments[-len(first) :] if len(first) else moments[:0]
    if len(pairs) and np.abs(pairs).max() > SAME:
        at = int(np.abs(pairs).argmax())
        raise FrameError(
            f"{where}{names[second[at]]!r} and {names[first[at]]!r} say the same but for the "
            "wording (polychoric correlation 1): leave one of them out"
        )
    return moments, variance


def _check(codes: Integers, sizes: Sequence[int], names: Sequence[str], label: str) -> None:
    where = "" if label == WHOLE else f"group {label!r}: "
    if len(codes) <= len(names):
        raise FrameError(
            f"{where}{len(codes)} respondents answered all {len(names)} items; a factor model "
            "needs more respondents than items: leave the group out, or merge it with another"
        )
    for column, (name, size) in enumerate(zip(names, sizes, strict=True)):
        if len(np.unique(codes[:, column])) < size:
            raise FrameError(
                f"{where}nobody chose one of the {size} categories of {name!r} that others chose: "
                "join it with its neighbour in every group"
            )


def _estimates(codes: Integers, sizes: Sequence[int], weight: Floats) -> tuple[Floats, Floats]:
    r"""Estimate, and give the covariance :math:`A^{-1} B A^{-T}` from each respondent's scores."""
    cuts = thresholds(codes, sizes, weight)
    rho, _ = correlations(codes, cuts, weight)
    first, second = np.tril_indices(len(sizes), -1)
    pairs = rho[first, second]
    ends = np.cumsum([size - 1 for size in sizes])
    places = [np.arange(end - size + 1, end) for end, size in zip(ends, sizes, strict=True)]
    total, n = int(ends[-1]), len(codes)
    scores = np.zeros((n, total + len(pairs)))
    bend = np.zeros((total + len(pairs),) * 2)
    for item, (size, place) in enumerate(zip(sizes, places, strict=True)):
        table = _threshold_scores(cuts[item], size)
        scores[:, place] = table[codes[:, item]]
        share = np.bincount(codes[:, item], weight, size) / weight.sum()
        bend[np.ix_(place, place)] = (table.T * share) @ table
    for number, (i, j) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        a, b, at = codes[:, i], codes[:, j], total + number
        score, chance = _pair_scores(pairs[number], cuts[i], cuts[j])
        scores[:, at] = score[a, b]
        widest = len(score)
        share = np.bincount(a * widest + b, weight, widest**2).reshape(score.shape) / weight.sum()
        bend[at, at] = float((share * score**2).sum())
        # Both thresholds move the pair's likelihood: A is triangular, not diagonal.
        weighted = np.where(chance > SMALLEST_CHANCE, share * score, 0.0)
        weighted = weighted / np.maximum(chance, SMALLEST_CHANCE)
        bend[at, places[i]] = _moved(pairs[number], cuts[i], cuts[j], weighted)[: sizes[i] - 1]
        bend[at, places[j]] = _moved(pairs[number], cuts[j], cuts[i], weighted.T)[: sizes[j] - 1]
    scores *= weight[:, None]
    meat = scores.T @ scores / n
    inverse = np.linalg.inv(bend)
    moments = np.concatenate([cuts[i, 1:size] for i, size in enumerate(sizes)] + [pairs])
    return moments, inverse @ meat @ inverse.T


def _density(z: Floats) -> Floats:
    return np.asarray(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi), dtype=np.float64)


def _threshold_scores(cut: Floats, size: int) -> Floats:
    """Differentiate log P(category) by each threshold: (categories, thresholds)."""
    chance = np.diff(special.ndtr(cut))[:size]
    height = _density(cut[1:size])
    table = np.zeros((size, size - 1))
    number = np.arange(size - 1)
    table[number, number] = height / chance[:-1]
    table[number + 1, number] = -height / chance[1:]
    return table


def _pair_scores(rho: float, row: Floats, column: Floats) -> tuple[Floats, Floats]:
    """Differentiate the logarithm of each cell's chance by the correlation."""
    chance, slope = (part[0] for part in cells(np.array([rho]), row[None], column[None]))
    sound = chance > SMALLEST_CHANCE
    return np.where(sound, slope / np.where(sound, chance, 1.0), 0.0), chance


def _moved(rho: float, row: Floats, column: Floats, weighted: Floats) -> Floats:
    """Sum ``weighted`` times the slope of each cell by each threshold of the row item."""
    cut = row[1:-1]
    inner = np.where(np.isfinite(cut), cut, 0.0)
    below = special.ndtr((column[None, :] - rho * inner[:, None]) / np.sqrt(1 - rho**2))
    slope = np.where(np.isfinite(cut), _density(cut), 0.0)[:, None] * np.diff(below, axis=1)
    return np.asarray((slope * (weighted[:-1] - weighted[1:])).sum(axis=1), dtype=np.float64)
