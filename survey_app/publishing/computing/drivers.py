"""What goes with an outcome in the whole agency: shares of what is explained, never a cause."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analytics.drivers.explained import explained
from analytics.drivers.importance import importance
from analytics.errors import FrameError
from analytics.estimation.design import simple_design

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

    from analytics.arrays import Floats
    from analytics.comparability import Scores
    from analytics.disclosure.rules import DisclosureRules
    from analytics.pipeline import WaveEstimates
    from questionnaires.model import DriverSet

LIMIT: Final = "staff_drivers"
DIGITS: Final = 3
FEWEST: Final = 2  # predictors: one alone always has all of what is explained


def driver_rows(
    sets: Sequence[DriverSet],
    estimated: WaveEstimates,
    shown: pd.DataFrame,
    rules: DisclosureRules,
    population: str,
    retired: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Divide what is explained of each outcome among its predictors.

    Parameters
    ----------
    sets : sequence of DriverSet
        Outcomes with their predictors; one that this wave did not ask all of is left out.
    estimated : WaveEstimates
    shown : DataFrame
        The protected estimates: every measure in a set has a published mean of the whole.
    rules : DisclosureRules
        For the fewest respondents behind any of the correlations.
    population : str
        Only sets of this population are computed.
    retired : collection of str
        Items that the agency asks no more: one that this wave did not ask is no predictor. An
        outcome that has one predictor left is left out: nothing is divided.

    Returns
    -------
    list of dict
        ``outcome``, ``measure``, ``n`` (the fewest behind a correlation), ``r_squared`` with
        ``r_low`` and ``r_high``, ``warnings``, and ``predictors`` in the form's order: ``measure``,
        ``share`` (0-1, together 1) with ``low`` and ``high``, ``rank_low`` and ``rank_high``.

    Notes
    -----
    Without finite population correction: what goes with what is no fact about one list of people
    (``design.md`` 8.5). Answers that are missing are left out pair by pair.
    """
    means = shown[
        (shown["statistic"] == "mean")
        & (shown["level"] == "agency")
        & (shown["status"] == "published")
    ]
    known = set(means["measure"])
    gone = frozenset(retired) - frozenset(shown["measure"])
    rows = [
        _row(one, estimated.scores)
        for one in (_without(one, gone) for one in sets)
        if one.population == population
        and len(one.predictors) >= FEWEST
        and {one.measure, *one.predictors} <= known
    ]
    fewest = rules.limit(LIMIT)
    return [row for row in rows if row and fewest is not None and row["n"] >= fewest]


def _without(one: DriverSet, gone: frozenset[str]) -> DriverSet:
    return replace(one, predictors=tuple(name for name in one.predictors if name not in gone))


def _row(one: DriverSet, scores: Scores) -> dict[str, Any] | None:
    names = (one.measure, *one.predictors)
    values = np.column_stack([_values(scores, name) for name in names])
    design = simple_design(scores.weight, np.zeros(len(values), dtype=np.int64))
    df = float(len(values) - 1)
    try:
        found = importance(design, values, names, df, missing="pairwise")
        whole = explained(design, values, names, df)
    except FrameError:
        # too few have both, or everybody answered the same: there is nothing to divide
        return None
    if not np.isfinite(found.share).all():
        return None
    return {
        "outcome": one.id,
        "measure": one.measure,
        "n": found.n,
        "r_squared": round(whole.r_squared, DIGITS),
        "r_low": round(whole.low, DIGITS),
        "r_high": round(whole.high, DIGITS),
        "warnings": list(found.warnings),
        "predictors": [
            {
                "measure": name,
                "share": round(float(found.share[at]), DIGITS),
                "low": round(float(found.low[at]), DIGITS),
                "high": round(float(found.high[at]), DIGITS),
                "rank_low": int(found.rank_low[at]),
                "rank_high": int(found.rank_high[at]),
            }
            for at, name in enumerate(one.predictors)
        ],
    }


def _values(scores: Scores, measure: str) -> Floats:
    if measure in scores.items.columns:
        return np.asarray(scores.items[measure], dtype=np.float64)
    return scores.of(measure)
