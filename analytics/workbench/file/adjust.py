"""Final weights of a file: post-stratified or raked, or as they are."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import WeightError
from analytics.estimation.grouping import positions
from analytics.estimation.simple_random import in_persons
from analytics.weighting.poststratify import poststratify
from analytics.weighting.rake import Margin, margin_from_column, possible_shares
from analytics.workbench.file.calibration import fit_weights
from analytics.workbench.file.categories import categories, same_category, written
from analytics.workbench.file.columns import counted, need, row_number
from analytics.workbench.file.numbers import numeric_column
from analytics.workbench.specification.calibration import CalibrationSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Floats
    from analytics.estimation.design import Design
    from analytics.workbench.specification.model import PoststratifySpec, Specification

PLAIN: Final = CalibrationSpec()
SHARE_SLACK: Final = 0.005  # shares are often given with two decimals
ROWS_PER_FREE: Final = 15  # tests/benchmarks/intervals.py: coverage falls to 90 % at 10
PERCENT_SLACK: Final = 100 * SHARE_SLACK
PERCENTAGES: Final = (
    "[rake.{name}] adds up to 100 and is taken as percentages: the sum of weights is kept"
)
PERCENTAGES_OF_TOTAL: Final = (
    "[rake.{name}] adds up to 100 and is taken as percentages of the persons that another margin "
    "adds up to"
)
AND: Final = " x "  # between the categories of a cell
_AND_WITHIN: Final = re.compile(r'(?:^|\s)x(?:\s|$)|"')


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A design with final weights, and how many rounds they took.

    ``known`` where what they add up to was known before anybody answered.
    """

    design: Design
    iterations: int
    warnings: tuple[str, ...]
    known: bool = False


def adjust(
    data: pd.DataFrame,
    design: Design,
    spec: Specification,
    counts: pd.DataFrame | None,
    calibration: CalibrationSpec = PLAIN,
) -> Adjusted:
    """Adjust the weights to what is known of the population.

    Parameters
    ----------
    data : DataFrame
        One row per respondent.
    design : Design
        With design weights.
    spec : Specification
        Post-stratification, raking or neither.
    counts : DataFrame or None
        The file named by [poststratify] counts.
    calibration : CalibrationSpec
        How the margins are met; plain raking when left out.

    Raises
    ------
    FrameError, WeightError
        If a column is missing, or a margin and the data do not match.
    """
    if spec.poststratify is not None:
        found = _poststratified(data, design, spec.poststratify, counts)
    elif spec.rake or calibration.totals:
        found = _raked(data, design, spec.rake, calibration)
    else:
        found = Adjusted(design, iterations=0, warnings=())
    return replace(found, warnings=_of_the_design(found.design, spec) + found.warnings)


def _respondents(design: Design) -> int:
    """Count the rows of the file, which those of a design may stand for several of."""
    return int(design.repeated.sum())


def _of_the_design(design: Design, spec: Specification) -> tuple[str, ...]:
    """Say what the final weights and the rule for lonely strata leave out."""
    found: list[str] = []
    rows, total = _respondents(design), float((design.repeated * design.weight).sum())
    few = spec.design.weight is not None and total < rows * (1 - SHARE_SLACK)
    if few and in_persons(design):  # else the cautions say what follows
        found.append(
            f"the weights add up to {total:.4g}, fewer than the {rows} rows, and [design] tells of "
            "no fewer persons than rows: totals are too low; check the weights"
        )
    alone = sum(stage.alone for stage in design.stages)
    if rows == 1:
        found.append("one respondent: nothing can be said of the error of a figure")
    elif alone and design.lonely == "certainty":
        found.append(
            '[design] lonely = "certainty": nothing is added to the errors by '
            f"{counted(alone, 'stratum', 'strata')} with a single sampled unit"
        )
    return tuple(found)


