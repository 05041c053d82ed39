"""Estimates of imputed copies of a file, pooled by Rubin's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.digits import number_to_digits, round_interval_outwards
from analytics.errors import FrameError
from analytics.estimation.intervals import share_interval
from analytics.missing.rubin import pool
from analytics.workbench.file.categories import written
from analytics.workbench.file.columns import counted, need, row_number
from analytics.workbench.file.items import Label
from analytics.workbench.protection.error_rounding import DISTRIBUTION, raised
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.plain_values import plain, plain_value
from analytics.workbench.sections.result_values import rounded
from analytics.workbench.specification.missing import SECTION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analytics.workbench.sections.report import Coarseness

UNPOOLED: Final = ("deff", "n_eff")
FIGURES: Final = ("mean", "se", "low", "high", "df")


def completed_copies(data: pd.DataFrame, column: str) -> list[pd.DataFrame]:
    """Part a file into its imputed copies, in the order in which it has them.

    Raises
    ------
    FrameError
        If there is one copy only, a row has no number, or the copies are not those of one file:
        they have unlike many rows, or one lacks values of a column that another has all of, as the
        file before imputation does.
    """
    where = f"{SECTION} imputation:"
    need(data, [column], where[:-1])
    lost = np.flatnonzero(data[column].isna())
    if len(lost):
        raise FrameError(
            f"{where} {counted(len(lost), 'row has', 'rows have')} no {column!r}, the first is "
            f"{row_number(data, lost)}: say of each row which copy it is of"
        )
    names = data[column].astype(object).map(written)  # a workbook may hold 1 and "1"
    parts = {str(name): part for name, part in data.groupby(names, sort=False)}
    if len(parts) < 2:  # noqa: PLR2004 - Rubin's rules compare copies
        raise FrameError(f"{where} {column!r} numbers fewer than two copies")
    rows = {name: len(part) for name, part in parts.items()}
    fewest, most = min(rows, key=rows.__getitem__), max(rows, key=rows.__getitem__)
    if rows[fewest] < rows[most]:
        raise FrameError(
            f"{where} {column!r} does not number completed copies of one file, which are equally "
            f"long: {fewest!r} has fewer rows than {most!r}"
        )
    gaps = pd.DataFrame({name: part.isna().sum() for name, part in parts.items()})
    torn = gaps[(gaps.min(axis=1) == 0) & (gaps.max(axis=1) > 0)]
    if len(torn):
        first = torn.iloc[0]
        raise FrameError(
            f"{where} {first.idxmax()!r} lacks values of {torn.index[0]!r} that {first.idxmin()!r} "
            "has: only completed copies are pooled, so leave out the rows of the file before "
            "imputation (0 in mice)"
        )
    return list(parts.values())


def pool_estimates(
    copies: Sequence[list[dict[str, object]]],
    ends_of: Callable[[str, str], tuple[float, float]],
    coarse: Sequence[Sequence[Coarseness]] = (),
    *,
    confidence: float,
) -> list[dict[str, object]]:
    """Pool the estimates of imputed copies of a file by Rubin's rules.

    Parameters
    ----------
    copies : sequence of list of dict
        The rows that `analytics.workbench.sections.report.estimate_rows` gives for each copy.
    ends_of : callable
        Gives the ends of a measure and its statistic, as `Specification.ends_of`.
    coarse : sequence of sequence of Coarseness, optional
        How coarse the rows of each copy of a protected file are.
    confidence : float
        Of the intervals.

    Returns
    -------
    list of dict
        The first copy's rows with pooled ``mean``, ``se``, ``low``, ``high`` and ``df``, the
        smallest ``n``, and ``fmi``. Of a protected file they are as coarse as those of the copies,
        since a mean over several roundings has more digits than one; ``fmi``, which tells how many
        answers were imputed, has one digit, and is null below 20 answers. ``deff`` and ``n_eff``
        are null: an error that imputation adds to is not one of the design. Rows without figures
        stay as they are.

    Raises
    ------
    FrameError
        If there is one copy only, or the copies do not hold the same figures.
    """
    if len({tuple(map(_key, rows)) for rows in copies}) != 1:
        raise FrameError(f"{SECTION} imputation: the imputed copies do not hold the same figures")
    pooled = [_pooled(list(rows), ends_of, confidence) for rows in zip(*copies, strict=True)]
    if not any(coarse):
        return pooled
    return [
        _as_coarse(row, list(own), ends_of)
        for row, own in zip(pooled, zip(*coarse, strict=True), strict=True)
    ]


def _pooled(
    rows: list[dict[str, object]],
    ends_of: Callable[[str, str], tuple[float, float]],
    confidence: float,
) -> dict[str, object]:
    if any(row["status"] != PUBLISHED for row in rows):
        return next(row for row in rows if row["status"] != PUBLISHED)
    mean, se, df = (_column(rows, name) for name in ("mean", "se", "df"))
    # The design is the same in every copy, but who is scored may differ.
    found = pool(mean, se**2, float(df.min()), confidence=confidence)
    lowest, highest = ends_of(str(rows[0]["index"]), str(rows[0]["statistic"]))
    low, high = np.maximum(found.low, lowest), np.minimum(found.high, highest)
    if rows[0]["statistic"] == "share":
        low, high = share_interval(
            np.atleast_1d(found.estimate), np.atleast_1d(found.se), np.atleast_1d(found.df),
            _drawn(rows), confidence,
        )  # fmt: skip
    figures = {"mean": found.estimate, "se": found.se, "low": low, "high": high}
    figures |= {"df": found.df, "fmi": found.fmi}
    row = dict(rows[0])
    row |= {name: plain_value(float(np.squeeze(value))) for name, value in figures.items()}
    return row | {"n": int(_column(rows, "n").min())} | dict.fromkeys(UNPOOLED)


def _drawn(rows: list[dict[str, object]]) -> np.ndarray:
    """Give the least effective number, or where a protected file has none, the answers."""
    known = _column(rows, "n_eff")
    return np.where(np.isfinite(known), known, _column(rows, "n")).min(keepdims=True)


def _as_coarse(
    row: dict[str, object],
    coarse: list[Coarseness],
    ends_of: Callable[[str, str], tuple[float, float]],
) -> dict[str, object]:
    """Make pooled figures as coarse as the coarsest of the copies."""
    if row["status"] != PUBLISHED:
        return row
    base, step = (max(getattr(one, name) for one in coarse) for name in ("base", "step"))
    label = Label(str(row["index"]), str(row["statistic"]), str(row.get("category", "")))
    n = int(_column([row], "n")[0])
    mean, se, low, high, df = (_column([row], name) for name in FIGURES)
    up = raised(se, np.array([step]))
    wider = np.divide(up, se, out=np.ones_like(se), where=se > 0)
    below, above = (mean - low) * wider, (high - mean) * wider
    # the ends would tell what the mean is not told by
    middle = np.array([rounded(float(mean[0]), "mean", label, n)])
    told = (middle, middle - below, middle + above)
    if base > 0:
        told = round_interval_outwards(mean, below, above, np.array([base]))
    least, most = ends_of(label.index, label.statistic)
    figures = {
        "mean": told[0].clip(least, most),
        "se": up,
        "low": told[1].clip(least),
        "high": told[2].clip(None, most),
    }
    found = {name: plain(rounded(float(one[0]), name, label, n)) for name, one in figures.items()}
    known = row["fmi"] is not None and n >= DISTRIBUTION
    fmi = number_to_digits(float(_column([row], "fmi")[0]), 1) if known else None
    return row | found | {"df": plain(float(np.floor(df[0]))), "fmi": fmi}


def _column(rows: list[dict[str, object]], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows], dtype=np.float64)  # None becomes NaN


def _key(row: dict[str, object]) -> tuple[object, ...]:
    domain = row["domain"]
    assert isinstance(domain, dict)
    return (
        *(row.get(name) for name in ("index", "statistic", "category", "wave")),
        *domain.items(),
    )
