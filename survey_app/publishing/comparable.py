"""What a publication says of whether its groups may be compared on a scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from analytics.comparability import unit_agreement

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
    units = shown[
        (shown["level"] == "unit")
        & (shown["statistic"] == "mean")
        & (shown["kind"] != "item")
        & (shown["status"] == "published")
    ]
    by_measure = {str(code): set(rows) for code, rows in units.groupby("measure")["domain"]}
    found = unit_agreement(estimated.scores, inputs.data.domains, by_measure)
    ordered = found.sort_values("measure", kind="stable").to_dict("records")
    return [{str(name): _plain(value) for name, value in row.items()} for row in ordered]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a number, a word or a judgement
    return None if isinstance(value, float) and math.isnan(value) else value