def _poststratified(
    data: pd.DataFrame, design: Design, spec: PoststratifySpec, counts: pd.DataFrame | None
) -> Adjusted:
    where = "[poststratify]"
    if counts is None or counts.empty:
        raise WeightError(f"{where}: the file {spec.counts!r} is missing or empty")
    need(counts, [*spec.by, "count"], f"{where} {spec.counts}")
    known = numeric_column(counts, "count", f"{where} {spec.counts}")
    wrong = np.flatnonzero(~(np.isfinite(known) & (known >= 0)))
    if len(wrong):
        raise WeightError(
            f"{where}: {spec.counts} has no count of zero or more in {row_number(counts, wrong)}"
        )
    names = [_named(counts, data, column, where) for column in spec.by]
    total: dict[object, float] = {}
    for cell, count in zip(_cell(names, f"{where}: {spec.counts}"), known, strict=True):
        if cell in total:
            raise WeightError(f"{where}: {spec.counts} holds the cell {cell!r} more than once")
        total[cell] = float(count)
    cells = _cell([categories(data, column, where) for column in spec.by], where)
    each = design.repeated
    base = pd.Series(design.weight * each, index=data.index)
    try:
        weight = poststratify(cells, total, base) / each
    except WeightError as error:
        raise WeightError(f"{where}: {error}") from error
    position, unique = pd.factorize(cells)
    columns = (position[:, None] == np.arange(len(unique))[None, :]).astype(np.float64)
    adjusted = _final(design, weight.to_numpy(dtype=np.float64), columns, iterations=0)
    rows = np.bincount(position, each)
    few = [str(cell) for cell, n in zip(unique, rows, strict=True) if total[cell] < n]
    warnings = _fewer_than_rows(f"{where}: {spec.counts}", few)
    # A stratum takes its own mean out and pays for it: cells made of strata cost nothing more.
    stage = design.stages[0]
    crossed = len(positions(stage.stratum[stage.cluster] * len(unique) + position)[0])
    if crossed > len(stage.fraction):
        warnings += _thin(where, len(unique) - 1, design)
    return replace(adjusted, warnings=warnings, known=True)


def _named(counts: pd.DataFrame, data: pd.DataFrame, column: str, where: str) -> pd.Series:
    """Read a column of the counts, with the names that its categories have in the data."""
    occurring = set(categories(data, column, where).dropna().unique())
    names = categories(counts, column, where)
    meant = {name: same_category(name, occurring) for name in names.dropna().unique()}
    return names.map(meant).astype(names.dtype)


def _fewer_than_rows(where: str, categories: list[str]) -> tuple[str, ...]:
    """Report a register that knows fewer than have answered; it does not stop the weighting."""
    if not categories:
        return ()
    more = f" and {len(categories) - 1} more" if len(categories) > 1 else ""
    place = f"{categories[0]!r}{more}"
    return (f"{where} counts fewer persons than there are rows in {place}: check the counts",)


def _cell(columns: list[pd.Series], where: str) -> pd.Series:
    """Name the cell of each row: no two cells have one name."""
    for column in columns:
        silent = np.flatnonzero(column.isna())
        if len(silent):
            raise WeightError(
                f"{where}: {counted(len(silent), 'row has', 'rows have')} no category of "
                f"{column.name!r}, the first is {row_number(column, silent)}: give these rows one "
                "or leave them out"
            )
    if len(columns) == 1:
        return columns[0]
    joined = _told_apart(columns[0])
    for column in columns[1:]:
        joined = joined + AND + _told_apart(column)
    return joined


def _told_apart(column: pd.Series) -> pd.Series:
    """Quote categories that hold an x of their own: "a x b" and c are not a and "b x c"."""
    names = [name for name in column.unique() if _AND_WITHIN.search(name)]
    if not names:
        return column
    return column.replace({name: json.dumps(name, ensure_ascii=False) for name in names})


def _raked(
    data: pd.DataFrame,
    design: Design,
    margins: Mapping[str, Mapping[str, float]],
    calibration: CalibrationSpec,
) -> Adjusted:
    base = pd.Series(design.weight, index=data.index)
    each = design.repeated
    made = [_margin(data, name, shares) for name, shares in margins.items()]
    percent = [one.name for one in made if _are_percentages(one, margins[one.name], each)]
    totals = {
        name: None if name in percent else _total(name, shares) for name, shares in margins.items()
    }
    wanted = _one_population(made, totals, each)
    if wanted is not None:
        base *= wanted / (base * each).sum()
    kept = PERCENTAGES if wanted is None else PERCENTAGES_OF_TOTAL
    warnings = tuple(kept.format(name=name) for name in percent)
    for one in made:
        total = totals[one.name]
        if total is not None:
            warnings += _fewer_than_rows(f"[rake.{one.name}]", _few(one, one.share * total, each))
    warnings += tuple(
        f"[rake.{one.name}] {counted(int(each[one.code < 0].sum()), 'row has', 'rows have')} no "
        "category: the factor of this margin is 1 there"
        for one in made
        if (one.code < 0).any()
    )
    fitted = fit_weights(data, base, made, calibration, design.stages[0].repeated)
    free = sum(int((one.share > 0).sum()) - 1 for one in made) + len(calibration.totals)
    warnings += _thin("[rake]", free, design)
    if fitted.empty:
        name, _, category = fitted.empty[0].partition(":")
        raise WeightError(f"[rake.{name}] gives the category {category!r}, which no row has")
    # Replicates begin where the fit began: bounds are on factors of weights in persons.
    start = replace(design, weight=np.asarray(base, dtype=np.float64))
    adjusted = _final(
        start, fitted.weight.to_numpy(dtype=np.float64), fitted.columns, fitted.iterations
    )
    return replace(adjusted, warnings=warnings + fitted.warnings, known=wanted is not None)


