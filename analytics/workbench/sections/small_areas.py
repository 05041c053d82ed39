"""The [small_areas] section: means of many small domains, shrunken and always marked as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.digits import number_to_digits
from analytics.errors import FrameError, SpecificationError
from analytics.estimation.intervals import mean_interval
from analytics.small_areas.between import Fitting
from analytics.small_areas.fay_herriot import fay_herriot
from analytics.small_areas.sampling_variance import Steadied, steadied
from analytics.workbench.file.categories import categories
from analytics.workbench.file.inputs import inputs
from analytics.workbench.file.numbers import numeric_column
from analytics.workbench.methods.nested_error import nested_error
from analytics.workbench.protection.error_rounding import (
    coarse_models,
    grades,
    tells_only_of_many,
)
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.specification.model import Specification
from analytics.workbench.specification.small_areas import SECTION, UNIT, SmallAreasSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.small_areas.fay_herriot import Shrunken
    from analytics.workbench.file.waves import DivisionEstimates, Wave

STEADIED: Final = (
    "{where}: {n} areas have too few answers for an error of their own; theirs is drawn towards "
    "that of all areas"
)
SAME_WEIGHT: Final = 1e-9
FEW: Final = (
    "few answers stand behind these areas, and the spread that they have in common would tell of "
    "single ones: use REML instead"
)


def small_area_rows(
    wave: Wave,
    asked: SmallAreasSpec,
    *,
    confidence: float = 0.95,
    hidden: Mapping[tuple[str, ...], np.ndarray] | None = None,
    spec: Specification | None = None,
) -> tuple[list[dict[str, object]], list[str]]:
    """Shrink every mean of a level.

    Parameters
    ----------
    wave : Wave
    asked : SmallAreasSpec
    confidence : float
        Of intervals.
    hidden : mapping of level to ndarray of str, optional
        Statuses of disclosure control: hidden domains neither get a row nor have a part in others,
        so that no shrunken figure tells of them; and errors go into the model as coarse as they
        are shown, since the weight of an area's own answers tells its error.
    spec : Specification, optional
        Tells the scales and columns that respondents have for the unit-level model.

    Returns
    -------
    rows : list of dict
        ``index``, ``domain``, ``mean`` (shrunken), ``se``, ``low``, ``high``, ``own`` (the weight
        of the domain's own answers, 0-1), ``direct`` (its own mean) and ``shrunken``, always true.
    warnings : list of str

    Raises
    ------
    SpecificationError
        If the level is not among [domains] by.
    FrameError
        If ``kind`` differs within a domain.
    """
    level = next((one for one in wave.levels if one.by == asked.by), None)
    if level is None:
        raise SpecificationError(
            f"{SECTION} by: {', '.join(asked.by)} is not among the levels of [domains] by"
        )
    kinds = _kinds(wave.data, level, asked)
    model = _models(wave, level, spec, exact=hidden is None)
    rows: list[dict[str, object]] = []
    warnings: list[str] = []
    for column, label in enumerate(level.labels):
        if label.statistic != "mean":
            continue
        status = None if hidden is None else hidden[level.by][:, column]
        shown = np.isfinite(level.means.mean[:, column]) & (
            np.ones(len(level.domains), dtype=bool) if status is None else status == PUBLISHED
        )
        steady = _variances(level, model, column, shown, asked.errors)
        try:
            if asked.method == UNIT:
                few = hidden is not None and not tells_only_of_many(level.means.n[shown, column])
                found = _of_respondents(
                    wave, level, label.index, shown, kinds[shown], spec, few=few
                )
                spare = max(int(level.means.n[shown, column].sum()) - len(found.mse), 1)
                steady = Steadied(found.mse, np.full(len(found.mse), float(spare)), 0)
            else:
                mean = level.means.mean[shown, column]
                found = _shrunken(mean, steady, kinds[shown], asked.method)
        except FrameError as error:
            warnings.append(f"{SECTION} {label.index}: {error}")
            continue
        warnings += [f"{SECTION} {label.index}: {text}" for text in found.warnings]
        if steady.moved:
            warnings.append(STEADIED.format(where=f"{SECTION} {label.index}", n=steady.moved))
        inside = np.clip(
            mean_interval(found.estimate, np.sqrt(found.mse), steady.df, confidence),
            *(spec or Specification()).ends_of(label.index, label.statistic),
        )
        rows += _rows(level, column, shown, found, inside, 1 if hidden is not None else None)
    return rows, warnings


def _models(
    wave: Wave, level: DivisionEstimates, spec: Specification | None, *, exact: bool
) -> Floats:
    if exact:
        return level.errors.se_model
    return coarse_models(level, grades(wave.data, spec or Specification(), level.labels))


def _variances(
    level: DivisionEstimates, model: Floats, column: int, shown: Booleans, errors: str
) -> Steadied:
    """Give the sampling variances of areas, without finite population correction."""
    variance, df = model[shown, column] ** 2, level.df[shown, column]
    # What an area of equal answers has borrowed already is not lent again.
    variance = np.where(level.means.all_equal[shown, column], 0.0, variance)
    if errors == "own":
        return Steadied(variance, np.maximum(df, 1.0), 0)
    return steadied(variance, level.means.n[shown, column].astype(np.float64), df)


def _kinds(data: pd.DataFrame, level: DivisionEstimates, asked: SmallAreasSpec) -> Floats:
    """Give dummies of the domains' kinds; shape (n_domains, n_kinds)."""
    if asked.kind is None:
        return np.ones((len(level.domains), 1))
    kind = categories(data, asked.kind, f"{SECTION} kind")
    code = level.partition.code
    inside = code >= 0
    pairs = pd.DataFrame({"domain": code[inside], "kind": kind.to_numpy()[inside]})
    pairs = pairs.drop_duplicates()
    if pairs["kind"].isna().any() or pairs["domain"].duplicated().any():
        raise FrameError(
            f"{SECTION} kind: {asked.kind!r} must be one and the same for everybody in a domain"
        )
    of_domain = pairs.set_index("domain")["kind"].reindex(range(len(level.domains)))
    number, names = pd.factorize(of_domain)
    return np.asarray(number[:, None] == np.arange(len(names)), dtype=np.float64)


def _shrunken(mean: Floats, error: Steadied, kinds: Floats, method: Fitting) -> Shrunken:
    return fay_herriot(mean, error.variance, kinds[:, kinds.any(axis=0)], method=method)


def _of_respondents(
    wave: Wave,
    level: DivisionEstimates,
    name: str,
    shown: Booleans,
    kinds: Floats,
    spec: Specification | None,
    *,
    few: bool,
) -> Shrunken:
    """Fit the unit-level model to the respondents of the areas that are shown."""
    if few:
        raise FrameError(FEW)
    given = inputs(wave.data, spec or Specification())
    scales = given.scales.in_division(wave.design.weight, level.partition)
    if name not in scales and name not in wave.data.columns:
        raise FrameError("an index has no figure per respondent: the unit level is for scales")
    outcome = scales[name] if name in scales else numeric_column(wave.data, name, SECTION)
    code = level.partition.code
    place = np.where(shown, np.cumsum(shown) - 1, -1)[code]
    inside = (code >= 0) & (place >= 0)
    area = place[inside].astype(np.int64)
    if _unequal(wave.design.weight[inside], area):
        raise FrameError(
            "weights differ within areas, which the unit level cannot take: use REML instead"
        )
    means = kinds[:, kinds.any(axis=0)]
    return nested_error(outcome[inside], area, int(shown.sum()), means[area], means)


def _unequal(weight: Floats, area: Integers) -> bool:
    spread = pd.Series(weight).groupby(area).agg(["min", "max"])
    return bool((spread["max"] > spread["min"] * (1 + SAME_WEIGHT)).any())


def _rows(
    level: DivisionEstimates,
    column: int,
    shown: Booleans,
    found: Shrunken,
    interval: Floats,
    digits: int | None,
) -> list[dict[str, object]]:
    se = np.sqrt(found.mse)
    low, high = interval
    return [
        {
            "index": level.labels[column].index,
            "domain": dict(zip(level.by, level.domains[place], strict=True)),
            "mean": _plain(found.estimate[row], digits),
            "se": _plain(se[row], digits),
            "low": _plain(low[row], digits),
            "high": _plain(high[row], digits),
            "own": _plain(found.own[row], None if digits is None else 2),
            "direct": _plain(level.means.mean[place, column], digits),
            "shrunken": True,
        }
        for row, place in enumerate(np.flatnonzero(shown))
    ]


def _plain(value: float, digits: int | None) -> float | None:
    number = float(value)
    if not np.isfinite(number):
        return None
    return number if digits is None else number_to_digits(number, digits)
