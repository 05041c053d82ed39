r"""Scales of cells in which fewer than k people answered a part of the items.

A scale's mean is over the people who have a score, its items' means are over those who answered
them. With N scores of mean S, and :math:`n_i` answers of mean :math:`M_i` to each of m items,

.. math:: N S - \sum_i n_i M_i / m = \sum_p s_p (1 - a_p / m),

where p are the people who answered :math:`a_p` items, some and not all (those without a score enter
with :math:`- s_p a_p / m`). All on the left is published. Where one person alone left one item out,
their score on the scale follows, and everybody in the unit may know who that was.

So where such people are fewer than k in a finest cell, its scale is the mean that follows from what
stands beside it, the items' means and the numbers of answers, and from nothing else: the equation
becomes an identity. Whatever is put together from finest cells (regions, the whole, indices,
changes, shrunken and yearly means) is put together from that mean, and no difference of two figures
leads back. Groups by several background questions have no finest cells in common: where any of them
has such people, the scale is taken so in all of them and in the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from analytics.estimation.grouping import sum_by
from analytics.estimation.intervals import mean_interval
from analytics.tables import EstimateTable
from questionnaires.least_answers import least_answers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.arrays import Booleans, Floats, Integers
    from questionnaires.model import Questionnaire


class ScoredTogether(Protocol):
    """A scale, of a questionnaire or of an analyst's file."""

    @property
    def items(self) -> Sequence[str]:
        """Name what is scored together."""

    @property
    def min_answered(self) -> float:
        """Give the share of the items that makes a score."""


def partly_answered(items: Floats) -> Booleans:
    """Find who answered some of a scale's items and not all, for whatever reason.

    Parameters
    ----------
    items : ndarray of float, shape (n_respondents, m)
        Scores, NaN where missing.
    """
    answered = np.isfinite(items).sum(axis=1)
    return np.asarray((answered > 0) & (answered < items.shape[1]), dtype=bool)


def apart_from_most(answered: Integers, scale: ScoredTogether) -> Booleans:
    r"""Mark who is left when those who answered so many items are taken out, for each number.

    With :math:`1/a` in the place of :math:`1/m` the sum is over those who did not answer just a
    items. So where nearly all left one out, the few who left none out are told as well as the few
    who did are elsewhere.

    Parameters
    ----------
    answered : ndarray of int, shape (n_respondents,)
        Items of the scale that each answered.
    scale : ScoredTogether

    Returns
    -------
    ndarray of bool, shape (n_respondents, n_numbers)
        For the numbers of answers that make a score, up to all items: those are `partly_answered`.
    """
    most = len(scale.items)
    least = least_answers(scale.min_answered, most)
    numbers = np.arange(max(least, 1), most + 1)
    return np.asarray((answered[:, None] > 0) & (answered[:, None] != numbers), dtype=bool)


def cells_of_few(
    items: Floats, scale: ScoredTogether, code: Integers, size: int, minimum_group: int
) -> Booleans:
    """Find the cells in which 1 to k - 1 people are apart from most, for any number of items.

    Parameters
    ----------
    items : ndarray of float, shape (n_respondents, m)
        Answers to the items of the scale; NaN where missing.
    scale : ScoredTogether
    code : ndarray of int, shape (n_respondents,)
        The cell of each, from 0.
    size : int
        How many cells there are.
    minimum_group : int
        k.

    Returns
    -------
    ndarray of bool, shape (n_cells,)
    """
    apart = apart_from_most(np.isfinite(items).sum(axis=1), scale)
    count = sum_by(code, apart.astype(np.float64), size)
    return np.asarray(((count > 0) & (count < minimum_group)).any(axis=1), dtype=bool)


