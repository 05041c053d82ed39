"""The [missing] section: forms that ask different items, and imputed copies of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.missing.coverage import coverage, form_warnings, index_coverage
from analytics.missing.forms import asked_by_form, forms
from analytics.workbench.file.categories import categories
from analytics.workbench.file.columns import need
from analytics.workbench.file.numbers import numeric_column
from analytics.workbench.specification.missing import SECTION, MissingSpec

if TYPE_CHECKING:
    import pandas as pd

    from analytics.missing.forms import AskedForm
    from analytics.workbench.specification.model import Specification

COUNTS: Final = frozenset({"n", "asked", "asked_in_part", "not_asked", "complete"})
UNCOUNTED: Final = (
    f"{SECTION} with [disclosure] it is not told how many got each form: it could tell how many "
    "answered in a hidden group; a score from fewer items than others had is another measure"
)


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
    with np.errstate(over="ignore"):  # a code that a small kind of number cannot hold
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
        With [disclosure] none has a count: forms are groups that no table has decided about, and
        by units they are the units.
    warnings : list of str
        With [disclosure] none that counts.

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
    if spec.disclosure is not None:
        return [{**row, **dict.fromkeys(COUNTS & row.keys())} for row in rows], [UNCOUNTED]
    warnings = [f"{SECTION} {text}" for text in form_warnings(found, scales, spec.indices)]
    return rows, warnings


def _forms(data: pd.DataFrame, spec: Specification, missing: MissingSpec) -> tuple[AskedForm, ...]:
    items = _items(spec)
    need(data, items, SECTION)
    if missing.form is not None:
        name = categories(data, missing.form, f"{SECTION} form")
        return forms(asked_by_form(name, data[items].notna()), name)
    asked = data[items].notna()
    if missing.not_asked is not None:
        for item in items:
            asked[item] = numeric_column(data, item, SECTION) != missing.not_asked
    return forms(asked)


def _items(spec: Specification) -> list[str]:
    return list(dict.fromkeys(item for scale in spec.scales.values() for item in scale.items))
