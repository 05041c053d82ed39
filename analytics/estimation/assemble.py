"""From arrays of estimates to the rows of an `EstimateTable`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.estimation.alike import Level, borrow, borrow_of_bounds
from analytics.estimation.degrees_of_freedom import degrees_of_freedom
from analytics.estimation.intervals import mean_interval, share_interval
from analytics.estimation.means import compose, domain_means, errors
from analytics.estimation.pooled import COLUMNS, PooledColumns
from analytics.estimation.shares import BALANCE_MINIMUM
from analytics.tables import ESTIMATE_COLUMNS, EstimateTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.estimation.means import DomainMeans
    from analytics.estimation.pooled import Crossed, Pooled
    from analytics.estimation.shares import Share

type _Label = tuple[str, str, str, str]  # measure, kind, statistic, category
type _Wide = dict[str, np.ndarray]  # figures by name, each of shape (n_domains, n_columns)

CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Measures:
    """What is estimated in every domain.

    ``scores`` has one column per scale and item on 0-100, ``kinds`` its kind in the same order;
    ``indices`` gives the composition of each index in scales; ``shares`` the 0/1 columns. Of pooled
    rows these stand in ``counted``, and ``crossed`` has the indices of each partition.
    """

    scores: pd.DataFrame | PooledColumns
    kinds: Mapping[str, str]
    indices: Mapping[str, Mapping[str, float]]
    shares: Sequence[Share]
    counted: PooledColumns | None = None
    crossed: Sequence[Crossed] | None = None


def assemble(
    design: Design, measures: Measures, partitions: Sequence[Partition], *, corrected: bool
) -> EstimateTable:
    """Estimate every measure in every domain.

    Parameters
    ----------
    design : Design
        The whole sample's design.
    measures : Measures
        Columns with one row per respondent, in the design's order.
    partitions : sequence of Partition
        The levels; the first holds everybody.
    corrected : bool
        Whether ``se`` is published with the finite population correction (staff).

    Returns
    -------
    EstimateTable
        Where a domain answered alike, with the error of `analytics.estimation.alike`.
    """
    sample = _Sample(design, partitions, corrected)
    indices, means = _of_scores(sample, measures)
    shares = _of_shares(sample, measures)
    composed, single, shared = _labels(measures)
    parts = []
    for number, partition in enumerate(partitions):
        frames = [_rows(indices[number], composed, partition)]
        frames.append(_rows(_beside(means[number]), single, partition))
        if measures.shares:
            together = _beside(shares[number])
            frame = _rows(together, shared, partition)
            frame["all_equal"] = _alike(together, measures.shares).ravel()
            few = (frame["statistic"] == "balance") & (frame["n"] < BALANCE_MINIMUM)
            frames.append(frame[~few])
        parts.append(pd.concat(frames, ignore_index=True))
    return EstimateTable(pd.concat(parts, ignore_index=True))


@dataclass(frozen=True, slots=True)
class _Sample:
    """A sample with its levels, of which some columns are estimated at a time."""

    design: Design
    partitions: Sequence[Partition]
    corrected: bool

    def wide(
        self,
        number: int,
        found: DomainMeans,
        labels: Sequence[_Label],
        everybody: dict[str, Floats],
        block: str,
    ) -> _Wide:
        """Give the figures of a level; of the first, others borrow the deviations."""
        partition = self.partitions[number]
        error = errors(self.design, found, partition)
        whole = everybody.setdefault(block, error.deviation)
        level = Level(self.design, partition, found, error)
        return _wide(level, labels, whole, corrected=self.corrected)


def _labels(measures: Measures) -> tuple[list[_Label], list[_Label], list[_Label]]:
    """Name the rows of indices, of scales and items, and of shares."""
    return (
        [(name, "index", "mean", "") for name in measures.indices],
        [(name, kind, "mean", "") for name, kind in measures.kinds.items()],
        [(one.measure, one.kind, one.statistic, one.category) for one in measures.shares],
    )


def _of_scores(sample: _Sample, measures: Measures) -> tuple[list[_Wide], list[list[_Wide]]]:
    """Estimate indices, and scales and items some at a time, of all levels."""
    composed, single, _ = _labels(measures)
    indices: list[_Wide] = []
    means: list[list[_Wide]] = [[] for _ in sample.partitions]
    scales = sum(kind != "item" for kind in measures.kinds.values())
    for first, values in _some_columns(measures.scores, scales):
        everybody: dict[str, Floats] = {}
        for number, partition in enumerate(sample.partitions):
            found = domain_means(sample.design, values, partition)
            own = single[first : first + found.mean.shape[1]]
            if not first:
                crossed = measures.crossed[number] if measures.crossed else None
                parts = list(measures.indices.values())
                put = compose(found, [name for name, *_ in own], parts, crossed)
                indices.append(sample.wide(number, put, composed, everybody, "indices"))
            means[number].append(sample.wide(number, found, own, everybody, "means"))
    return indices, means


def _of_shares(sample: _Sample, measures: Measures) -> list[list[_Wide]]:
    """Estimate shares some at a time, of all levels."""
    found: list[list[_Wide]] = [[] for _ in sample.partitions]
    if not measures.shares:
        return found
    shared = _labels(measures)[2]
    hits = measures.counted or np.column_stack([one.indicator for one in measures.shares])
    for first, values in _some_columns(hits, 0):
        everybody: dict[str, Floats] = {}
        for number, partition in enumerate(sample.partitions):
            counted = domain_means(sample.design, values, partition)
            own = shared[first : first + counted.mean.shape[1]]
            found[number].append(sample.wide(number, counted, own, everybody, "shares"))
    return found


def _some_columns(
    values: pd.DataFrame | Floats | PooledColumns, together: int
) -> Iterator[tuple[int, Floats | Pooled]]:
    """Give columns with the place of the first: all, or of pooled ones some at a time.

    ``together`` is how many of the first may not be parted.
    """
    if not isinstance(values, PooledColumns):
        yield 0, values.to_numpy(np.float64) if isinstance(values, pd.DataFrame) else values
        return
    whole = max(COLUMNS, together)
    for first in (0, *range(whole, len(values), COLUMNS)):
        yield first, values[slice(first, first + COLUMNS if first else whole)]


def _wide(level: Level, labels: Sequence[_Label], deviation: Floats, *, corrected: bool) -> _Wide:
    """Give a level's figures by name, each of shape (n_domains, n_columns)."""
    partition, means = level.partition, level.means
    df = degrees_of_freedom(level.design, partition, means.each)
    statistic = np.array([label[2] for label in labels], dtype=object)
    share = (statistic == "share") | (statistic == "prevalence")
    error = borrow(level, deviation, ~share)
    se = error.se if corrected else error.se_model
    low, high = _intervals(statistic, means.mean, se, df, error.n_drawn)
    error = borrow_of_bounds(replace(level, errors=error), (low, high), df, share, CONFIDENCE)
    se = error.se if corrected else error.se_model
    return {
        "n": means.n, "mean": means.mean, "se": se, "low": low, "high": high,
        "se_model": error.se_model, "df": df, "deff": error.deff, "n_eff": error.n_eff,
        "weight": error.weight, "all_equal": means.all_equal,
    }  # fmt: skip


