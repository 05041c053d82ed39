"""Where each statement of the strategy stands: the mean of its items in the whole agency."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.comparison.verdict import verdicts_of_intervals

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

    from questionnaires.model import Questionnaire


def statement_rows(
    questionnaire: Questionnaire,
    weak: Collection[tuple[str, str]],
    estimates: pd.DataFrame,
    changes: pd.DataFrame,
) -> list[dict[str, Any]]:
    """Average the published means of the items that measure a statement.

    Parameters
    ----------
    questionnaire : Questionnaire
    weak : collection of (str, str)
        Item and statement of ties that do not hold (`Library.weak_links`): such an item is no part
        of the statement's level.
    estimates, changes : DataFrame
        Protected, the changes judged; only published rows of the whole are read.

    Returns
    -------
    list of dict
        In the strategy's order of ids: ``statement``, ``items``, ``n`` (the fewest answers to one
        of them), ``mean``, ``low``, ``high``, and ``changes`` (``role``, ``since``, ``difference``,
        ``low``, ``high``, ``verdict``, ``under_limit``, ``margin``) where every item changed since
        the same wave.

    Notes
    -----
    The interval is the mean of the items' intervals. It is as wide as if their errors were equal,
    so never too narrow: the error of a mean is at most the mean of the errors. A change of several
    items is judged by its interval as if it were normal. What one item did has its own verdict,
    which follows from more than the interval.
    """
    levels = _of_the_whole(estimates).drop_duplicates("measure").set_index("measure")
    moved = _of_the_whole(changes)
    found = []
    for statement, items in sorted(_measured_by(questionnaire, weak, set(levels.index)).items()):
        rows = levels.loc[items]
        low, high = _outwards(rows["low"], rows["high"])
        found.append(
            {
                "statement": statement,
                "items": items,
                "n": int(rows["n"].min()),
                "mean": round(float(rows["mean"].astype(float).mean()), 1),
                "low": low,
                "high": high,
                "changes": _changes(moved, items),
            }
        )
    return found


def _of_the_whole(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[
        (frame["level"] == "agency")
        & (frame["statistic"] == "mean")
        & (frame["status"] == "published")
        & frame["low"].notna()
    ]


def _measured_by(
    questionnaire: Questionnaire, weak: Collection[tuple[str, str]], shown: set[str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in questionnaire.items:
        if item.id in shown and item.purpose == "measure":
            for statement in item.statements:
                if (item.id, statement) not in weak:
                    found.setdefault(statement, []).append(item.id)
    return found


def _changes(moved: pd.DataFrame, items: Sequence[str]) -> list[dict[str, Any]]:
    rows = moved[moved["measure"].isin(items)]
    found = []
    for (role, since), these in rows.groupby(["role", "since"], sort=True):
        if len(these) != len(items):
            continue
        difference = round(float(these["difference"].astype(float).mean()), 1)
        low, high = _outwards(these["low"], these["high"])
        margin = float(these["margin"].astype(float).max())
        if len(items) == 1:
            verdict, under = these["verdict"].to_numpy(), these["under_limit"].to_numpy()
        else:
            figures = (np.array([x]) for x in (difference, low, high, margin))
            verdict, under = verdicts_of_intervals(*figures)
        found.append(
            {
                "role": str(role),
                "since": str(since),
                "difference": difference,
                "low": low,
                "high": high,
                "verdict": str(verdict[0]),
                "under_limit": bool(under[0]),
                "margin": margin,
            }
        )
    return found


def _outwards(low: pd.Series, high: pd.Series) -> tuple[float, float]:
    lowest, highest = float(low.astype(float).mean()), float(high.astype(float).mean())
    # the last bits of a mean of tenths must not push an end out by a whole tenth
    return (
        math.floor(round(lowest * 10, 6)) / 10 + 0.0,
        math.ceil(round(highest * 10, 6)) / 10 + 0.0,
    )
