"""The sampling design that a specification describes, made from the columns it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.analysis.columns import categories, numbers
from analytics.errors import DesignError
from analytics.estimation.variance import Design, Stage

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Floats, Integers
    from analytics.specification import DesignSpec


def sampling_design(data: pd.DataFrame, spec: DesignSpec) -> Design:
    """Make the design of a file.

    Parameters
    ----------
    data : DataFrame
        One row per respondent.
    spec : DesignSpec
        Names the columns.

    Returns
    -------
    Design
        With the column's weights; without one, the inverse of the sampling fractions, else 1.

    Raises
    ------
    FrameError
        If a column is missing or holds no numbers.
    DesignError
        If a weight, stratum or cluster is missing, a population size varies within its stratum or
        is smaller than its sample, or a stratum has a single unit and the rule is "error".
    """
    stages = _stages(data, spec)
    if spec.weight is not None:
        weight = numbers(data, spec.weight, "[design] weight")
        if not (np.isfinite(weight) & (weight > 0)).all():
            raise DesignError(
                f"[design] weight: every {spec.weight!r} must be finite and above zero"
            )
    else:
        weight = _inverse_fractions(stages, len(data))
    return Design(weight, tuple(stages), spec.lonely)


def _stages(data: pd.DataFrame, spec: DesignSpec) -> list[Stage]:
    everybody = np.arange(len(data), dtype=np.int64)
    stratum = np.zeros(len(data), dtype=np.int64)
    if spec.strata is not None:
        stratum = _codes(data, spec.strata, "[design] strata")
    share = np.ones(len(data))
    stages: list[Stage] = []
    for number in range(max(len(spec.cluster), 1)):
        if number < len(spec.cluster):
            raw = _codes(data, spec.cluster[number], "[design] cluster")
            cluster = _pair(stratum, raw)  # the same name in two strata is two clusters
        else:
            cluster = everybody
        sizes = _population(data, spec, number, stratum, cluster)
        stage, fraction = _stage(cluster, stratum, sizes, share)
        stages.append(stage)
        share, stratum = share * fraction, cluster
        if number and not fraction.any():
            break
    return stages


def _stage(
    cluster: Integers, stratum: Integers, population: Floats | None, share: Floats
) -> tuple[Stage, Floats]:
    """Make one stage; also give each row the sampling fraction of its stratum."""
    first = np.unique(cluster, return_index=True)[1]
    stratum_of, rows = stratum[first], np.unique(stratum, return_index=True)[1]
    size = np.bincount(stratum_of).astype(np.float64)
    fraction = np.zeros_like(size) if population is None else size / population[rows]
    return Stage(cluster, stratum_of, fraction, share[rows]), fraction[stratum]


def _population(
    data: pd.DataFrame, spec: DesignSpec, number: int, stratum: Integers, cluster: Integers
) -> Floats | None:
    """Read each row's population size at a stage, or None where there is no correction."""
    where = "[design] fpc"
    if number < len(spec.fpc):
        sizes = numbers(data, spec.fpc[number], where)
        name = spec.fpc[number]
    elif number == 0 and spec.population is not None:
        sizes, name = np.full(len(data), spec.population), "population"
    else:
        return None
    if not (np.isfinite(sizes) & (sizes > 0)).all():
        raise DesignError(f"{where}: every {name!r} must be a population size above zero")
    rows = np.unique(stratum, return_index=True)[1]
    if (sizes != sizes[rows][stratum]).any():
        raise DesignError(f"{where}: {name!r} differs between rows of one stratum")
    taken = np.bincount(stratum[np.unique(cluster, return_index=True)[1]])
    if (sizes[rows] < taken).any():
        raise DesignError(f"{where}: {name!r} is smaller than the sample in a stratum")
    return sizes


def _inverse_fractions(stages: list[Stage], rows: int) -> Floats:
    weight = np.ones(rows)
    for stage in stages:
        fraction = stage.fraction[stage.stratum[stage.cluster]]
        weight /= np.where(fraction > 0, fraction, 1.0)
    return weight


def _codes(data: pd.DataFrame, column: str, where: str) -> Integers:
    values = categories(data, column, where)
    if values.isna().any():
        raise DesignError(f"{where}: {int(values.isna().sum())} rows have no {column!r}")
    return np.asarray(np.unique(values.to_numpy(dtype=object), return_inverse=True)[1], np.int64)


def _pair(first: Integers, second: Integers) -> Integers:
    key = first * (int(second.max()) + 1) + second
    return np.asarray(np.unique(key, return_inverse=True)[1], dtype=np.int64)