def _beside(parts: Sequence[_Wide]) -> _Wide:
    if len(parts) == 1:
        return parts[0]
    return {name: np.concatenate([one[name] for one in parts], axis=1) for name in parts[0]}


def _rows(wide: _Wide, labels: Sequence[_Label], partition: Partition) -> pd.DataFrame:
    """Lay a level's arrays out as rows, domain by domain."""
    count, size = len(labels), partition.size
    columns: dict[str, object] = {name: value.ravel() for name, value in wide.items()}
    for position, name in enumerate(("measure", "kind", "statistic", "category")):
        columns[name] = np.tile(np.array([label[position] for label in labels], object), size)
    columns["level"] = np.repeat(np.array([partition.level], dtype=object), size * count)
    columns["domain"] = np.repeat(np.array(partition.domains, dtype=object), count)
    columns["parent"] = np.repeat(np.array(partition.parents, dtype=object), count)
    population = pd.array(list(partition.population), dtype="Int64")
    columns["population"] = population.repeat(count)
    return pd.DataFrame({name: columns[name] for name in ESTIMATE_COLUMNS})


def _intervals(
    statistic: np.ndarray, mean: Floats, se: Floats, df: Floats, n_drawn: Floats
) -> tuple[Floats, Floats]:
    low, high = mean_interval(mean, se, df)
    bounds = np.where(statistic == "mean", 0.0, -1.0), np.where(statistic == "mean", 100.0, 1.0)
    low, high = np.maximum(low, bounds[0]), np.minimum(high, bounds[1])
    share = (statistic == "share") | (statistic == "prevalence")
    if share.any():
        low[:, share], high[:, share] = share_interval(
            mean[:, share], se[:, share], df[:, share], n_drawn[:, share]
        )
    return low, high


def _alike(means: _Wide, shares: Sequence[Share]) -> Booleans:
    """Tell where a share gives away that everybody answered the same."""
    everybody = means["mean"] >= 1.0 - 1e-12
    constant = [share.alike == "constant" for share in shares]
    result = np.where(constant, means["all_equal"], everybody)
    for kind in ("item", "side"):
        columns: dict[str, list[int]] = {}
        for column, share in enumerate(shares):
            if share.alike in {"item", kind}:
                columns.setdefault(share.measure, []).append(column)
        for found in columns.values():
            told = everybody[:, found].any(axis=1)
            own = [column for column in found if shares[column].alike == kind]
            result[:, own] = told[:, None]
    return np.asarray(result, dtype=bool)