def mean_of_answers(mean: Floats, n: Floats, n_scored: Floats) -> Floats:
    r"""Say what a scale's mean would be had those who left an item out answered it as the others.

    Parameters
    ----------
    mean : ndarray of float, shape (n_cells, m)
        Of each item; anything where nobody answered it.
    n : ndarray of float, shape (n_cells, m)
        How many answered each item, or their weight.
    n_scored : ndarray of float, shape (n_cells,)
        How many have a score on the scale, or their weight.

    Returns
    -------
    ndarray of float, shape (n_cells,)
        NaN where nobody has a score, or nobody answered any item.

    Notes
    -----
    With :math:`f_i` the mean of the other items' means,
    :math:`\sum_i (\min(n_i, N) M_i + \max(N - n_i, 0) f_i) / (m N)`. A person's score is the mean
    of the items that they answered, so what is missing counts as :math:`f_i`, and an item that is
    harder than the others draws nobody down who was not asked it. Where all N answered everything,
    this is the mean of the scale.
    """
    known = n > 0
    filled = np.where(known, mean, 0.0)
    others = known.sum(axis=1, keepdims=True) - known
    total = filled.sum(axis=1, keepdims=True) - filled
    beside = np.divide(total, others, out=filled.copy(), where=others > 0)
    scored = n_scored[:, None]
    answered = np.where(known, np.minimum(n, scored), 0.0)
    sums = (answered * filled + (scored - answered) * beside).sum(axis=1)
    size = n_scored * mean.shape[1]
    there = (n_scored > 0) & known.any(axis=1)
    return np.asarray(np.divide(sums, size, out=np.full(len(sums), np.nan), where=there))


def follow_from_items(
    questionnaire: Questionnaire,
    items: pd.DataFrame,
    scales: pd.DataFrame,
    cell: pd.Series | None,
    minimum_group: int,
) -> pd.DataFrame:
    """Mark the scores in cells where 1 to k - 1 people answered a scale in part.

    Parameters as for `without_partial_answers`.

    Returns
    -------
    DataFrame of bool, shape (n_respondents, n_scales)
    """
    marked = pd.DataFrame(False, index=scales.index, columns=scales.columns)
    if cell is None:
        return marked
    code, size = _coded(cell)
    for scale in questionnaire.scales:
        if scale.code in scales.columns:
            values = items[list(scale.items)].to_numpy(dtype=np.float64)
            marked[scale.code] = cells_of_few(values, scale, code, size, minimum_group)[code]
    return marked


def without_partial_answers(
    questionnaire: Questionnaire,
    items: pd.DataFrame,
    scales: pd.DataFrame,
    cell: pd.Series | None,
    minimum_group: int,
) -> pd.DataFrame:
    """Move the scores of cells so that their mean tells nothing of those who answered in part.

    Parameters
    ----------
    questionnaire : Questionnaire
        Names the items of each scale.
    items : DataFrame of float, shape (n_respondents, n_items)
        Scores of the items; NaN where missing.
    scales : DataFrame of float, shape (n_respondents, n_scales)
        Scores; NaN where somebody has none.
    cell : Series of str, shape (n_respondents,), or None
        The finest cell of each respondent, in which weights are equal; without, nothing is moved.
    minimum_group : int
        k.

    Returns
    -------
    DataFrame of float, shape (n_respondents, n_scales)
        In cells where 1 to k - 1 people answered a scale in part, everybody's score is moved by the
        same, such that the mean is `mean_of_answers`; spread and errors stay. These are no scores
        of persons any more: they are for means alone, and may lie outside 0-100.
    """
    if cell is None:
        return scales
    code, size = _coded(cell)
    marked = follow_from_items(questionnaire, items, scales, cell, minimum_group)
    moved = {}
    for scale in questionnaire.scales:
        if scale.code in marked.columns and marked[scale.code].any():
            own = scales[scale.code].to_numpy(dtype=np.float64)
            values = items[list(scale.items)].to_numpy(dtype=np.float64)
            shift = shift_to_items(own, values, np.ones(len(own)), code, size)
            moved[scale.code] = own + np.where(marked[scale.code], shift[code], 0.0)
    return scales.assign(**moved)


def _coded(cell: pd.Series) -> tuple[np.ndarray, int]:
    code = pd.factorize(cell)[0]
    return code, int(code.max(initial=-1)) + 1


