"""What is said of units whose answers are stored with others', and what follows from it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analytics.disclosure.rules import PRIMARY, SECONDARY
from questionnaires.parts import part_numbers
from survey_app.publishing.inputs.counted import WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from analytics.disclosure.table import DomainKey, Plan
    from survey_app.publishing.inputs.wave_inputs import WaveInputs

type Ends = tuple[int, int]
"""How many answered somewhere, at least and at most."""

_OTHERS: Final = ""
_FIGURE: Final = ["measure", "statistic"]
_RULED_BY: Final = ["kind", *_FIGURE, "category"]


def units_that_cover(inputs: WaveInputs, plan: Plan) -> list[str]:
    """Name the units that are said to cover a small one: those with answers enough for a mean.

    A figure is shown where as many would be there had k been silent (docs/adr/0036): so is this,
    or of ten invited it would say that all of them answered.
    """
    enough, k = plan.rules.limit("staff_mean") or 0, plan.rules.minimum_group
    if not (joined := inputs.record.get("joined")):
        return []
    invited = inputs.data.frame.set_index("unit")["invited"].to_dict()
    return [code for code in joined if invited.get(code, 0) >= enough + k]


def counts_behind(
    inputs: WaveInputs, plan: Plan, carried: pd.Series, home: pd.Series
) -> dict[DomainKey, dict[str, Ends]]:
    """Bound how many answered in units whose answers are stored with others' (docs/adr/0228).

    Parameters
    ----------
    inputs : WaveInputs
    plan : Plan
    carried, home : Series of str
        The code that ballots of each row of the frame carried, and that they are stored under.

    Returns
    -------
    dict of (level, code) to dict of str to (int, int)
        For each rest, by both levels that it may have, its units with what is known of them at
        least and at most. Those beside one that covers them are one together.
    """
    data, record = inputs.data, inputs.record
    enough, k = plan.rules.limit("staff_mean") or 0, plan.rules.minimum_group
    stored = Counter(data.domains)
    said, joined = set(units_that_cover(inputs, plan)), set(record.get("joined", ()))
    told = _told_of_units(record)
    alike = not part_numbers(data.questionnaire)
    found: dict[DomainKey, dict[str, Ends]] = {}
    rows = data.frame.assign(home=home, own=carried == data.frame["unit"])
    for code, inside in rows[~home.isin(data.frame["unit"])].groupby("home"):
        covers = joined & set(inside["unit"])
        # where all are asked alike, the first that joins the few of a region is enough for them
        one_covers = alike and code != WHOLE and bool(covers)
        few = alike and code != WHOLE and stored[code] >= enough + k - 1
        ends = {}
        for unit, invited, own in inside[["unit", "invited", "own"]].itertuples(index=False):
            low = enough if unit in said else 0
            most = (k if few or one_covers else enough) - 1
            high = min(invited, most) if own and unit not in covers else invited
            least, largest = told.get(unit, (low, high))
            ends[unit] = (max(low, least), min(high, largest))
        if one_covers:
            others = [ends.pop(unit) for unit in [*ends] if unit not in covers]
            low, high = (sum(one) for one in zip(*others, strict=True)) if others else (0, 0)
            ends[_OTHERS] = (low, min(high, k - 1))
        found["rest", str(code)] = found["region", str(code)] = ends
    return found


def _told_of_units(record: Mapping[str, Any]) -> dict[str, Ends]:
    """Give what the last night of the field told of units, as far as it holds for what is counted.

    Since then more have come, and a link may have given no ballot, or two.
    """
    if not (told := record.get("field")):
        return {}
    links = record["credentials"] + record["replaced"]
    lost, since = links - record["accepted"], max(links - told["whole"], 0)
    return {unit: (low - lost, high + since) for unit, (low, high) in told["units"].items()}


def said_to_cover(
    frame: pd.DataFrame, units: Collection[str], estimates: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    """Say of units whose answers cover a small one beside them that they do, not that few answered.

    Nobody's answers carry their code, so that they look empty by themselves. A unit is taken for
    one of them from as many answers on as a mean needs, and more is not known of it: figures that
    need more keep their status, since the other one says that so many came.

    Parameters
    ----------
    frame : DataFrame
        Protected estimates or changes, with ``status``.
    units : collection of str
        The units that cover one.
    estimates : DataFrame
        Protected estimates, whose figures say by which limits they are ruled.
    plan : Plan

    Returns
    -------
    DataFrame
        The same rows.
    """
    if not units:
        return frame
    least = plan.rules.limit("staff_mean") or 0
    needs_no_more = set()
    for kind, measure, statistic, category in (
        estimates[_RULED_BY].drop_duplicates().itertuples(index=False, name=None)
    ):
        rule = plan.rules.requirement(
            population=plan.population, level="unit", kind=kind, statistic=statistic,
            measure=measure, category=category,
        )  # fmt: skip
        if rule is not None and rule.n <= least:
            needs_no_more.add((measure, statistic))
    covers = (frame["level"] == "unit") & frame["domain"].isin(list(units))
    figures = frame[_FIGURE].itertuples(index=False, name=None)
    covers &= np.array([figure in needs_no_more for figure in figures], dtype=bool)
    return frame.assign(
        status=frame["status"].mask(covers & (frame["status"] == PRIMARY), SECONDARY)
    )
