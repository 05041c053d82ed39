"""What a publication says that a reader should know of a wave: text keys, and no figure.

A share of answers beside the published ones would be one more sum over the same people, otherwise
weighted and finer than the steps that those are rounded to.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from analytics.groups import told_category
from analytics.weighting.thin_margins import CROSSED, PARTS
from survey_app.publications.doubted import DOUBTED
from survey_app.publishing.computing.canonical import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analytics.disclosure.table import Plan
    from analytics.pipeline import WaveData, WaveEstimates
    from survey_app.publishing.inputs.wave_inputs import WaveInputs

# what is counted in the answers; limits, and numbers of units and of rounds, are not
_FIGURES: Final = frozenset({"share", "floor", "ceiling", "deff", "widened"})
# Age and gender go where few share them, in small counties first. Where more than one in ten has
# lost one, those who have it are not the population.
_GENERALISED: Final = ("age", "gender")
_KNOWN_OF_ALL: Final = 0.9


def cautions(
    inputs: WaveInputs, estimated: WaveEstimates, estimates: pd.DataFrame, plan: Plan
) -> list[dict[str, Any]]:
    """List the warnings of a wave.

    Parameters
    ----------
    inputs : WaveInputs
    estimated : WaveEstimates
        Their source; what they count stays there.
    estimates : DataFrame
        Protected: of an item whose mean is not shown with an interval, nothing else is said either.
    plan : Plan

    Returns
    -------
    list of dict
        ``code``, and what it is about.
    """
    # instruments.md 5.4 and 8.6: said in every report
    own: list[dict[str, Any]] = [{"code": "new_instrument"}]
    if inputs.wave["plan_hash"] not in {"", plan.hash}:
        own.append({"code": "plan_changed"})
    if inputs.data.population == "open":
        own.append({"code": "not_representative"})
    else:
        own.append({"code": "weighting_does_not_remove_motivation"})
    if inputs.doubted:
        own.append({"code": DOUBTED})
    if groups := _known_of_some(inputs.data):
        own.append({"code": "group_known_of_some", "groups": groups})
    items = _shown_items(estimates)
    found = [
        {
            "code": one.code,
            **{name: plain(fact) for name, fact in one.facts.items() if name not in _FIGURES},
        }
        for one in estimated.warnings
        if "item" not in one.facts or one.facts["item"] in items
    ]
    for one in found:
        if one["code"] == "units_merged_for_weights":
            # how many, not which: a unit that is named here had fewer than five answers
            one["units"] = len(one["units"])
    return [*own, *found, *_weighted_otherwise(inputs, found)]


def _weighted_otherwise(
    inputs: WaveInputs, found: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Name the waves that a wave of the public is compared with, and that left out other margins.

    Whichever of the two had a margin, the change between them is of other weights too.
    """
    if inputs.data.population != "public":
        return []
    told = []
    for one in inputs.earlier:
        then = json.loads(one.content)["warnings"] if one.content else found
        if differ := _left_out(found) ^ _left_out(then):
            since = {"code": "margins_differ", "since": one.meta.key}
            told.append(since | {"margins": sorted(differ)})
    return told


def _left_out(warnings: Sequence[Mapping[str, Any]]) -> set[str]:
    named = [
        name for one in warnings if one["code"] == "margin_left_out" for name in one["margins"]
    ]
    return {part for name in named for part in (PARTS if name == CROSSED else (name,))}


def _known_of_some(data: WaveData) -> list[str]:
    if data.population != "public":
        return []
    told = {
        name: told_category(data.background, data.questionnaire, data.answers, name)
        for name in _GENERALISED
    }
    return [
        name
        for name, found in told.items()
        if found is not None and found.notna().mean() < _KNOWN_OF_ALL
    ]


def _shown_items(estimates: pd.DataFrame) -> set[str]:
    whole = (estimates["level"] == "agency") & (estimates["statistic"] == "mean")
    shown = (estimates["status"] == "published") & estimates["low"].notna()
    return set(estimates.loc[whole & shown, "measure"])
