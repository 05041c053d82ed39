"""How much is left after suppression, for the publication's own record."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from analytics.disclosure.table.plan import Plan


def summarise(cleared: pd.DataFrame, n: npt.NDArray[np.int64], plan: Plan) -> dict[str, object]:
    """Count what is shown; no count of respondents is among the facts.

    Parameters
    ----------
    cleared : DataFrame
        Estimates with their status.
    n : ndarray of int64, shape (n_rows,)
        Exact respondents of the same rows.
    plan : Plan

    Returns
    -------
    dict
        ``plan`` (hash), ``limits``, ``cells`` (by status), ``cells_from_k_published`` (share of
        cells with n of at least k that are shown), ``means_from_limit_published`` (the same for
        means of scales and indices, from their display limit) and ``units_with_an_index`` (share
        of the plan's units with at least one index; None without units).
    """
    shown = cleared["status"] == "published"
    whole = (cleared["statistic"] == "mean") & (cleared["kind"] != "item")
    limit = plan.rules.limit("staff_mean" if plan.population == "staff" else "public_group")
    units = [domain.code for domain in plan.tree.domains if domain.level == "unit"]
    seen = set(cleared.loc[shown & whole & (cleared["level"] == "unit"), "domain"])
    return {
        "plan": plan.hash,
        "limits": plan.rules.facts(),
        "cells": {str(k): int(v) for k, v in sorted(cleared["status"].value_counts().items())},
        "cells_from_k_published": _share(shown, n >= plan.rules.minimum_group),
        "means_from_limit_published": _share(shown, whole & (n >= (limit or 0))),
        "units_with_an_index": round(len(seen & set(units)) / len(units), 4) if units else None,
    }


def _share(shown: pd.Series[bool], among: pd.Series[bool] | npt.NDArray[np.bool_]) -> float | None:
    total = int(among.sum())
    return round(int((shown & among).sum()) / total, 4) if total else None
