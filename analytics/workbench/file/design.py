"""The sampling design that a specification describes, made from the columns it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import DesignError
from analytics.estimation.design import Design, Stage
from analytics.workbench.file.categories import categories
from analytics.workbench.file.columns import counted, row_number
from analytics.workbench.file.numbers import numeric_column

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Floats, Integers
    from analytics.workbench.specification.design import DesignSpec

# numbered within strata, or one cluster that strata of persons divide: the names do not tell which
_APART: Final = (
    "[design] strata: a name of {cluster!r} stands in more than one {strata!r}, and is taken for "
    "as many clusters; if it is one and the same cluster, its answers go together more than these "
    "errors know: leave strata out, or take those that hold whole clusters"
)
LARGEST: Final = 1e100  # the square of a sum of such weights is still a number, and of 1 over one


@dataclass(frozen=True, slots=True)
class SampleDesign:
    """The design of a file, and what a reader should know of it."""

    design: Design
    warnings: tuple[str, ...]


def sampling_design(
    data: pd.DataFrame, spec: DesignSpec, each: Floats | None = None
) -> SampleDesign:
    """Make the design of a file.

    Parameters
    ----------
    data : DataFrame
        One row per respondent.
    spec : DesignSpec
        Names the columns.
    each : ndarray of float, shape (n_rows,), optional
        Respondents that each row stands for, where these were drawn themselves.

    Returns
    -------
    SampleDesign
        With the column's weights; without one, the inverse of the sampling fractions, else 1. A
        population smaller than its sample is one that was counted before some came: the stratum is
        taken as complete, and a warning says so.

    Raises
    ------
    FrameError
        If a column is missing or holds no numbers.
    DesignError
        If a weight, stratum or cluster is missing, a population size varies within its
        stratum, or a stratum has a single unit and the rule is "error".
    """
    stages, warnings = _stages(data, spec, each)
    if spec.weight is not None:
        weight = numeric_column(data, spec.weight, "[design] weight")
        wrong = np.flatnonzero(~((weight > 1 / LARGEST) & (weight < LARGEST)))
        if len(wrong):
            raise DesignError(
                f"[design] weight: every {spec.weight!r} must lie above zero and below "
                f"{LARGEST:g}; {counted(len(wrong), 'row has', 'rows have')} none such, "
                f"the first is {row_number(data, wrong)}: leave out who has no weight"
            )
    else:
        weight = _inverse_fractions(stages, len(data))
    design = Design(weight, tuple(stages), spec.lonely, leverage=spec.leverage)
    return SampleDesign(design, tuple(warnings))


def _stages(
    data: pd.DataFrame, spec: DesignSpec, each: Floats | None
) -> tuple[list[Stage], list[str]]:
    everybody = np.arange(len(data), dtype=np.int64)
    stratum = np.zeros(len(data), dtype=np.int64)
    if spec.strata is not None:
        stratum = _codes(data, spec.strata, "[design] strata")
    share = np.ones(len(data))
    stages: list[Stage] = []
    warnings: list[str] = []
    for number in range(max(len(spec.cluster), 1)):
        if number < len(spec.cluster):
            raw = _codes(data, spec.cluster[number], "[design] cluster")
            cluster = _pair(stratum, raw)  # the same name in two strata is two clusters
            if number == 0 and spec.strata is not None and cluster.max() > raw.max():
                warnings.append(_APART.format(cluster=spec.cluster[0], strata=spec.strata))
        else:
            cluster = everybody
        sizes = _population(data, spec, number, stratum)
        stage, fraction, crowded = _stage((cluster, each), stratum, sizes, share)
        if crowded:
            warnings.append(_more_than_known(spec, number, crowded))
        stages.append(stage)
        share, stratum = share * fraction, cluster
        if number and not fraction.any():
            break
    return stages, warnings


def _stage(
    clusters: tuple[Integers, Floats | None],
    stratum: Integers,
    population: Floats | None,
    share: Floats,
) -> tuple[Stage, Floats, int]:
    """Make one stage; also give each row its stratum's fraction, and count those over 1."""
    cluster, each = clusters
    first = np.unique(cluster, return_index=True)[1]
    stratum_of, rows = stratum[first], np.unique(stratum, return_index=True)[1]
    size = np.bincount(stratum_of, each).astype(np.float64)
    fraction = np.zeros_like(size) if population is None else size / population[rows]
    crowded = int((fraction > 1).sum())
    fraction = np.minimum(fraction, 1.0)
    stage = Stage(cluster, stratum_of, fraction, share[rows], each)
    return stage, fraction[stratum], crowded


def _more_than_known(spec: DesignSpec, number: int, strata: int) -> str:
    where = f"[design] fpc: {spec.fpc[number]!r}" if spec.fpc else "[design] population"
    place = "" if not spec.strata and number == 0 else f" in {counted(strata, 'stratum', 'strata')}"
    return (
        f"{where} is smaller than the sample{place}: taken as a complete count, without sampling "
        "error; check the population"
    )


def _population(
    data: pd.DataFrame, spec: DesignSpec, number: int, stratum: Integers
) -> Floats | None:
    """Read each row's population size at a stage, or None where there is no correction."""
    where = "[design] fpc"
    if number < len(spec.fpc):
        sizes = numeric_column(data, spec.fpc[number], where)
        name = spec.fpc[number]
    elif number == 0 and spec.population is not None:
        if not (np.isfinite(spec.population) and spec.population > 0):
            raise DesignError("[design] population must be a number of persons above zero")
        return np.full(len(data), spec.population)
    else:
        return None
    if not (np.isfinite(sizes) & (sizes > 0)).all():
        raise DesignError(f"{where}: every {name!r} must be a population size above zero")
    if sizes.max() <= 1 and sizes.min() < 1:
        raise DesignError(
            f"{where}: {name!r} holds sampling fractions: give the size of the population instead"
        )
    rows = np.unique(stratum, return_index=True)[1]
    if (sizes != sizes[rows][stratum]).any():
        raise DesignError(f"{where}: {name!r} differs between rows of one stratum")
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
        silent = counted(int(values.isna().sum()), "row has", "rows have")
        raise DesignError(f"{where}: {silent} no {column!r}")
    return np.asarray(np.unique(values.to_numpy(dtype=object), return_inverse=True)[1], np.int64)


def _pair(first: Integers, second: Integers) -> Integers:
    key = first * (int(second.max()) + 1) + second
    return np.asarray(np.unique(key, return_inverse=True)[1], dtype=np.int64)
