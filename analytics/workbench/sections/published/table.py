"""The rows of a table of published figures, checked and put together as series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analytics.courses.findings import WHOLE
from analytics.errors import FrameError, SpecificationError
from analytics.trend.series import error_of_printed
from analytics.workbench.file.categories import by_parts, categories, same_category
from analytics.workbench.file.columns import counted, need, row_number
from analytics.workbench.file.numbers import numeric_column
from analytics.workbench.file.wave_order import day_told
from analytics.workbench.specification.published import DEFAULTS, SERIES, WHERE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from analytics.arrays import Booleans, Floats
    from analytics.workbench.specification.published import PublishedSpec

# on 0-1 in our exports, margins in percentage points
BALANCE: Final = "balance"
SHARES: Final = ("share", "prevalence", BALANCE)
HUNDRED: Final = 100.0
LARGEST: Final = 1e9
SMALLEST: Final = 1e-9  # of the figure itself: an error below is that of rounding
WHOLES: Final = ("", WHOLE, "whole")
PLACE: Final = "place"  # the level of places in a table that names none
NO_DATE: Final = (
    "{where} {value!r} in {row} is no date: write 2026-03-15 or 15.03.2026, a month (2026-03), a "
    "quarter (2026Q1), a season (vår 2026) or a year, or give it one in [trend.dates]"
)
TWICE: Final = (
    "{where} {row} and another row both give {name} on {day}: a series has one figure per date; "
    "name the column that tells them apart (measure, statistic, category, level, domain), or keep "
    "one of them with only"
)
ROUGH: Final = (
    "{where} the dates of {rows} are a month, a quarter, a season or a year: its middle is taken"
)
OF_INTERVALS: Final = (
    "{where} {rows} without a standard error: it is taken from the interval, as if it were normal"
)
WITHOUT: Final = (
    "{where} {rows} with a figure but neither a standard error nor an interval, or with an error "
    "of 0: left out, since nothing says how to weigh them"
)


OUTSIDE: Final = "the figure lies outside range = [{low:g}, {high:g}], the ends of its scale"
OVER_ONE: Final = (
    "a share or balance beyond 1: they are read on 0-1; write 0.5 for 50 %, or give range = "
    "[0, 100] where all figures are in per cent"
)


@dataclass(frozen=True, slots=True, eq=False)
class PublishedSeries:
    """One series: what names it, and its figures in points in the order of time, none missing.

    ``held_by`` is the code of the place that holds it, "" where the table tells of none.
    """

    name: Mapping[str, str]
    held_by: str
    days: tuple[date, ...]
    estimate: Floats
    se: Floats

    @property
    def told(self) -> str:
        """Name the series in a sentence."""
        return ", ".join(f"{role}={value}" for role, value in self.name.items()) or "the series"

    @property
    def place(self) -> tuple[str, str]:
        """Give level and domain as `analytics.courses.findings` has them; the whole has none."""
        level, domain = self.name.get("level", ""), self.name.get("domain", "")
        if domain in {"", WHOLE} and level in WHOLES:
            return WHOLE, ""
        return level or PLACE, domain

    @property
    def head(self) -> dict[str, object]:
        """Give what names the series in a row of the result."""
        level, domain = self.place
        rest = {role: self.name[role] for role in ("category",) if self.name.get(role)}
        return {
            "index": self.name.get("measure", ""),
            "statistic": self.name.get("statistic", "") or "mean",
            **rest,
            "domain": {} if level == WHOLE else {level: domain},
        }


def published_series(
    data: pd.DataFrame, spec: PublishedSpec, dates: Mapping[str, date], confidence: float
) -> tuple[list[PublishedSeries], list[str]]:
    """Read a table of published figures.

    Parameters
    ----------
    data : DataFrame
        One row per figure; the index counts the rows of the file.
    spec : PublishedSpec
    dates : mapping of wave to date
        Of [trend.dates]; waves that are not there tell their date by their name.
    confidence : float
        Of the intervals in the table.

    Returns
    -------
    series : list of PublishedSeries
        By name, the whole before its places. Shares and balances are in percentage points.
    warnings : list of str

    Raises
    ------
    FrameError, SpecificationError
        If a column is missing, a date or a number cannot be read, an error is negative, a figure
        lies outside its scale or its interval, or a series has two figures on a day. The sentence
        names the first such row.
    """
    rows = _kept(data, spec)
    column = _columns(rows, spec)
    days, rough = _days(rows, column, dates)
    names = pd.DataFrame(
        {
            role: categories(rows, column[role], WHERE).fillna("")
            for role in SERIES
            if role in column
        },
        index=rows.index,
    )
    estimate, se, told = _figures(rows, column, confidence)
    shares = names["statistic"].isin(SHARES) if "statistic" in names else None
    if spec.ends is not None:
        low, high = spec.ends
        # A balance is a share less another: in per cent it goes from -100.
        balance = "statistic" in names and names["statistic"].eq(BALANCE).to_numpy()
        least = np.where(balance & (low == 0), -high, low)
        _refuse(rows, (estimate < least) | (estimate > high), OUTSIDE.format(low=low, high=high))
        estimate, se = (estimate - low) * HUNDRED / (high - low), se * HUNDRED / (high - low)
    elif shares is not None:
        _refuse(rows, shares.to_numpy() & (np.abs(estimate) > 1), OVER_ONE)
        unit = np.where(shares, HUNDRED, 1.0)
        estimate, se = estimate * unit, se * unit
    known = np.isfinite(estimate) & (se > SMALLEST * (1.0 + np.abs(estimate)))
    _no_figure_twice(names, days, np.isfinite(estimate))
    lost = np.isfinite(estimate) & ~known
    if lost.any():
        told.append(WITHOUT.format(where=WHERE, rows=_rows(lost)))
    if rough.any():
        told.insert(0, ROUGH.format(where=WHERE, rows=_rows(rough)))
    held = _held(rows, column)
    found = [
        _one(names.iloc[at[0]].to_dict(), held[at[0]], at[known[at]], days, estimate, se)
        for at in _groups(names)
    ]
    found.sort(key=lambda one: _order(one, list(names.columns)))
    return found, told


def _order(one: PublishedSeries, roles: list[str]) -> tuple[object, ...]:
    """Sort by measure, statistic and category, then the whole before levels and their places."""
    rest = tuple(by_parts(one.name[role]) for role in roles if role not in {"level", "domain"})
    level, domain = one.place
    return (*rest, level != WHOLE, by_parts(level), by_parts(domain))


def _kept(data: pd.DataFrame, spec: PublishedSpec) -> pd.DataFrame:
    """Keep the rows that ``only`` names."""
    inside = np.ones(len(data), dtype=bool)
    for column, wanted in spec.only.items():
        values = categories(data, column, f"{WHERE} only")
        there = {str(value) for value in values.dropna().unique()}
        chosen = [same_category(name, there) for name in wanted]
        strange = [name for name in chosen if name not in there]
        if strange:
            raise SpecificationError(
                f"{WHERE} only: the column {column!r} has no {strange[0]!r}; it has "
                + ", ".join(sorted(there)[:10])
            )
        inside &= values.isin(chosen).to_numpy(dtype=bool)
    if not inside.any():
        raise FrameError(f"{WHERE} the table has no rows that are asked for")
    return data[inside]


def _columns(rows: pd.DataFrame, spec: PublishedSpec) -> dict[str, str]:
    """Find the column of each role: as named, else by the names of our exports."""
    need(rows, spec.columns.values(), WHERE)
    found = dict(spec.columns)
    for role in (*DEFAULTS, *SERIES):
        usual = [name for name in DEFAULTS.get(role, (role,)) if name in rows.columns]
        if role not in found and usual:
            found[role] = usual[0]
    for role, example in (("estimate", "mean"), ("date", "closed_on")):
        if role not in found and not (role == "date" and "wave" in found):
            raise SpecificationError(
                f"{WHERE} needs {role}, the name of a column, for instance {role} = {example!r}"
            )
    if "se" not in found and not {"low", "high"} <= found.keys():
        raise SpecificationError(
            f"{WHERE} needs se, the column of standard errors, or low and high, those of intervals"
        )
    return found


def _days(
    rows: pd.DataFrame, column: Mapping[str, str], dates: Mapping[str, date]
) -> tuple[np.ndarray, Booleans]:
    """Read the date of each row, and tell which are no days but longer times."""
    role = column.get("date", column.get("wave", ""))
    waves = categories(rows, column.get("wave", role), WHERE).fillna("")
    values = categories(rows, role, WHERE)
    days = np.empty(len(rows), dtype=object)
    rough = np.zeros(len(rows), dtype=bool)
    for at, (value, wave) in enumerate(zip(values, waves, strict=True)):
        known = dates.get(str(wave)) or dates.get(str(value))
        told = (known, True) if known else day_told(str(value))
        if told is None:
            missing = pd.isna(value)
            row = row_number(rows, np.array([at]))
            raise FrameError(
                f"{WHERE} {row} has no date in {role!r}"
                if missing
                else NO_DATE.format(where=WHERE, value=str(value), row=row)
            )
        days[at], rough[at] = told[0], not told[1]
    return days, rough


def _figures(
    rows: pd.DataFrame, column: Mapping[str, str], confidence: float
) -> tuple[Floats, Floats, list[str]]:
    """Read estimates and errors, from intervals where there is nothing else."""

    def read(role: str) -> Floats:
        if role not in column:
            return np.full(len(rows), np.nan)
        found = numeric_column(rows, column[role], f"{WHERE} {role}")
        _refuse(rows, np.abs(found) > LARGEST, f"{role} is beyond {LARGEST:g}, which is no figure")
        return found

    estimate, se, low, high = (read(role) for role in ("estimate", "se", "low", "high"))
    _refuse(rows, se < 0, "the standard error is negative")
    _refuse(rows, high < low, "the interval ends below where it begins")
    borrowed = np.isnan(se) & np.isfinite(low) & np.isfinite(high) & np.isfinite(estimate)
    outside = (estimate < low) | (estimate > high)
    _refuse(rows, borrowed & outside, "the figure lies outside its own interval")
    reach = float(ndtri(0.5 + confidence / 2))
    se = np.where(borrowed, (high - low) / (2 * reach), se)
    told = [OF_INTERVALS.format(where=WHERE, rows=_rows(borrowed))] if borrowed.any() else []
    if {"n", "population"} <= column.keys():
        n, people = read("n"), read("population")
        told_of = np.isfinite(se) & np.isfinite(n) & np.isfinite(people)
        _refuse(rows, told_of & (people < np.maximum(n, 1)), "population is smaller than n")
        for at in np.flatnonzero(told_of):
            se[at] = error_of_printed(float(se[at]), int(n[at]), int(people[at]))
    return estimate, se, told


def _refuse(rows: pd.DataFrame, wrong: Booleans, what: str) -> None:
    if wrong.any():
        raise FrameError(f"{WHERE} {row_number(rows, np.flatnonzero(wrong))}: {what}")


def _no_figure_twice(names: pd.DataFrame, days: np.ndarray, there: Booleans) -> None:
    told = names.assign(day=days)[there]
    twice = told.duplicated().to_numpy(dtype=bool)
    if twice.any():
        row = told[twice].iloc[0].to_dict()
        day = row.pop("day")
        name = ", ".join(f"{role}={value}" for role, value in row.items()) or "a figure"
        where = row_number(told, np.flatnonzero(twice))
        raise FrameError(TWICE.format(where=WHERE, row=where, name=name, day=day))


def _groups(names: pd.DataFrame) -> list[np.ndarray]:
    if names.empty:
        return [np.arange(len(names))]
    code = names.groupby(list(names.columns), sort=False).ngroup().to_numpy(dtype=np.int64)
    return [np.flatnonzero(code == number) for number in range(int(code.max()) + 1)]


def _held(rows: pd.DataFrame, column: Mapping[str, str]) -> list[str]:
    if "parent" not in column:
        return [""] * len(rows)
    return [str(value) for value in categories(rows, column["parent"], WHERE).fillna("")]


def _one(
    name: Mapping[str, str],
    held_by: str,
    at: np.ndarray,
    days: np.ndarray,
    estimate: Floats,
    se: Floats,
) -> PublishedSeries:
    order = at[np.argsort([day.toordinal() for day in days[at]], kind="stable")]
    return PublishedSeries(dict(name), held_by, tuple(days[order]), estimate[order], se[order])


def _rows(where: Booleans) -> str:
    return counted(int(where.sum()), "row", "rows")