def _one_population(
    made: list[Margin], totals: Mapping[str, float | None], each: Floats
) -> float | None:
    """Give the persons that the margins add up to; None where all of them are shares.

    Percentages that fall short of a hundred look like persons. Beside other shares, fewer of them
    than rows gives them away: the missing category would be spread over the others unseen.
    """
    known = {name: total for name, total in totals.items() if total is not None}
    if not known:
        return None
    low, high = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
    if known[high] - known[low] > 1e-6 * known[high]:
        raise WeightError(
            f"[rake] the margins add up to different totals, [rake.{low}] to {known[low]:.10g} and "
            f"[rake.{high}] to {known[high]:.10g}: give both of one population, or both as shares"
        )
    for one in made if len(known) < len(totals) else []:
        total, rows = known.get(one.name), int(each[one.code >= 0].sum())
        if total is not None and total < rows:
            raise WeightError(
                f"[rake.{one.name}] adds up to {total:.10g}, neither to 1 (shares) nor to 100 "
                f"(percentages), and as persons it would be fewer than the {rows} rows: is a "
                "category missing?"
            )
    return known[high]


def _thin(where: str, free: int, design: Design) -> tuple[str, ...]:
    """Warn of more to fit than the rows can carry: linearised errors are then too small."""
    rows = _respondents(design)
    if design.leverage or rows >= ROWS_PER_FREE * free:
        return ()
    told = (
        f"{where} {rows} rows must fit {free} free categories and totals: with fewer than "
        f"{ROWS_PER_FREE} rows for each, intervals are likely too short; merge categories, or set "
        "[design] leverage = true"
    )
    return (told,)


def _total(name: str, shares: Mapping[str, float]) -> float | None:
    """Tell totals from shares: shares add up to 1, or nearly so."""
    if not shares or min(shares.values()) < 0:
        raise WeightError(f"[rake.{name}] needs a total or share, not below zero, per category")
    total = sum(shares.values())
    if abs(total - 1) <= SHARE_SLACK:
        return None
    if total < 2:  # noqa: PLR2004 - no population of one; these were meant as shares
        raise WeightError(f"[rake.{name}] the shares add up to {total:g}, not to 1")
    return total


def _are_percentages(one: Margin, shares: Mapping[str, float], each: Floats) -> bool:
    """Tell percentages from a population of a hundred, which has no more rows than persons."""
    given = np.array(list(shares.values()), dtype=np.float64)
    return abs(float(given.sum()) - 100) <= PERCENT_SLACK and bool(_few(one, given, each))


def _few(one: Margin, totals: Floats, each: Floats) -> list[str]:
    """Name the categories with fewer persons than rows."""
    known = one.code >= 0
    rows = np.bincount(one.code[known], each[known], len(totals))
    return [one.categories[int(place)] for place in np.flatnonzero(totals < rows - 1e-9)]


def _margin(data: pd.DataFrame, name: str, shares: Mapping[str, float]) -> Margin:
    values = categories(data, name, f"[rake.{name}]")
    occurring = set(values.dropna().unique())
    meant = [same_category(written(key), occurring) for key in shares]
    twice = [key for place, key in enumerate(meant) if key in meant[:place]]
    if twice:
        raise WeightError(f"[rake.{name}] gives the category {twice[0]!r} more than once")
    try:
        found = margin_from_column(name, values, dict(zip(meant, shares.values(), strict=True)))
        possible_shares(found)
    except WeightError as error:
        raise WeightError(f"[rake.{name}]: {error}") from error
    return found


def _final(design: Design, weight: Floats, columns: Floats, iterations: int) -> Adjusted:
    final = replace(design, weight=weight, calibration=columns, base=design.weight)
    return Adjusted(final, iterations=iterations, warnings=())
