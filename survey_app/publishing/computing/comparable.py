"""What a publication says of whether its groups may be compared on a scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics.comparability import shifted_items, unit_agreement
from analytics.groups import told_category

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analytics.pipeline import WaveEstimates
    from survey_app.publishing.inputs.wave_inputs import WaveInputs


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """How the answers of a wave are divided into groups that are held beside one another.

    ``level`` is that of ``domains`` in the publication, ``group`` has the code of each answer's.
    """

    level: str
    group: pd.Series


def grouping(inputs: WaveInputs) -> Grouping | None:
    """Divide a main wave of staff by type of unit, a drawn sample of the public by age."""
    data = inputs.data
    if data.kind == "main" and data.domains is not None:
        types = data.frame.set_index("unit")["unit_type"]
        return Grouping("unit_type", data.domains.map(types))
    if data.population == "public":
        ages = told_category(data.background, data.questionnaire, data.answers, "age")
        if ages is not None:
            return Grouping("group", ages.cat.rename_categories("age:{}".format))
    return None


def groups_told(
    shown: pd.DataFrame, level: str, scales: Mapping[str, Sequence[str]], *, fewest: int = 1
) -> dict[str, set[str]]:
    """Name the groups of which a scale is published, and how many answered each of its items told.

    Parameters
    ----------
    shown : DataFrame
        The protected estimates, with the counts that are told.
    level : str
    scales : mapping of str to sequence of str
        The items of each.
    fewest : int
        How many must have answered each item.

    Notes
    -----
    Of a type of unit that is not counted hardly anybody may have been silent. Whether its answers
    are as many as some limit would tell how few (docs/adr/0036): it does not enter.
    """
    seen, counts = published_measures(shown, level), counts_told(shown, level)
    return {
        code: {
            group
            for group in seen.get(code, set())
            if all(counts.get((item, group), 0) >= fewest for item in items)
        }
        for code, items in scales.items()
    }


def counts_told(shown: pd.DataFrame, level: str) -> dict[tuple[str, str], int]:
    """Read how many answered a measure in a place of a level, of those where that is told."""
    means = (shown["level"] == level) & (shown["statistic"] == "mean")
    there = shown[means & (shown["status"] == "published") & shown["n"].notna()]
    columns = zip(there["measure"], there["domain"], there["n"], strict=True)
    return {(measure, place): int(n) for measure, place, n in columns}


def scales_asked(inputs: WaveInputs, estimated: WaveEstimates) -> dict[str, tuple[str, ...]]:
    """Name the scales of which all items were asked, with these."""
    asked = set(estimated.scores.items.columns)
    scales = inputs.data.questionnaire.scales
    return {one.code: tuple(one.items) for one in scales if set(one.items) <= asked}


def agreement(
    inputs: WaveInputs, estimated: WaveEstimates, shown: pd.DataFrame
) -> list[dict[str, Any]]:
    """Say for each scale and index whether the means of published units can be told apart.

    Parameters
    ----------
    inputs : WaveInputs
    estimated : WaveEstimates
    shown : DataFrame
        The protected estimates; a unit that they hide does not enter.
    """
    if inputs.data.domains is None:
        return []
    units = published_measures(shown, "unit")
    found = unit_agreement(estimated.scores, inputs.data.domains, units)
    ordered = found.sort_values("measure", kind="stable").to_dict("records")
    return [{str(name): _plain(value) for name, value in row.items()} for row in ordered]


def reliability(estimated: WaveEstimates, shown: pd.DataFrame) -> pd.DataFrame:
    """Round the reliability of the scales whose mean is shown.

    Parameters
    ----------
    estimated : WaveEstimates
    shown : DataFrame
        The protected estimates; the ``n`` of a scale that they hide is told nowhere.
    """
    scales = {code for code, found in published_measures(shown, "agency").items() if found}
    found = estimated.reliability
    told = ("alpha", "alpha_low", "alpha_high", "omega", "omega_low", "omega_high")
    digits = dict.fromkeys(told, 3)
    return found[found["scale"].isin(scales)].round(digits)


def shifts(
    inputs: WaveInputs, estimated: WaveEstimates, shown: pd.DataFrame
) -> list[dict[str, Any]]:
    """Warn of items that a type of unit, or an age, reads otherwise than the rest.

    Main waves of staff, and waves of a drawn sample of the public.

    Parameters
    ----------
    inputs : WaveInputs
    estimated : WaveEstimates
    shown : DataFrame
        The protected estimates, with the counts that are told; a group that they hide on a scale
        or its items, or do not count, does not enter.
    """
    found_in = grouping(inputs)
    if found_in is None:
        return []
    scales = scales_asked(inputs, estimated)
    groups = groups_told(shown, found_in.level, scales)
    counts = counts_told(shown, found_in.level)
    found = shifted_items(estimated.scores, scales, found_in.group, groups, counts)
    return [
        {"code": "item_shifts", "item": row["item"], "level": found_in.level,
         "group": row["group"],
         "points": row["points"]}
        for row in found.to_dict("records")
    ]  # fmt: skip


def published_measures(shown: pd.DataFrame, level: str) -> dict[str, set[str]]:
    """Name the domains of a level in which each scale and index is published."""
    # a mean that stands without its interval has too few answers to one item to say more of it
    there = (shown["status"] == "published") & (shown["kind"] != "item") & shown["low"].notna()
    rows = shown[there]
    means = rows[(rows["level"] == level) & (rows["statistic"] == "mean")]
    return {str(code): set(found) for code, found in means.groupby("measure")["domain"]}


def _plain(value: object) -> object:
    return None if isinstance(value, float) and math.isnan(value) else value
