"""All waves of a series in one table: the places and measures of one publication, wave by wave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from survey_app.reading.exports.columns import MEASURE, PLACE, WAVE, titled_columns
from survey_app.reading.exports.model import ExportTable, table_of
from survey_app.reading.exports.rows import (
    SHOWN,
    Record,
    measure_columns,
    place_facts,
    status_facts,
    wave_facts,
)
from survey_app.reading.exports.scope import Part
from survey_app.reading.rows import Estimate
from survey_app.reading.waves import Wave, trends_until
from survey_app.shared.i18n import N_, Language, translator

SERIES: Final = "series"
COLUMNS: Final = (
    *WAVE, "wave_kind", *MEASURE, *PLACE, "parent", "n", "mean", "se", "low", "high",
    "status", "status_name", "linked", "wording", "delta", "delta_se",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One mean of one place in one wave, as it was published."""

    wave: Wave
    measure: str
    level: str
    domain: str
    estimate: Estimate


async def earlier_waves(part: Part, at: datetime) -> tuple[SeriesPoint, ...]:
    """Find every wave up to a publication's own: indices and scales of the places in scope.

    Questions stand in the file of their own wave.
    """
    codes = [code for code in part.measures if part.shown.measures[code].kind != "item"]
    found: list[SeriesPoint] = []
    for place in part.domains:
        many = await trends_until(
            part.population, codes, place.level, place.code, until=part.wave, at=at
        )
        for code, points in zip(codes, many, strict=True):
            found += [
                SeriesPoint(wave, code, place.level, place.code, cell) for wave, cell in points
            ]
    return tuple(found)


def series_table(part: Part, series: Sequence[SeriesPoint], lang: Language) -> ExportTable:
    """Lay out the waves of a series: measure by measure, place by place, oldest first."""
    title = translator(lang).gettext(N_("Alle målinger"))
    return table_of(
        SERIES, title, titled_columns(COLUMNS, lang), list(_records(part, series, lang))
    )


def _records(part: Part, series: Sequence[SeriesPoint], lang: Language) -> Iterator[Record]:
    places = {(place.level, place.code): place for place in part.domains}
    for point in series:
        place = places[point.level, point.domain]
        cell = point.estimate
        record: Record = {
            **wave_facts(part, lang, of=point.wave),
            "wave_kind": point.wave.kind,
            **measure_columns(part.shown.measures[point.measure], lang),
            **place_facts(part, place, lang),
            **status_facts(cell.status, place.level, lang),
            "wording": cell.wording,
        }
        if cell.status == SHOWN:
            figures = ("n", "mean", "se", "low", "high", "linked", "delta")
            record |= {name: getattr(cell, name) for name in figures}
            record["delta_se"] = cell.told_delta_se
        yield record
