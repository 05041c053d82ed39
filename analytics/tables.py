"""Tables of exact figures: estimates and changes that nobody has cleared for publication.

Everything here is unrounded and unprotected. The only way out is ``analytics.disclosure``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analytics.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KEY: Final = ("measure", "statistic", "category", "level", "domain")
CHANGE_KEY: Final = ("measure", "statistic", "level", "domain", "since", "role")

# Our tables have hundreds of rows, seldom thousands. Of so few, laying texts out as Arrow does and
# taking them apart again takes longer than what is reckoned with them.
pd.set_option("mode.string_storage", "python")

ESTIMATE_COLUMNS: Final[Mapping[str, str]] = {
    "measure": "str",
    "kind": "str",
    "statistic": "str",
    "category": "str",
    "level": "str",
    "domain": "str",
    "parent": "str",
    "n": "int64",
    "population": "Int64",
    "mean": "float64",
    "se": "float64",
    "low": "float64",
    "high": "float64",
    "se_model": "float64",
    "df": "float64",
    "deff": "float64",
    "n_eff": "float64",
    "weight": "float64",
    "all_equal": "bool",
}
CHANGE_COLUMNS: Final[Mapping[str, str]] = {
    "measure": "str",
    "statistic": "str",
    "level": "str",
    "domain": "str",
    "since": "str",
    "role": "str",
    "difference": "float64",
    "se": "float64",
    "low": "float64",
    "high": "float64",
    "p": "float64",
    "p_adjusted": "float64",
    "verdict": "str",
    "under_limit": "bool",
    "margin": "float64",
}
POOLED_COLUMNS: Final[Mapping[str, str]] = {
    "measure": "str",
    "unit": "str",
    "eb": "float64",
    "eb_se": "float64",
    "g": "float64",
    "differs": "str",
}
YEARLY_COLUMNS: Final[Mapping[str, str]] = {
    "measure": "str",
    "kind": "str",
    "unit": "str",
    "n": "int64",
    "population": "Int64",
    "waves": "int64",
    "mean": "float64",
    "se": "float64",
    "low": "float64",
    "high": "float64",
    "df": "float64",
    "all_equal": "bool",
}

_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "kind": frozenset({"index", "scale", "item"}),
    "statistic": frozenset({"mean", "share", "balance", "prevalence"}),
    "level": frozenset({"agency", "region", "unit", "unit_type", "group"}),
    "role": frozenset({"previous", "first"}),
    "verdict": frozenset({"up", "down", "steady", "uncertain"}),
    "differs": frozenset({"low2", "low1", "none", "high1", "high2"}),
}
# The widest range each statistic can take: means are 0-100, shares 0-1, the balance -1 to 1.
_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "mean": (0.0, 100.0),
    "share": (0.0, 1.0),
    "prevalence": (0.0, 1.0),
    "balance": (-1.0, 1.0),
}
_SLACK: Final = 1e-6  # sums of floats may miss a bound by this much


@dataclass(frozen=True, slots=True)
class EstimateTable:
    """Exact estimates, one row per measure, statistic, category, level and domain.

    Parameters
    ----------
    frame : DataFrame
        The columns of ``ESTIMATE_COLUMNS`` in that order. Means are on 0-100, shares on 0-1 and
        the ambassador balance on -1 to 1. ``se`` is the error as published (finite population
        correction for staff, none for the public); ``se_model`` never has the correction.
        ``weight`` is the sum of the weights of those who are counted: with it means of a domain's
        parts add up to its own. An empty domain keeps its row, with n = 0 and no value.

    Raises
    ------
    TableError
        If a column is missing or misplaced, a word is unknown, a key occurs twice, or a value lies
        outside what its statistic can be.
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        frame = _typed(self.frame, ESTIMATE_COLUMNS, "estimates")
        _check_words(frame, ("kind", "statistic", "level"))
        _check_unique(frame, KEY, "estimates")
        _check_ranges(frame)
        object.__setattr__(self, "frame", frame)

    @classmethod
    def empty(cls) -> EstimateTable:
        """Make a table without rows."""
        return cls(_empty(ESTIMATE_COLUMNS))

    def of(
        self,
        measure: str,
        *,
        statistic: str = "mean",
        category: str = "",
        level: str = "agency",
        domain: str = "",
    ) -> pd.Series:
        """Find the one row of a key.

        Raises
        ------
        TableError
            If the table has no such row.
        """
        frame = self.frame
        wanted = (measure, statistic, category, level, domain)
        hit = np.ones(len(frame), dtype=bool)
        for column, value in zip(KEY, wanted, strict=True):
            hit &= (frame[column] == value).to_numpy(dtype=bool)
        if not hit.any():
            raise TableError(f"the estimates hold no row for {', '.join(map(repr, wanted))}")
        return frame.loc[hit].iloc[0]


