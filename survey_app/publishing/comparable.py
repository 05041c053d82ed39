"""What a publication says of whether its groups may be compared on a scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from analytics.comparability import shifted_items, unit_agreement
from analytics.groups import public_categories

if TYPE_CHECKING:
    import pandas as pd

    from analytics.pipeline import WaveEstimates
    from survey_app.publishing.wave_inputs import WaveInputs


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
    units = _published(shown, "unit")
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
    scales = {code for code, found in _published(shown, "agency").items() if found}
    found = estimated.reliability
    digits = {"alpha": 3, "alpha_low": 3, "alpha_high": 3, "omega": 3}
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
        The protected estimates; a group that they hide on a scale or its items does not enter.
    """
    data = inputs.data
    if data.kind == "main" and data.domains is not None:
        level, group = "unit_type", data.domains.map(data.frame.set_index("unit")["unit_type"])
    elif data.population == "public":
        ages = public_categories(data.questionnaire, data.answers)
        if "age" not in ages:
            return []
        level, group = "group", "age:" + ages["age"]
    else:
        return []
    seen, hidden = _published(shown, level), _hidden(shown, level)
    scales = {
        one.code: one.items
        for one in data.questionnaire.scales
        if set(one.items) <= set(estimated.scores.items.columns)
    }
    groups = {
        code: seen.get(code, set()).difference(*(hidden.get(item, set()) for item in items))
        for code, items in scales.items()
    }
    found = shifted_items(estimated.scores, scales, group, groups)
    return [
        {"code": "item_shifts", "item": row["item"], "level": level, "group": row["group"],
         "points": row["points"]}
        for row in found.to_dict("records")
    ]  # fmt: skip


def _published(shown: pd.DataFrame, level: str) -> dict[str, set[str]]:
    # a mean that stands without its interval has too few answers to one item to say more of it
    there = (shown["status"] == "published") & (shown["kind"] != "item") & shown["low"].notna()
    return _domains(shown[there], level)


def _hidden(shown: pd.DataFrame, level: str) -> dict[str, set[str]]:
    return _domains(shown[shown["status"] != "published"], level)


def _domains(rows: pd.DataFrame, level: str) -> dict[str, set[str]]:
    means = rows[(rows["level"] == level) & (rows["statistic"] == "mean")]
    return {str(code): set(found) for code, found in means.groupby("measure")["domain"]}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a number, a word or a judgement
    return None if isinstance(value, float) and math.isnan(value) else value
