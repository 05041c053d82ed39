"""Figures of those whom an answer to another question chose: what tells how many gave it.

A question with a condition is answered by those who gave some answer to another one. Beside its
figure stands how many they are, and that it is shown says that they are enough. So the
shares of the other question follow where they are hidden, and of what happened to people the number
that is told in bands alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.disclosure.rules.status import PUBLISHED
from analytics.tables import tuples_of

if TYPE_CHECKING:
    from analytics.arrays import Booleans
    from analytics.disclosure.table.plan import Plan

_PLACE: Final = ["level", "domain"]
_WITHOUT: Final = ("n", "se", "low", "high", "se_model", "df", "deff", "n_eff")


def told_by_base(frame: pd.DataFrame, plan: Plan) -> Booleans:
    """Find rows that must not show, since whom they are of would say too much.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`.
    plan : Plan

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        Where fewer answered the deciding question than its own shares need; where it asks what
        happened to people, in every place but the whole.
    """
    rows = np.zeros(len(frame), dtype=bool)
    for measure, questions in plan.asked_behind.items():
        own = (frame["measure"] == measure).to_numpy(dtype=bool)
        for question in questions:
            enough = _enough(frame, plan, question)
            places = tuples_of(frame[own], _PLACE)
            rows[own] |= np.fromiter((place not in enough for place in places), dtype=bool)
    return rows


def _enough(frame: pd.DataFrame, plan: Plan, question: str) -> set[tuple[str, str]]:
    """Name the places where the shares of a question have answers enough, or its band has."""
    exposure = plan.rules.is_exposure(question)
    rows = frame[frame["measure"] == question]
    found = set()
    for (level, domain), n in zip(tuples_of(rows, _PLACE), rows["n"].tolist(), strict=True):
        if exposure and level != "agency":
            continue
        needed = plan.rules.requirement(
            population=plan.population, level=level, kind="item",
            statistic="prevalence" if exposure else "share", measure=question,
        )  # fmt: skip
        if needed is not None and n >= needed.n:
            found.add((level, domain))
    return found


def without_number(
    frame: pd.DataFrame, status: np.ndarray, on_base: Booleans, plan: Plan
) -> Booleans:
    """Find rows beside which how many answered must not stand, nor what goes with the number.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`.
    status : ndarray of str, shape (n_rows,)
    on_base : ndarray of bool, shape (n_rows,)
        Figures that are rounded to steps.
    plan : Plan

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        Where the deciding question asks what happened to people, there are several, or a share of
        it is hidden or on a step in that place: the number would tell it to the person.
    """
    rows = np.zeros(len(frame), dtype=bool)
    exact = (frame["statistic"] == "share").to_numpy() & (status == PUBLISHED) & ~on_base
    for measure, questions in plan.asked_behind.items():
        own = (frame["measure"] == measure).to_numpy(dtype=bool)
        if len(questions) > 1 or plan.rules.is_exposure(questions[0]):
            rows |= own
            continue
        shares = (frame["measure"] == questions[0]) & (frame["statistic"] == "share")
        of_place = frame.loc[shares, _PLACE].assign(exact=exact[shares.to_numpy()])
        told = of_place.groupby(_PLACE)["exact"].all()
        named = set(told.index[told])
        places = tuples_of(frame[own], _PLACE)
        rows[own] |= np.fromiter((place not in named for place in places), dtype=bool)
    return rows


def take_numbers_out(rounded: pd.DataFrame, rows: Booleans) -> pd.DataFrame:
    """Leave of these rows the figure alone."""
    result = rounded.copy()
    for name in _WITHOUT:
        result[name] = result[name].mask(rows)
    return result