@dataclass(frozen=True, slots=True)
class ChangeTable:
    """Exact changes since an earlier wave, with verdicts decided on figures rounded to 0.1.

    Parameters
    ----------
    frame : DataFrame
        The columns of ``CHANGE_COLUMNS`` in that order. ``margin`` is the smallest change that
        gets a name; ``under_limit`` marks a change whose direction is known
        and whose size is below it.

    Raises
    ------
    TableError
        As for `EstimateTable`.
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        frame = _typed(self.frame, CHANGE_COLUMNS, "changes")
        _check_words(frame, ("statistic", "level", "role", "verdict"))
        _check_unique(frame, CHANGE_KEY, "changes")
        object.__setattr__(self, "frame", frame)

    @classmethod
    def empty(cls) -> ChangeTable:
        """Make a table without rows."""
        return cls(_empty(CHANGE_COLUMNS))


@dataclass(frozen=True, slots=True)
class PooledTable:
    """Shrunken unit means for the heatmap: ``eb`` leans on units of the same type.

    Parameters
    ----------
    frame : DataFrame
        The columns of ``POOLED_COLUMNS`` in that order; ``unit`` is a unit's code. ``differs``
        says how far the unit is from the agency where the interval of the difference excludes it:
        ``low2``, ``low1``, ``none``, ``high1``, ``high2``.

    Raises
    ------
    TableError
        As for `EstimateTable`.
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        frame = _typed(self.frame, POOLED_COLUMNS, "pooled")
        _check_words(frame, ("differs",))
        _check_unique(frame, ("measure", "unit"), "pooled")
        object.__setattr__(self, "frame", frame)

    @classmethod
    def empty(cls) -> PooledTable:
        """Make a table without rows."""
        return cls(_empty(POOLED_COLUMNS))


@dataclass(frozen=True, slots=True)
class YearlyTable:
    """Unit means over the pulses of one calendar year, exact and unprotected.

    Parameters
    ----------
    frame : DataFrame
        The columns of ``YEARLY_COLUMNS`` in that order; ``n`` counts different people, ``waves``
        how many pulses were averaged, ``population`` the fewest persons the unit had in one.

    Raises
    ------
    TableError
        As for `EstimateTable`.
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        frame = _typed(self.frame, YEARLY_COLUMNS, "yearly")
        _check_words(frame, ("kind",))
        _check_unique(frame, ("measure", "unit"), "yearly")
        object.__setattr__(self, "frame", frame)

    @classmethod
    def empty(cls) -> YearlyTable:
        """Make a table without rows."""
        return cls(_empty(YEARLY_COLUMNS))


def tuples_of(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Give each row's values of some columns, such as the key of its cell.

    Parameters
    ----------
    frame : DataFrame
    columns : sequence of str

    Returns
    -------
    list of tuple, one a row

    Notes
    -----
    As ``itertuples``, which asks a column of text for one value at a time: ten times as long.
    """
    return list(zip(*(frame[name].tolist() for name in columns), strict=True))


def _empty(columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def _typed(frame: pd.DataFrame, columns: Mapping[str, str], name: str) -> pd.DataFrame:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise TableError(f"the {name} table lacks the column(s) {', '.join(missing)}")
    strange = [str(column) for column in frame.columns if column not in columns]
    if strange:
        raise TableError(f"the {name} table does not know the column(s) {', '.join(strange)}")
    try:
        typed = frame[list(columns)].astype(dict(columns))
    except (TypeError, ValueError) as error:
        raise TableError(f"the {name} table holds a value of the wrong type: {error}") from error
    return typed.reset_index(drop=True)


def _check_words(frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    for column in columns:
        strange = sorted(set(frame[column].unique()) - _WORDS[column])
        if strange:
            known = ", ".join(sorted(_WORDS[column]))
            raise TableError(f"the column {column} holds {strange[0]!r}; it may hold {known}")


def _check_unique(frame: pd.DataFrame, key: tuple[str, ...], name: str) -> None:
    twice = frame.duplicated(list(key))
    if twice.any():
        row = frame.loc[twice, list(key)].iloc[0].tolist()
        raise TableError(f"the {name} table holds {row} more than once")


def _check_ranges(frame: pd.DataFrame) -> None:
    if (frame["n"] < 0).any():
        raise TableError("the column n holds a negative count")
    for statistic, (lowest, highest) in _RANGES.items():
        value = frame.loc[frame["statistic"] == statistic, "mean"].dropna()
        if not value.between(lowest - _SLACK, highest + _SLACK).all():
            raise TableError(f"a {statistic} lies outside {lowest:g} to {highest:g}")
