"""Estimates of imputed copies of a file, pooled by Rubin's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError
from analytics.estimation.intervals import share_interval
from analytics.missing.rubin import pool
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.plain_values import plain_value
from analytics.workbench.specification.missing import SECTION

if TYPE_CHECKING:
    from collections.abc import Sequence


UNPOOLED: Final = ("deff", "n_eff")


def pool_estimates(
    copies: Sequence[list[dict[str, object]]], *, confidence: float = 0.95
) -> list[dict[str, object]]:
    """Pool the estimates of imputed copies of a file by Rubin's rules.

    Parameters
    ----------
    copies : sequence of list of dict
        The rows that `analytics.workbench.sections.report.estimate_rows` gives for each copy.
    confidence : float
        Of the intervals.

    Returns
    -------
    list of dict
        The first copy's rows with pooled ``mean``, ``se``, ``low``, ``high`` and ``df``, the
        smallest ``n``, and ``fmi``. ``deff`` and ``n_eff`` are null: an error that imputation
        adds to is not one of the design. Rows without figures stay as they are.

    Raises
    ------
    FrameError
        If there is one copy only, or the copies do not hold the same figures.
    """
    if len({tuple(map(_key, rows)) for rows in copies}) != 1:
        raise FrameError(f"{SECTION} imputation: the imputed copies do not hold the same figures")
    return [_pooled(list(rows), confidence) for rows in zip(*copies, strict=True)]


def _pooled(rows: list[dict[str, object]], confidence: float) -> dict[str, object]:
    if any(row["status"] != PUBLISHED for row in rows):
        return next(row for row in rows if row["status"] != PUBLISHED)
    mean, se, df = (_column(rows, name) for name in ("mean", "se", "df"))
    # The design is the same in every copy, but who is scored may differ.
    found = pool(mean, se**2, float(df.min()), confidence=confidence)
    low, high = found.low, found.high
    if rows[0]["statistic"] == "share":
        low, high = share_interval(
            np.atleast_1d(found.estimate), np.atleast_1d(found.se), np.atleast_1d(found.df),
            _column(rows, "n_eff").min(keepdims=True), confidence,
        )  # fmt: skip
    figures = {"mean": found.estimate, "se": found.se, "low": low, "high": high}
    figures |= {"df": found.df, "fmi": found.fmi}
    row = dict(rows[0])
    row |= {name: plain_value(float(np.squeeze(value))) for name, value in figures.items()}
    return row | {"n": int(_column(rows, "n").min())} | dict.fromkeys(UNPOOLED)


def _column(rows: list[dict[str, object]], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows], dtype=np.float64)  # None becomes NaN


def _key(row: dict[str, object]) -> tuple[object, ...]:
    domain = row["domain"]
    assert isinstance(domain, dict)
    return (
        *(row.get(name) for name in ("index", "statistic", "category", "wave")),
        *domain.items(),
    )
