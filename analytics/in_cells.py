"""A wave of the public, estimated in passes over some respondents at a time.

The answers stay the small integers that are stored; scores are made of some thousand at a time and
added up in cells of respondents who told the same of themselves (`analytics.estimation.pooled`).
Memory grows with the number of cells, which the background questions bound, and time with that of
respondents.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.answered_alike import AnswerKeys, different
from analytics.estimation.dont_know import apart, neutral_item_scores
from analytics.estimation.grouping import each_own, sum_by
from analytics.estimation.means import compose, domain_means
from analytics.estimation.pooled import Cells, CellSums, CodeCounts, Crossed, PooledColumns, add_up
from analytics.estimation.shares import shares_of, with_a_view
from analytics.groups import public_categories
from analytics.rows import row_blocks
from analytics.scoring import item_scores, scale_scores
from questionnaires.measures import EQUAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.estimation.dont_know import DontKnow
    from analytics.estimation.pooled import Pooled
    from analytics.estimation.shares import Share
    from questionnaires.background import Background, Variable
    from questionnaires.model import Questionnaire

type Composed = Mapping[str, Mapping[str, float]]


def cells_of(background: Background, questionnaire: Questionnaire, answers: pd.DataFrame) -> Cells:
    """Put those who told the same of themselves in one cell.

    Parameters
    ----------
    background : Background
        Which questions make which groups.
    questionnaire : Questionnaire
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes.
    """
    asked = background.asked(questionnaire)
    known = [pd.Index(one.known(questionnaire)) for one in asked]
    keys = AnswerKeys(answers, [name for one in asked for name in _columns(one)])
    code = np.empty(len(answers), dtype=np.int32)
    places: dict[bytes, int] = {}
    seen: dict[tuple[int, ...], int] = {}  # the cell of all who gave these very answers
    first: list[int] = []
    for where, some in row_blocks(answers):
        unique, at, kind = different(keys.of(some))
        told = list(map(tuple, unique.tolist()))
        new = sorted((int(at[own]), own) for own, key in enumerate(told) if key not in seen)
        table = _kinds(background, questionnaire, some.iloc[[row for row, _ in new]], known)
        for (row, own), cell in zip(new, table, strict=True):
            seen[told[own]] = found = places.setdefault(cell.tobytes(), len(places))
            if found == len(first):
                first.append(where.start + row)
        number = np.array([seen[key] for key in told], dtype=np.int32)
        code[where] = number[kind.ravel()]
    return Cells(code, np.bincount(code).astype(np.float64), np.array(first, dtype=np.int64))


def _columns(variable: Variable) -> tuple[str, ...]:
    """Name the columns of the answers that a variable follows from."""
    options = (*variable.yes, variable.no) if variable.yes else ()
    return tuple(f"{variable.item}:{code}" for code in options) or (variable.item,)


def _kinds(
    background: Background,
    questionnaire: Questionnaire,
    some: pd.DataFrame,
    known: Sequence[pd.Index],
) -> np.ndarray:
    """Give the place of each category of some respondents, -1 for none."""
    told = public_categories(background, questionnaire, some)
    kinds = [
        index.get_indexer(pd.Index(told[name]))
        for name, index in zip(told.columns, known, strict=True)
    ]
    return np.column_stack([np.zeros(len(some), dtype=np.int16), *kinds]).astype(np.int16)


@dataclass(frozen=True, slots=True, eq=False)
class WaveEstimands:
    """What is estimated of a wave's answers.

    ``indices`` are those that are shown, ``plain`` those of the whole that "don't know" may move,
    both composed of the scales that the form carries; ``view`` is the index that is shown with the
    share who have a view, "" for none.
    """

    questionnaire: Questionnaire
    answers: pd.DataFrame
    cells: Cells
    indices: Composed
    plain: Composed
    view: str

    def scales(self, some: pd.DataFrame, items: pd.DataFrame | None = None) -> pd.DataFrame:
        """Score the scales of some respondents."""
        form = self.questionnaire
        return scale_scores(form, some, item_scores(form, some) if items is None else items)

    def neutral(self, some: pd.DataFrame) -> pd.DataFrame:
        """Score them with "don't know" in the middle."""
        return self.scales(some, neutral_item_scores(self.questionnaire, some))

    def shares(self, some: pd.DataFrame, items: pd.DataFrame, scales: pd.DataFrame) -> list[Share]:
        """List the shares of some respondents."""
        return [*shares_of(self.questionnaire, some, items), *self.shares_of_several(scales)]

    def shares_of_several(self, scales: pd.DataFrame) -> list[Share]:
        """List those that several answers of a respondent decide together."""
        if self.view not in self.indices:
            return []
        return [with_a_view(self.view, scales[list(self.indices[self.view])])]


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """What the first pass added up.

    ``plain`` has the scales, ``scores`` these and then the items, ``counted`` the shares, and
    ``neutral`` the scales with "don't know" in the middle; ``scored`` and ``moved`` how many of
    each cell are scored on any part of the indices, and of those that "don't know" may move.
    """

    columns: tuple[str, ...]
    scales: tuple[str, ...]
    plain: Pooled
    scores: PooledColumns
    shares: tuple[Share, ...]
    counted: PooledColumns
    neutral: Pooled
    scored: Floats
    moved: Floats


def add_up_answers(asked: WaveEstimands) -> Added:
    """Add up every score and share in cells."""
    form, size = asked.questionnaire, len(asked.cells.count)
    told = CodeCounts(size, asked.answers, list(asked.answers.columns))
    book = told.book()
    items, scales = item_scores(form, book), asked.scales(book)
    shares = asked.shares(book, items, scales)
    names = [str(name) for name in scales.columns]
    several = [one for one in shares if not one.column]
    ends = np.cumsum([len(names), len(names), len(several)]).tolist()
    sums = CellSums(size, ends[-1])
    scored = np.zeros((size, len(asked.indices)))
    moved = np.zeros((size, len(asked.plain)))
    inside = composing_weights(asked.indices, names) != 0
    movable = composing_weights(asked.plain, names) != 0
    for where, some in row_blocks(asked.answers):
        scales = asked.scales(some)
        hits = [one.indicator for one in asked.shares_of_several(scales)]
        neutral = asked.neutral(some).to_numpy(np.float64)
        own = scales.to_numpy(np.float64)
        code = asked.cells.code[where]
        told.add(code, some)
        sums.add(code, np.column_stack([own, neutral, *hits]))
        known, either = np.isfinite(own), np.isfinite(own) | np.isfinite(neutral)
        scored += add_up(code, (known @ inside).astype(np.float64), size)
        moved += add_up(code, (either @ movable).astype(np.float64), size)
    pooled, place = sums.pooled(), iter(range(ends[1], ends[2]))
    of_items = [told.source(str(name), items[name].to_numpy()) for name in items.columns]
    of_shares = [
        told.source(one.column, one.indicator) if one.column else next(place) for one in shares
    ]
    return Added(
        columns=(*names, *map(str, items.columns)),
        scales=tuple(names),
        plain=pooled[slice(0, ends[0])],
        scores=PooledColumns(pooled, told.counts, (*range(ends[0]), *of_items)),
        shares=tuple(shares),
        counted=PooledColumns(pooled, told.counts, tuple(of_shares)),
        neutral=pooled[slice(ends[0], ends[1])],
        scored=scored,
        moved=moved,
    )


def composed_of(questionnaire: Questionnaire) -> dict[str, Mapping[str, float]]:
    """Name the parts of each index that is made of scales, and of its equal version."""
    composed: dict[str, Mapping[str, float]] = {}
    for index in questionnaire.indices:
        if index.parts:
            composed[index.code] = index.parts
        if index.equal_parts:
            composed[f"{index.code}{EQUAL}"] = index.equal_parts
    return composed


def composing_weights(indices: Composed, columns: Sequence[str]) -> Floats:
    """Lay out indices as a matrix, shape (n_columns, n_indices)."""
    position = {column: number for number, column in enumerate(columns)}
    found = np.zeros((len(columns), len(indices)))
    for number, parts in enumerate(indices.values()):
        for part, share in parts.items():
            found[position[part], number] = share
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """Means and sums of weights of each column, in the domain of each cell."""

    mean: Floats
    total: Floats

    def u(self, values: Floats, weight: Floats, code: np.ndarray) -> Floats:
        """Give w z of some respondents; 0 where somebody has no score."""
        below = self.total[code]
        away = np.where(np.isfinite(values), values - self.mean[code], 0.0)
        share = np.divide(weight[code, None], below, out=np.zeros_like(below), where=below > 0)
        return np.asarray(share * away, dtype=np.float64)


def anchor_of(design: Design, values: Pooled, partition: Partition) -> Anchor:
    """Find what the columns of respondents in cells are measured from, in each domain."""
    code, size = partition.code, partition.size
    if not size:
        return Anchor(np.zeros_like(values.mean), np.zeros_like(values.mean))
    home = np.maximum(code, 0)
    mean = np.nan_to_num(domain_means(design, values, partition).mean)
    total = sum_by(code, design.weight[:, None] * values.n, size)
    inside = (code >= 0)[:, None]
    return Anchor(each_own(mean, home) * inside, each_own(total, home) * inside)


def cross_cells(
    asked: WaveEstimands, added: Added, design: Design, partitions: Sequence[Partition]
) -> tuple[list[Crossed], Crossed]:
    """Go over the answers once more, for the errors of indices: their parts go together.

    Returns
    -------
    list of Crossed
        Of the indices, for each partition.
    Crossed
        Of how far "don't know" moves those of the first partition.
    """
    size = len(asked.cells.count)
    anchors = [anchor_of(design, added.plain, one) for one in partitions]
    middle = anchor_of(design, added.neutral, partitions[0])
    shown, moved = (composing_weights(one, added.scales) for one in (asked.indices, asked.plain))
    squares = np.zeros((size, len(anchors) * shown.shape[1] + moved.shape[1]))
    for where, some in row_blocks(asked.answers):
        code, own = asked.cells.code[where], asked.scales(some).to_numpy(np.float64)
        u = [one.u(own, design.weight, code) for one in anchors]
        neutral = middle.u(asked.neutral(some).to_numpy(np.float64), design.weight, code)
        both = np.column_stack([*(one @ shown for one in u), (neutral - u[0]) @ moved])
        squares += add_up(code, both**2, size)
    parts = np.split(squares[:, : len(anchors) * shown.shape[1]], len(anchors), axis=1)
    return (
        [Crossed(added.scored, one) for one in parts],
        Crossed(added.moved, squares[:, len(anchors) * shown.shape[1] :]),
    )


def dont_know_in_cells(
    asked: WaveEstimands, added: Added, design: Design, partition: Partition, crossed: Crossed
) -> DontKnow:
    """Compare indices with and without "don't know" as the middle, from what was added up."""
    names, indices = list(added.scales), list(asked.plain.values())
    plain = domain_means(design, added.plain, partition)
    neutral = domain_means(design, added.neutral, partition)
    without, counted = (compose(one, names, indices, crossed) for one in (plain, neutral))
    return apart(design, without, counted, partition)


def of_each(
    design: Design, partitions: Sequence[Partition], cells: Cells
) -> tuple[Design, tuple[Partition, ...]]:
    """Give every respondent what the cell has: the same design and partitions, row by row."""
    code = cells.code
    stage = design.stages[0]
    rows = np.arange(len(code), dtype=np.int64)
    calibration, base = design.calibration, design.base
    whole = replace(
        design,
        weight=design.weight[code],
        stages=(replace(stage, cluster=rows, stratum=stage.stratum[code], repeated=None),),
        calibration=None if calibration is None else calibration[code],
        base=None if base is None else base[code],
    )
    return whole, tuple(replace(one, code=one.code[code]) for one in partitions)
