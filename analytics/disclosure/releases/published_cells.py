"""What an earlier publication of the series showed and suppressed, for changes and the next one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from analytics.disclosure.rules.status import PUBLISHED
from analytics.tables import tuples_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

CELL: Final = ["measure", "statistic", "category", "level", "domain"]
type CellKey = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class ShownMean:
    """A mean as it was shown; ``on_base`` where it was rounded to a base and has no error."""

    mean: float
    n: float
    on_base: bool


@dataclass(frozen=True, slots=True)
class PublishedCells:
    """What an earlier publication showed and suppressed.

    Attributes
    ----------
    wave : str
        DomainKey of its wave.
    shown : frozenset of tuple
        Published cells that carry an interval, as (measure, statistic, category, level, domain).
    hidden : frozenset of (str, str)
        Level and code of domains that had no mean at all.
    means : Mapping of tuple to ShownMean
        The means among the cells shown.
    """

    wave: str
    shown: frozenset[CellKey]
    hidden: frozenset[tuple[str, str]]
    means: Mapping[CellKey, ShownMean] = field(default_factory=dict)

    @classmethod
    def of(cls, wave: str, frame: pd.DataFrame) -> Self:
        """Read them from a publication's estimates.

        Parameters
        ----------
        wave : str
        frame : DataFrame
            The columns of a cell, ``n``, ``mean``, ``se``, ``low`` and ``status``.
        """
        published = frame["status"] == PUBLISHED
        rows = frame.loc[published & frame["low"].notna()]
        means = frame["statistic"] == "mean"
        domains = set(tuples_of(frame[means], ["level", "domain"]))
        seen = set(tuples_of(frame[means & published], ["level", "domain"]))
        return cls(
            wave,
            frozenset(tuples_of(rows, CELL)),
            frozenset(domains - seen),
            _means(rows[rows["statistic"] == "mean"]),
        )


def _means(rows: pd.DataFrame) -> dict[CellKey, ShownMean]:
    keys = tuples_of(rows, CELL)
    mean, n, se = (
        rows[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("mean", "n", "se")
    )
    on_base = np.isnan(se)
    return {
        key: ShownMean(*figures)
        for key, *figures in zip(keys, mean.tolist(), n.tolist(), on_base.tolist(), strict=True)
    }
