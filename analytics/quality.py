"""Is the instrument sound in this wave? Reliability, items to look at, and warnings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.on_demand import item_rows
from analytics.rows import respondents, row_blocks, some_of, times
from analytics.scale_quality.omega import omega_interval
from analytics.scale_quality.reliability import EXTREME, judge_scale
from analytics.scoring import is_scored
from analytics.weighting.diagnostics import UNEVEN
from questionnaires.model import NOT_APPLICABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans
    from analytics.on_demand import ScoreTable
    from analytics.scale_quality.reliability import Reliability
    from analytics.weighting.diagnostics import WeightDiagnostics
    from questionnaires.model import Questionnaire

NOT_APPLICABLE_LIMIT: Final = {"staff": 0.20, "public": 0.30, "open": 0.30}
CARELESS_BLOCK: Final = 8
CARELESS_LIMIT: Final = 0.03


@dataclass(frozen=True, slots=True)
class WaveWarning:
    """Something a reader should know, as a text key with its facts; never an answer."""

    code: str
    facts: Mapping[str, object]


def judge_scales(
    questionnaire: Questionnaire, items: ScoreTable, least: int
) -> dict[str, Reliability]:
    """Judge every scale that the form carries, in its order.

    ``least`` respondents must stand behind alpha: all of them answered everything, or else each
    pair of items.
    """
    found = {}
    for scale in questionnaire.scales:
        if all(item in items.columns for item in scale.items):
            own = item_rows(items, scale.items)
            found[scale.code] = judge_scale(own.scores, least=least, each=own.each)
    return found


def scale_reliability(judged: Mapping[str, Reliability], items: ScoreTable) -> pd.DataFrame:
    """Tabulate the reliability of scales.

    Parameters
    ----------
    judged : mapping of str to Reliability
    items : ScoreTable of float, shape (n_respondents, n_items)
        What they were judged by.

    Returns
    -------
    DataFrame
        ``scale``, ``n``, ``alpha``, ``alpha_low``, ``alpha_high``, ``omega``, ``omega_low``,
        ``omega_high``; one row per scale with at least two items. Omega has no bounds where alpha
        is that of pairs of answers.
    """
    rows = [
        (code, one.n, one.alpha, one.alpha_low, one.alpha_high, one.omega_total,
         *_omega_bounds(one, items))
        for code, one in judged.items()
        if len(one.items) > 1
    ]  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=[
            "scale", "n", "alpha", "alpha_low", "alpha_high", "omega", "omega_low", "omega_high",
        ],
    ).astype({"scale": "str", "n": "int64"})  # fmt: skip


def _omega_bounds(judged: Reliability, items: ScoreTable) -> tuple[float, float]:
    if judged.pairwise:
        return float("nan"), float("nan")
    own = item_rows(items, [one.item for one in judged.items])
    scores = own.scores.to_numpy(dtype=np.float64)
    complete = np.isfinite(scores).all(axis=1)
    return omega_interval(scores[complete], each=some_of(own.each, complete))


def item_statistics(
    answers: pd.DataFrame, items: ScoreTable, judged: Mapping[str, Reliability]
) -> pd.DataFrame:
    """Describe every scored item, unweighted.

    Returns
    -------
    DataFrame
        ``item``, ``scale`` (the first that holds it, "" if none), ``n``, ``mean`` (0-100),
        ``rest_correlation``, ``alpha_if_dropped``, ``not_applicable`` (share of those who
        answered), ``floor`` and ``ceiling`` (share in the worst and the best category).
    """
    fit: dict[str, tuple[str, float, float]] = {}
    for code, scale in judged.items():
        for one in scale.items:
            fit.setdefault(one.item, (code, one.rest_correlation, one.alpha_if_dropped))
    rows = []
    for name in items.columns:
        own = item_rows(items, [str(name)])
        score = own.scores[str(name)].to_numpy(dtype=np.float64)
        known = np.isfinite(score)
        n, silent = respondents(known, own.each), int((answers[name] == NOT_APPLICABLE).sum())
        some, all_of_them = max(n, 1), max(n + silent, 1)
        scale_code, rest, dropped = fit.get(str(name), ("", np.nan, np.nan))
        total = float(times(score[known], some_of(own.each, known)).sum())
        mean = total / n if n else np.nan
        floor, ceiling = respondents(score <= 0, own.each), respondents(score >= 100, own.each)  # noqa: PLR2004
        rows.append((
            name, scale_code, n, mean, rest, dropped, silent / all_of_them, floor / some,
            ceiling / some,
        ))  # fmt: skip
    columns = [
        "item", "scale", "n", "mean", "rest_correlation", "alpha_if_dropped", "not_applicable",
        "floor", "ceiling",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype({"item": "str", "scale": "str", "n": "int64"})


def careless(questionnaire: Questionnaire, answers: pd.DataFrame) -> Booleans:
    """Find those who gave one answer throughout a block of eight or more with a reversed item.

    Such answers are reported, never deleted (instruments.md 0.4).

    Returns
    -------
    ndarray of bool, shape (n_respondents,)
    """
    flagged = np.zeros(len(answers), dtype=bool)
    for block in questionnaire.form.blocks:
        items = [questionnaire.item(name) for name in block.items]
        graded = [item for item in items if is_scored(questionnaire, item)]
        if len(graded) < CARELESS_BLOCK or not any(item.reversed for item in graded):
            continue
        codes = answers[[item.id for item in graded]].to_numpy(dtype=np.float64)
        codes = np.where(codes < 0, np.nan, codes)
        enough = np.isfinite(codes).sum(axis=1) >= CARELESS_BLOCK
        same = np.fmin.reduce(codes, axis=1) == np.fmax.reduce(codes, axis=1)
        flagged |= enough & same
    return flagged


def wave_warnings(
    questionnaire: Questionnaire,
    answers: pd.DataFrame,
    statistics: pd.DataFrame,
    *,
    weights: WeightDiagnostics,
    merged: tuple[str, ...],
    crowded: int,
    population: str,
) -> tuple[WaveWarning, ...]:
    """Collect what the methods page should say about this wave.

    ``crowded`` counts the reporting units with more answers than the register has persons: their
    finite population correction is 0, since everybody has answered.
    """
    found: list[WaveWarning] = []
    limit = NOT_APPLICABLE_LIMIT[population]
    for row in statistics[statistics["not_applicable"] > limit].itertuples():
        facts = {"item": row.item, "share": row.not_applicable, "limit": limit}
        found.append(WaveWarning("item_not_applicable", facts))
    extreme = statistics[["floor", "ceiling"]].max(axis=1) > EXTREME
    for row in statistics[extreme].itertuples():
        facts = {"item": row.item, "floor": row.floor, "ceiling": row.ceiling}
        found.append(WaveWarning("item_extreme", facts))
    odd = sum(int(careless(questionnaire, some).sum()) for _, some in row_blocks(answers))
    share = odd / len(answers)
    if share > CARELESS_LIMIT:
        found.append(WaveWarning("careless_answers", {"share": share, "limit": CARELESS_LIMIT}))
    return (*found, *_weighting_warnings(weights, merged, crowded))


def _weighting_warnings(
    weights: WeightDiagnostics, merged: tuple[str, ...], crowded: int
) -> list[WaveWarning]:
    told: list[tuple[bool, str, dict[str, object]]] = [
        (bool(merged), "units_merged_for_weights", {"units": merged}),
        (crowded > 0, "more_answers_than_people", {"units": crowded}),
        (not weights.converged, "raking_did_not_converge", {"iterations": weights.iterations}),
        (weights.widened > 1, "weights_beyond_limits", {"widened": weights.widened}),
        (bool(weights.merged), "margin_made_coarser", {"categories": weights.merged}),
        (bool(weights.left_out), "margin_left_out", {"margins": weights.left_out}),
        (weights.deff_kish > UNEVEN, "weights_very_uneven", {"deff": weights.deff_kish}),
    ]
    return [WaveWarning(code, facts) for holds, code, facts in told if holds]
