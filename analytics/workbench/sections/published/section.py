"""`barometer analyse` on a table of published figures: no answers, only means and their errors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from analytics.comparison.difference import two_sided_p
from analytics.comparison.margins import MARGIN
from analytics.comparison.verdict import adjusted_within, discovered
from analytics.errors import AnalyticsError, FrameError
from analytics.workbench.sections.published.changes import (
    families,
    in_own_unit,
    published_changes,
)
from analytics.workbench.sections.published.table import BALANCE, SHARES, published_series
from analytics.workbench.sections.trend.rows import trend_entry
from analytics.workbench.specification.change import DIFFERENCES, read_change
from analytics.workbench.specification.design import read_design
from analytics.workbench.specification.published import WHERE, read_published
from analytics.workbench.specification.trend import read_trend
from analytics.workbench.specification.values import section_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analytics.workbench.sections.published.table import PublishedSeries
    from analytics.workbench.specification.trend import TrendSpec

GRADES: Final = 10.0  # no scale of grades goes further
SMALL: Final = (
    "{where} the figures of {name} lie between {low:.4g} and {high:.4g}, and a change of "
    "{margin:g} is the least that matters where no margin is named: give range = [1, 5] if these "
    "are the ends of their scale, or [change] margin in their own unit"
)
OWN_UNIT: Final = (
    "{where} the figures of {name} lie between {low:.4g} and {high:.4g}, beyond 0-100, and a "
    "change of {margin:g} in their unit is the least that matters where no margin is named: give "
    "[change] margin in that unit, or range = [200, 800] if these are the ends of their scale"
)
UNCERTAIN: Final = "uncertain"
NOTHING: Final = "{where} {name} has no figure with an error: it is left out"
FAILED: Final = "[trend] {name}: {error}"
AMONG_MANY: Final = (
    "[trend] {rows} of several places are uncertain, since they would be found among so many by "
    "chance (Benjamini-Hochberg at 10 %)"
)


def analyse_published(data: pd.DataFrame, raw: Mapping[str, object]) -> dict[str, object]:
    """Give trends and changes of a table of published figures.

    Parameters
    ----------
    data : DataFrame
        One row per date and series, without blank rows; the index counts the rows of the file.
    raw : mapping
        The parsed specification: [published], and if wanted [trend], [change] and the confidence
        of [design].

    Returns
    -------
    dict
        ``rows`` and ``series`` (how many); ``changes``; ``trends``, where [trend] is there;
        ``change_rule``, where another rule than the one asked for decided; ``warnings``.

    Raises
    ------
    AnalyticsError
        One sentence that says what is wrong and where.
    """
    spec = read_published(raw)
    change = read_change(section_of(raw, "change"), None)
    confidence = read_design(section_of(raw, "design")).confidence
    asked = read_trend(section_of(raw, "trend"), published=True)
    if data.empty:
        raise FrameError("the data has no rows: there is nothing to analyse")
    series, warnings = published_series(data, spec, asked.dates, confidence)
    if asked.measure:
        series = _of_measure(series, asked.measure)
    warnings += [NOTHING.format(where=WHERE, name=one.told) for one in series if not one.days]
    series = [one for one in series if one.days]
    if change.margin is None and spec.ends is None:
        warnings += _in_other_units(series)
    rows, told = published_changes(series, change, confidence, points=spec.ends is not None)
    found: dict[str, object] = {"rows": len(data), "series": len(series)}
    if "trend" in raw:
        found["trends"], more = _trends(series, asked, confidence, spec.ends)
        warnings += more
    rule = {} if told is None else {"change_rule": told}
    return found | {"changes": rows, **rule, "warnings": list(dict.fromkeys(warnings))}


def _in_other_units(series: list[PublishedSeries]) -> list[str]:
    """Warn of figures that do not look like points: of grades, and of what goes beyond 0-100."""
    found: dict[str, str] = {}
    for one in series:
        low, high = float(one.estimate.min()), float(one.estimate.max())
        grades = one.name.get("statistic", "") not in SHARES and high <= GRADES
        sentence = OWN_UNIT if in_own_unit(one) else SMALL if grades else None
        if sentence is not None and sentence not in found:
            found[sentence] = sentence.format(
                where=WHERE, name=one.told, low=low, high=high, margin=MARGIN
            )
    return list(found.values())


def _of_measure(series: list[PublishedSeries], measure: str) -> list[PublishedSeries]:
    kept = [one for one in series if one.name.get("measure") == measure]
    if not kept:
        there = dict.fromkeys(one.name.get("measure", "") for one in series)
        raise FrameError(
            f"[trend] measure {measure!r} is none of the table: it has "
            + (", ".join(repr(name) for name in there if name) or "no column measure")
        )
    return kept


def _trends(
    series: list[PublishedSeries],
    asked: TrendSpec,
    confidence: float,
    ends: tuple[float, float] | None,
) -> tuple[list[dict[str, object]], list[str]]:
    """Describe each series by itself, then ask what of it stands out among its like."""
    rows, kept, warnings = [], [], []
    for one in series:
        days = {day.isoformat(): day for day in one.days}
        figures = {
            name: (float(value), float(error), np.inf)
            for name, value, error in zip(days, one.estimate, one.se, strict=True)
        }
        own = replace(asked, measure=one.name.get("measure", ""), dates=days)
        try:
            entry = trend_entry(own, figures, confidence, ends=_ends(one, ends))
        except AnalyticsError as error:
            warnings.append(FAILED.format(name=one.told, error=error))
            continue
        alone = {key: value for key, value in entry.items() if key not in {"measure", "splices"}}
        rows.append({**one.head, **alone, "verdict_rule": DIFFERENCES})
        kept.append(one)
    return rows, warnings + _among_many(rows, kept)


def _ends(one: PublishedSeries, ends: tuple[float, float] | None) -> tuple[float, float]:
    """Give the ends of a series in points; ``ends`` are those of its scale that the table names."""
    statistic = one.name.get("statistic", "")
    if statistic == BALANCE and (ends is None or ends[0] == 0):
        return -100.0, 100.0
    return (0.0, 100.0) if ends is not None or statistic in SHARES else (-np.inf, np.inf)


def _among_many(rows: list[dict[str, object]], series: list[PublishedSeries]) -> list[str]:
    """Keep up and down where they hold among the places of a level; changes the rows."""
    change = [cast("dict[str, float | None] | None", row["change"]) for row in rows]
    apart, se = (
        np.array([np.nan if one is None else _number(one[name]) for one in change], np.float64)
        for name in ("estimate", "se")
    )
    p = two_sided_p(apart, se, np.full(len(rows), np.inf))
    adjusted = adjusted_within(p, families([(one, None) for one in series]))
    real = discovered(adjusted, None)
    lost = [
        row
        for row, holds in zip(rows, real, strict=True)
        if row["direction"] in {"up", "down"} and not holds
    ]
    for row, value in zip(rows, adjusted.tolist(), strict=True):
        row["p_adjusted"] = value if np.isfinite(value) else None
    for row in lost:
        row["direction"] = UNCERTAIN
    told = "1 change" if len(lost) == 1 else f"{len(lost)} changes"
    return [AMONG_MANY.format(rows=told)] if lost else []


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)
