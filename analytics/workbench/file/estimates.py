"""Everything a specification asks to estimate, in every domain of one sample."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.estimation.alike import Level as Found
from analytics.estimation.alike import borrow, borrow_of_bounds, exact_ends
from analytics.estimation.degrees_of_freedom import degrees_of_freedom
from analytics.estimation.domains import Partition, whole
from analytics.estimation.grouping import sum_by
from analytics.estimation.intervals import mean_interval, share_interval
from analytics.estimation.means import DomainMeans, Errors, compose, domain_means, errors
from analytics.workbench.file.categories import categories, cross
from analytics.workbench.file.in_cells import CellInputs
from analytics.workbench.file.inputs import Inputs
from analytics.workbench.file.items import Label
from analytics.workbench.file.waves import DivisionEstimates

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Booleans, Floats
    from analytics.estimation.design import Design
    from analytics.workbench.specification.model import Specification


def levels(
    data: pd.DataFrame, design: Design, given: Inputs | CellInputs, spec: Specification
) -> list[DivisionEstimates]:
    """Estimate overall and in every level of domains.

    Parameters
    ----------
    data : DataFrame
        A row for each of the design.
    design : Design
    given : Inputs or CellInputs
    spec : Specification

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
        everybody = found[0].errors.deviation
        found.append(_level(design, given, spec, by, combos, partition, everybody))
    return found


def _without_domains(whole_file: DivisionEstimates, by: tuple[str, ...]) -> DivisionEstimates:
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
        error.se[:0],
        error.se_model[:0],
        error.deff[:0],
        error.n_eff[:0],
        error.weight[:0],
        error.deviation[:0],
        error.drawn[:0],
        error.n_drawn[:0],
    )
    nowhere = np.full_like(whole_file.partition.code, -1)
    partition = Partition("/".join(by), (), (), (), nowhere)
    return DivisionEstimates(
        by, [], partition, whole_file.labels, none, gone,
        whole_file.df[:0], whole_file.low[:0], whole_file.high[:0],
    )  # fmt: skip


def _level(
    design: Design,
    given: Inputs | CellInputs,
    spec: Specification,
    by: tuple[str, ...],
    domains: list[tuple[str, ...]],
    partition: Partition,
    deviation: Floats | None = None,
) -> DivisionEstimates:
    """Estimate one level; where a domain answered alike, ``deviation`` is that of everybody."""
    labels, means = _estimated(design, given, spec, partition)
    statistic = np.array([label.statistic for label in labels], dtype=object)
    total, share = statistic == "total", statistic == "share"
    error = errors(design, means, partition, np.where(total, 1, 2))
    # Who has no value adds nothing to a total, and that too is known of them.
    known = means.each if means.counts is not None else means.scored | total[None, :]
    df = degrees_of_freedom(design, partition, known)
    confidence = spec.design.confidence
    found = Found(design, partition, means, error)
    everybody = error.deviation if deviation is None else deviation
    # A total of equal values says how many there are, which the design knows.
    error = borrow(found, everybody, ~(share | total))
    interval = within_ends(mean_interval(means.mean, error.se, df, confidence), labels, spec)
    if share.any():
        mean, se, spare, n_drawn = (
            part[:, share] for part in (means.mean, error.se, df, error.n_drawn)
        )
        bounds = share_interval(mean, se, spare, n_drawn, confidence)
        for end, bound in zip(interval, bounds, strict=True):
            end[:, share] = bound
        exact_ends(found, interval, share, confidence)
        error = borrow_of_bounds(replace(found, errors=error), interval, df, share, confidence)
    # Of a file's design effect, not of its weights alone: n_eff says what deff says.
    scored = means.n.astype(np.float64)
    n_eff = np.divide(scored, error.deff, out=np.full_like(scored, np.nan), where=error.deff > 0)
    error = replace(error, n_eff=n_eff)
    return DivisionEstimates(by, domains, partition, labels, means, error, df, *interval)


def within_ends(
    interval: tuple[Floats, Floats], labels: Sequence[Label], spec: Specification
) -> tuple[Floats, Floats]:
    """Let no interval reach beyond what a figure can be, as on a scale with ends.

    Parameters
    ----------
    interval : (ndarray of float, ndarray of float), shape (n_domains, n_columns)
    labels : sequence of Label
        Of the columns.
    spec : Specification
    """
    ends = [spec.ends_of(label.index, label.statistic) for label in labels]
    lowest, highest = np.array(ends, dtype=np.float64).reshape(-1, 2).T
    return np.maximum(interval[0], lowest), np.minimum(interval[1], highest)


def _estimated(
    design: Design, given: Inputs | CellInputs, spec: Specification, partition: Partition
) -> tuple[list[Label], DomainMeans]:
    if isinstance(given, CellInputs):
        indices = [Label(name, "mean") for name in spec.indices]
        plain = domain_means(design, given.pooled, partition)
        crossed = given.crossed(design, partition)
        composed = compose(plain, list(spec.scales), list(spec.indices.values()), crossed)
        return [*indices, *given.labels], _beside([composed, plain])
    scales = given.scales.in_division(design.weight, partition)
    labels = [Label(name, "mean") for name in (*scales, *given.means)]
    columns = [*scales.values(), *given.means.values()]
    labels += [label for label, _ in given.shares]
    columns += [values for _, values in given.shares]
    # Each column in one piece, since all that follows adds columns up.
    table = np.array(columns).T if columns else np.zeros((len(partition.code), 0))
    plain = domain_means(design, table, partition)
    composed = compose(plain, list(scales), list(spec.indices.values()))
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
    parts = [part for part in parts if part.mean.shape[1]] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    return DomainMeans(
        n=np.concatenate([part.n for part in parts], axis=1),
        mean=np.concatenate([part.mean for part in parts], axis=1),
        influence=np.concatenate([part.influence for part in parts], axis=1),
        scored=np.concatenate([part.scored for part in parts], axis=1),
        all_equal=np.concatenate([part.all_equal for part in parts], axis=1),
        squares=_together([part.squares for part in parts]),
        counts=_together([part.counts for part in parts]),
    )


def _together(parts: list[Floats | None]) -> Floats | None:
    there = [part for part in parts if part is not None]
    return np.concatenate(there, axis=1) if there else None
