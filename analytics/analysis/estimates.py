"""Everything a specification asks to estimate, in every domain of one sample."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.analysis.columns import (
    categories,
    counted,
    cross,
    natural_order,
    numbers,
    row_number,
)
from analytics.analysis.spread import exact_ends
from analytics.errors import FrameError
from analytics.estimation.domains import Partition, degrees_of_freedom, whole
from analytics.estimation.grouping import sum_by
from analytics.estimation.intervals import mean_interval, share_interval
from analytics.estimation.means import DomainMeans, Errors, compose, domain_means, errors
from analytics.scoring import scale_score

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Booleans, Floats
    from analytics.estimation.variance import Design
    from analytics.specification import ScaleSpec, Specification


LARGEST: Final = 1e100  # the square of a sum of such values is still a number


@dataclass(frozen=True, slots=True)
class Label:
    """What a column of estimates is."""

    index: str
    statistic: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """Estimates of one division into domains; arrays of shape (n_domains, n_columns)."""

    by: tuple[str, ...]
    domains: list[tuple[str, ...]]
    partition: Partition
    labels: list[Label]
    means: DomainMeans
    errors: Errors
    df: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Inputs:
    """The columns to estimate, one row per respondent; NaN is missing."""

    scales: dict[str, Floats]
    means: dict[str, Floats]
    shares: list[tuple[Label, Floats]]
    totals: dict[str, Floats]
    ratios: list[tuple[Label, Floats, Floats]]


def inputs(data: pd.DataFrame, spec: Specification) -> Inputs:
    """Read and score the columns that a specification names.

    Raises
    ------
    FrameError
        If a column is missing, holds text, or a value outside its response scale.
    """
    shares: list[tuple[Label, Floats]] = []
    for column in spec.variables.shares:
        values = categories(data, column, "[variables] shares")
        known = values.notna().to_numpy()
        for category in natural_order(values.dropna().unique()):
            hit = (values == category).to_numpy(dtype=bool, na_value=False)
            indicator = np.where(known, hit.astype(np.float64), np.nan)
            shares.append((Label(column, "share", category), indicator))
    ratios = [
        (
            Label(f"{top}/{bottom}", "ratio"),
            _finite(data, top, "[variables] ratios"),
            _finite(data, bottom, "[variables] ratios"),
        )
        for top, bottom in spec.variables.ratios
    ]
    return Inputs(
        scales={name: score(data, name, scale) for name, scale in spec.scales.items()},
        means={name: _finite(data, name, "[variables] means") for name in spec.variables.means},
        shares=shares,
        totals={name: _finite(data, name, "[variables] totals") for name in spec.variables.totals},
        ratios=ratios,
    )


def _finite(data: pd.DataFrame, column: str, where: str) -> Floats:
    """Read a column whose values can be added up."""
    values = numbers(data, column, where)
    wrong = np.flatnonzero(np.abs(values) > LARGEST)
    if len(wrong):
        raise FrameError(
            f"{where}: the column {column!r} holds an infinite or impossibly large value, the "
            f"first in {row_number(data, wrong)}: leave it empty if unknown"
        )
    return values


def coded_values(data: pd.DataFrame, name: str, scale: ScaleSpec) -> Floats:
    """Read a scale's items as they stand in the file, "don't know" among them.

    Returns
    -------
    ndarray of float, shape (n_respondents, n_items)

    Raises
    ------
    FrameError
        If a column is missing or holds text.
    """
    # Each item lies in one piece, so that sums over a person's items are sums of columns.
    return np.array([numbers(data, item, f"[scales.{name}]") for item in scale.items]).T


def item_values(data: pd.DataFrame, name: str, scale: ScaleSpec) -> Floats:
    """Read a scale's items in their own unit, "don't know" as missing.

    Returns
    -------
    ndarray of float, shape (n_respondents, n_items)

    Raises
    ------
    FrameError
        If a column is missing, holds text, or a value outside the response scale.
    """
    where = f"[scales.{name}]"
    values = coded_values(data, name, scale)
    values[np.isin(values, scale.dont_know)] = np.nan
    outside = (values < scale.minimum) | (values > scale.maximum)
    if outside.any():
        place = int(np.flatnonzero(outside.any(axis=0))[0])
        rows = np.flatnonzero(outside[:, place])
        raise FrameError(
            f"{where}: the column {scale.items[place]!r} holds a value outside "
            f"{scale.minimum:g} to {scale.maximum:g} in {counted(len(rows), 'row', 'rows')}, the "
            f"first is {row_number(data, rows)}: correct it, leave it empty, or name the code in "
            "dont_know"
        )
    return values


def score(data: pd.DataFrame, name: str, scale: ScaleSpec) -> Floats:
    """Score a scale on 0-100.

    Returns
    -------
    ndarray of float, shape (n_respondents,)
        NaN for those who answered too few items.

    Raises
    ------
    FrameError
        As `item_values`.
    """
    return score_values(item_values(data, name, scale), scale)


def score_values(values: Floats, scale: ScaleSpec) -> Floats:
    """Score answers on 0-100, from an array of shape (n_respondents, n_items); NaN is missing."""
    points = (values - scale.minimum) * (100.0 / (scale.maximum - scale.minimum))
    turned = np.array([item in scale.reversed for item in scale.items])
    points = np.where(turned[None, :], 100.0 - points, points)
    asked = np.ones(points.shape, dtype=bool)
    return scale_score(points, asked, min_answered=scale.min_answered)


def levels(data: pd.DataFrame, design: Design, given: Inputs, spec: Specification) -> list[Level]:
    """Estimate overall and in every level of domains.

    Raises
    ------
    FrameError
        If a domain column is missing.
    """
    found = [_level(design, given, spec, (), [()], whole(len(data), None))]
    for by in spec.by:
        code, combos = cross([categories(data, column, "[domains] by") for column in by])
        if not combos:
            found.append(_without_domains(found[0], by))
            continue
        names = tuple(" x ".join(combo) for combo in combos)
        nothing = (None,) * len(combos)
        partition = Partition("/".join(by), names, ("",) * len(combos), nothing, code)
        found.append(_level(design, given, spec, by, combos, partition))
    return found


def _without_domains(whole_file: Level, by: tuple[str, ...]) -> Level:
    """Make the level of a division in which nobody has a place: no row, the same columns."""
    means, error = whole_file.means, whole_file.errors
    none = DomainMeans(
        means.n[:0],
        means.mean[:0],
        np.zeros_like(means.influence),
        means.scored,
        means.all_equal[:0],
    )
    gone = Errors(
        error.se[:0], error.se_model[:0], error.deff[:0], error.n_eff[:0], error.weight[:0]
    )
    nowhere = np.full_like(whole_file.partition.code, -1)
    partition = Partition("/".join(by), (), (), (), nowhere)
    return Level(
        by, [], partition, whole_file.labels, none, gone,
        whole_file.df[:0], whole_file.low[:0], whole_file.high[:0],
    )  # fmt: skip


def _level(
    design: Design,
    given: Inputs,
    spec: Specification,
    by: tuple[str, ...],
    domains: list[tuple[str, ...]],
    partition: Partition,
) -> Level:
    labels, means = _estimated(design, given, spec, partition)
    error = errors(design, means, partition)
    df = np.repeat(degrees_of_freedom(design, partition)[:, None], len(labels), axis=1)
    low, high = mean_interval(means.mean, error.se, df, spec.design.confidence)
    share = np.array([label.statistic == "share" for label in labels], dtype=bool)
    if share.any():
        low[:, share], high[:, share] = share_interval(
            means.mean[:, share],
            error.se[:, share],
            df[:, share],
            error.n_eff[:, share],
            spec.design.confidence,
        )
        exact_ends(design, partition, means, error, (low, high), share, spec.design.confidence)
    # Of a file's design effect, not of its weights alone: n_eff says what deff says.
    scored = means.n.astype(np.float64)
    n_eff = np.divide(scored, error.deff, out=np.full_like(scored, np.nan), where=error.deff > 0)
    error = replace(error, n_eff=n_eff)
    return Level(by, domains, partition, labels, means, error, df, low, high)


def _estimated(
    design: Design, given: Inputs, spec: Specification, partition: Partition
) -> tuple[list[Label], DomainMeans]:
    labels = [Label(name, "mean") for name in (*given.scales, *given.means)]
    columns = [*given.scales.values(), *given.means.values()]
    labels += [label for label, _ in given.shares]
    columns += [values for _, values in given.shares]
    empty = np.zeros((len(partition.code), 0))
    plain = domain_means(design, np.column_stack(columns) if columns else empty, partition)
    composed = compose(plain, list(given.scales), list(spec.indices.values()))
    parts = [composed, plain]
    labels = [Label(name, "mean") for name in spec.indices] + labels
    for name, values in given.totals.items():
        labels.append(Label(name, "total"))
        parts.append(_total(design, values, partition))
    for label, top, bottom in given.ratios:
        labels.append(label)
        parts.append(_ratio(design, top, bottom, partition))
    return labels, _beside(parts)


def _total(design: Design, values: Floats, partition: Partition) -> DomainMeans:
    """Estimate a total: u = w y."""
    scored = np.isfinite(values)[:, None]
    term = design.weight[:, None] * np.where(scored, values[:, None], 0.0)
    inside = (partition.code >= 0)[:, None]
    total, n = (
        sum_by(partition.code, term, partition.size),
        sum_by(partition.code, scored.astype(np.float64), partition.size),
    )
    equal = np.zeros(total.shape, dtype=bool)
    value = np.where(n > 0, total, np.nan)
    return DomainMeans(n.astype(np.int64), value, np.where(inside, term, 0.0), scored, equal)


def _ratio(design: Design, top: Floats, bottom: Floats, partition: Partition) -> DomainMeans:
    """Estimate a ratio of totals R: u = w (y - R x) / X, over rows that have both."""
    scored: Booleans = (np.isfinite(top) & np.isfinite(bottom))[:, None]
    y, x = np.where(scored, top[:, None], 0.0), np.where(scored, bottom[:, None], 0.0)
    weight = design.weight[:, None]
    above, below = (
        sum_by(partition.code, weight * y, partition.size),
        sum_by(partition.code, weight * x, partition.size),
    )
    n = sum_by(partition.code, scored.astype(np.float64), partition.size)
    ratio = np.divide(above, below, out=np.full_like(above, np.nan), where=below != 0)
    home = np.maximum(partition.code, 0)
    inside = scored & (partition.code >= 0)[:, None] & np.isfinite(ratio[home])
    influence = np.zeros_like(y)
    np.divide(weight * (y - ratio[home] * x), below[home], out=influence, where=inside)
    equal = np.zeros(ratio.shape, dtype=bool)
    return DomainMeans(n.astype(np.int64), ratio, influence, scored, equal)


def _sums(partition: Partition, values: Floats) -> Floats:
    return sum_by(partition.code, values, partition.size)


def _beside(parts: list[DomainMeans]) -> DomainMeans:
    return DomainMeans(
        n=np.concatenate([part.n for part in parts], axis=1),
        mean=np.concatenate([part.mean for part in parts], axis=1),
        influence=np.concatenate([part.influence for part in parts], axis=1),
        scored=np.concatenate([part.scored for part in parts], axis=1),
        all_equal=np.concatenate([part.all_equal for part in parts], axis=1),
    )
