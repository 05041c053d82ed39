"""The [missing] section: forms that ask different items, and imputed copies of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError
from analytics.estimation.intervals import share_interval
from analytics.missing.coverage import coverage, form_warnings, index_coverage
from analytics.missing.forms import asked_by_form, forms
from analytics.missing.rubin import pool
from analytics.workbench.file.categories import categories
from analytics.workbench.file.columns import need
from analytics.workbench.file.numbers import numbers
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.plain_values import plain_value
from analytics.workbench.specification.missing import SECTION, MissingSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.missing.forms import Form
    from analytics.workbench.specification.model import Specification

UNPOOLED: Final = ("deff", "n_eff")


def without_not_asked(
    data: pd.DataFrame, spec: Specification, missing: MissingSpec
) -> pd.DataFrame:
    """Turn the code for "not asked" into a missing value, in the items of scales.

    Returns
    -------
    DataFrame
        A copy where something is turned, else the frame itself. Describe the forms first.
    """
    if missing.not_asked is None:
        return data
    items = _items(spec)
    need(data, items, SECTION)
    hit = data[items] == missing.not_asked
    return data.assign(**{item: data[item].mask(hit[item]) for item in items})


def form_rows(
    data: pd.DataFrame, spec: Specification, missing: MissingSpec
) -> tuple[list[dict[str, object]], list[str]]:
    """Describe the forms of a file.

    Returns
    -------
    rows : list of dict
        Per form: ``form``, ``n``, and the ``scales`` and ``indices`` that it can estimate alone;
        then per scale: ``scale``, ``asked``, ``asked_in_part``, ``not_asked``, ``forms``; then
        per index: ``index``, ``n`` of its scarcest scale, ``complete``, ``lacking``.
    warnings : list of str

    Raises
    ------
    FrameError
        If a column is missing, a respondent has no form, or a form asks some what it does not ask
        others.
    """
    found = _forms(data, spec, missing)
    scales = {name: scale.items for name, scale in spec.scales.items()}
    indices = index_coverage(found, scales, spec.indices)
    rows: list[dict[str, object]] = [
        {
            "form": form.name,
            "n": form.n,
            "scales": [name for name, items in scales.items() if form.asks(items) == "all"],
            "indices": [row.index for row in indices if form.name in row.forms],
        }
        for form in found
    ]
    rows += [
        {
            "scale": row.scale,
            "asked": row.whole,
            "asked_in_part": row.part,
            "not_asked": row.not_asked,
            "forms": list(row.forms_whole),
        }
        for row in coverage(found, scales)
    ]
    rows += [
        {"index": row.index, "n": row.n, "complete": row.complete, "lacking": list(row.lacking)}
        for row in indices
    ]
    warnings = [f"{SECTION} {text}" for text in form_warnings(found, scales, spec.indices)]
    return rows, warnings


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


def _forms(data: pd.DataFrame, spec: Specification, missing: MissingSpec) -> tuple[Form, ...]:
    items = _items(spec)
    need(data, items, SECTION)
    if missing.form is not None:
        name = categories(data, missing.form, f"{SECTION} form")
        return forms(asked_by_form(name, data[items].notna()), name)
    asked = data[items].notna()
    if missing.not_asked is not None:
        for item in items:
            asked[item] = numbers(data, item, SECTION) != missing.not_asked
    return forms(asked)


def _items(spec: Specification) -> list[str]:
    return list(dict.fromkeys(item for scale in spec.scales.values() for item in scale.items))