def shift_to_items(
    own: Floats, values: Floats, weight: Floats, code: Integers, size: int
) -> Floats:
    """Say by how much the scores of each cell move until their mean is `mean_of_answers`.

    Parameters
    ----------
    own : ndarray of float, shape (n_respondents,)
        Scores on the scale; NaN where somebody has none.
    values : ndarray of float, shape (n_respondents, m)
        Scores of its items; NaN where missing.
    weight : ndarray of float, shape (n_respondents,)
        Persons per respondent: they count where `mean_of_answers` has answers.
    code : ndarray of int, shape (n_respondents,)
        The cell of each; who is in none, below 0, moves nobody.
    size : int
        How many cells there are.

    Returns
    -------
    ndarray of float, shape (n_cells,)
        0 where nobody has a score.
    """
    given, scored = np.isfinite(values), np.isfinite(own)
    n = sum_by(code, weight[:, None] * given, size)
    total = sum_by(code, weight[:, None] * np.where(given, values, 0.0), size)
    mean = np.divide(total, n, out=np.zeros_like(total), where=n > 0)
    each = weight[:, None] * np.column_stack([scored, np.where(scored, own, 0.0)])
    n_scored, of_scale = sum_by(code, each, size).T
    exact = np.divide(of_scale, n_scored, out=np.zeros(size), where=n_scored > 0)
    return np.asarray(np.nan_to_num(mean_of_answers(mean, n, n_scored) - exact))


def few_in_part(
    questionnaire: Questionnaire,
    answers: pd.DataFrame,
    codes: Sequence[Integers],
    minimum_group: int,
) -> frozenset[str]:
    """Find the scales that 1 to k - 1 people answered in part, in the whole or any group.

    Parameters
    ----------
    questionnaire : Questionnaire
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes; below zero is missing.
    codes : sequence of ndarray of int, each of shape (n_respondents,)
        The group of each respondent in the whole and by each background question; -1, for who is
        in none, is a group too.
    minimum_group : int
        k.
    """
    found = set()
    for scale in questionnaire.scales:
        names = list(scale.items)
        if not set(names) <= set(answers.columns):
            continue
        answered = (answers[names].to_numpy() >= 0).sum(axis=1)
        for one in apart_from_most(answered, scale).T:
            counts = [np.bincount(code[one] + 1, minlength=1) for code in codes]
            if any(((count > 0) & (count < minimum_group)).any() for count in counts):
                found.add(scale.code)
    return frozenset(found)


def from_items_alone(
    table: EstimateTable,
    questionnaire: Questionnaire,
    scales: Collection[str],
    composed: Mapping[str, Mapping[str, float]],
) -> EstimateTable:
    """Give scales the mean that follows from their items, in every domain of a table.

    Parameters
    ----------
    table : EstimateTable
        Of people with equal weights.
    questionnaire : Questionnaire
        Names the items of each scale.
    scales : collection of str
        The scales that are taken so.
    composed : Mapping of str to Mapping of str to float
        The composition of each index in scales.

    Returns
    -------
    EstimateTable
        Errors stay, and intervals go with their means.
    """
    if not scales:
        return table
    rows = table.frame[table.frame["statistic"] == "mean"]
    by_measure = {
        str(name): part.set_index(["level", "domain"])[["mean", "n"]]
        for name, part in rows.groupby("measure", sort=False)
    }
    told = {name: part["mean"] for name, part in by_measure.items()}
    exact = dict(told)
    for scale in questionnaire.scales:
        if scale.code in scales and scale.code in told:
            own = by_measure[scale.code]
            items = [by_measure[item].loc[own.index].to_numpy() for item in scale.items]
            mean, n = np.stack(items, axis=2).astype(np.float64).transpose(1, 0, 2)
            found = mean_of_answers(mean, n, own["n"].to_numpy(dtype=np.float64))
            told[scale.code] = pd.Series(found, own.index)
    for index, parts in composed.items():
        if set(parts) & set(scales) and index in told:
            told[index] = sum(
                (told[part] * share for part, share in parts.items()), 0.0 * told[index]
            )
    moved = rows[rows["measure"].isin([name for name in told if told[name] is not exact[name]])]
    places = zip(moved["measure"], moved["level"], moved["domain"], strict=True)
    new = np.array([told[measure].loc[(level, code)] for measure, level, code in places])
    return EstimateTable(_with_means(table.frame, moved.index, new))


def _with_means(table: pd.DataFrame, rows: pd.Index, mean: Floats) -> pd.DataFrame:
    frame = table.copy()
    error, df = (frame.loc[rows, name].to_numpy(dtype=np.float64) for name in ("se", "df"))
    low, high = mean_interval(mean, error, df)
    frame.loc[rows, "mean"] = mean
    frame.loc[rows, "low"], frame.loc[rows, "high"] = low.clip(min=0.0), high.clip(max=100.0)
    return frame
