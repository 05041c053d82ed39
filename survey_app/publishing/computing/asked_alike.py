"""Only like is held beside like: what is compared of earlier waves, and what is said of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analytics.tables import EstimateTable
from survey_app.publications.regrouped import GROUP
from survey_app.publishing.inputs.stored import read_moments

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from analytics.scale_quality.kept_moments import Moments
    from questionnaires.model import Questionnaire
    from survey_app.publications.breaks import Asked
    from survey_app.publishing.inputs.asked import AskedSeries
    from survey_app.publishing.inputs.wave_inputs import EarlierWave


def comparable_part(earlier: EarlierWave, exact: EstimateTable) -> EstimateTable:
    """Keep of an earlier wave's exact figures those of measures asked then as they are now.

    Those of groups that were other people are left out.
    """
    frame = exact.frame
    kept = frame["measure"].isin(earlier.comparable)
    if earlier.regrouped:
        variable = frame["domain"].str.partition(":")[0]
        kept &= (frame["level"] != GROUP) | ~variable.isin(earlier.regrouped)
    return EstimateTable(frame[kept].reset_index(drop=True))


def comparable_moments(earlier: EarlierWave) -> dict[str, Moments]:
    """Read the moments of the measures that were asked then as they are now."""
    found = read_moments(earlier.table)
    return {code: own for code, own in found.items() if code in earlier.comparable}


def with_identity(
    measures: Collection[dict[str, Any]], asked: Asked, questionnaire: Questionnaire
) -> list[dict[str, Any]]:
    """Say of each measure what stood behind it, and of an item which of its wordings it is."""
    versions = {one.id: one.version for one in questionnaire.items}
    return [
        row
        | {"identity": dict(asked.get(row["code"], {}))}
        | ({"version": versions[row["code"]]} if row["kind"] == "item" else {})
        for row in measures
    ]


def labels_of_breaks(rows: Collection[Mapping[str, Any]], series: AskedSeries) -> dict[str, Any]:
    """Give the words for the waves on either side of breaks."""
    named = dict.fromkeys(row[side] for row in rows for side in ("before", "since"))
    return {key: series.labels[key] for key in named}
