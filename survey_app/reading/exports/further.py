"""Smoothed means, figures for a year, all waves seen as one, and how well scales work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from survey_app.reading.exports.columns import MEASURE, PLACE, WAVE, titled_columns
from survey_app.reading.exports.model import ExportTable, table_of
from survey_app.reading.exports.rows import (
    Record,
    figures,
    measure_columns,
    place_facts,
    status_facts,
    wave_facts,
)
from survey_app.reading.exports.scope import Part
from survey_app.reading.names import own
from survey_app.reading.rows import Domain, PooledRow
from survey_app.reading.verdicts import NOT_COMPARABLE, NOT_SURE
from survey_app.shared.i18n import N_, Language, translator

SMOOTHED: Final = (
    *WAVE, *MEASURE, *PLACE, "parent", "mean", "low", "high", "side", "side_name",
)  # fmt: skip
YEARLY: Final = (
    *WAVE, "year", "waves", *MEASURE, *PLACE, "n", "mean", "low", "high", "status", "status_name",
)  # fmt: skip
COURSES: Final = (
    *WAVE, *MEASURE, *PLACE, "waves", "smoothed", "mean", "low", "high", "since", "difference",
    "change_low", "change_high", "direction", "under_limit", "margin", "warning",
)  # fmt: skip
RELIABILITY: Final = (
    *WAVE, *MEASURE, "n", "alpha", "low", "high", "omega", "omega_low", "omega_high",
)  # fmt: skip
COMPARABILITY: Final = (*WAVE, *MEASURE, "over", "reached", "comparable", "cfi", "rmsea")
_SIDES: Final = {
    "low2": N_("Mye lavere enn etaten"),
    "low1": N_("Lavere enn etaten"),
    "high1": N_("Høyere enn etaten"),
    "high2": N_("Mye høyere enn etaten"),
}


def smoothed(parts: list[Part], lang: Language) -> ExportTable:
    """Return the smoothed means of regions and units, which the heatmap shows."""
    records = [
        {
            **wave_facts(part, lang),
            **measure_columns(part.shown.measures[code], lang),
            **place_facts(part, place, lang),
            "mean": found.eb,
            "low": found.low,
            "high": found.high,
            "side": found.difference,
            "side_name": _side(part, code, place, found, lang),
        }
        for part in parts
        for code in part.measures
        for place in part.domains
        if (found := part.shown.pooled(code, place.code)) is not None and found.eb is not None
    ]
    title = translator(lang).gettext(N_("Utjevnede tall"))
    return table_of("smoothed", title, titled_columns(SMOOTHED, lang), records)


def _side(part: Part, code: str, place: Domain, found: PooledRow, lang: Language) -> str:
    gettext = translator(lang).gettext
    if part.shown.incomparable(code, place):
        return gettext(NOT_COMPARABLE.word)
    return gettext(_SIDES.get(found.difference, NOT_SURE.word))


def yearly(parts: list[Part], lang: Language) -> ExportTable:
    """Return figures for a whole year of pulses, of units that every pulse hides."""
    records = [record for part in parts for record in _years(part, lang)]
    title = translator(lang).gettext(N_("Tall for et helt år"))
    return table_of("yearly", title, titled_columns(YEARLY, lang), records)


def _years(part: Part, lang: Language) -> Iterator[Record]:
    places = {(place.level, place.code): place for place in part.domains}
    wanted = set(part.measures)
    for table in part.shown.content["yearly"]:
        waves = "; ".join(own(one["labels"]["name"], lang) for one in table["waves"])
        for row in table["figures"]:
            place = places.get((row.get("level", "unit"), row["domain"]))
            if place is None or row["measure"] not in wanted:
                continue
            yield {
                **wave_facts(part, lang),
                **measure_columns(part.shown.measures[row["measure"]], lang),
                **place_facts(part, place, lang),
                "year": table["year"],
                "waves": waves,
                **figures(row, ("n", "mean", "low", "high")),
                **status_facts(row["status"], place.level, lang),
            }


def course_rows(parts: list[Part], lang: Language) -> ExportTable:
    """Return what all waves tell of the headline index together."""
    records = [
        {
            **wave_facts(part, lang),
            **measure_columns(part.shown.measures[row["measure"]], lang),
            **place_facts(part, place, lang),
            **_course(row),
        }
        for part in parts
        for row in part.shown.content["trends"]
        for place in part.domains
        if (row["level"], row["domain"]) == (place.level, place.code)
        and row["measure"] in part.measures
    ]
    title = translator(lang).gettext(N_("Alle målingene sett under ett"))
    return table_of("courses", title, titled_columns(COURSES, lang), records)


def _course(row: Mapping[str, Any]) -> Record:
    same = (
        "smoothed", "low", "high", "since", "change_low", "change_high", "direction",
        "under_limit", "margin", "warning",
    )  # fmt: skip
    return {
        **{name: row.get(name) for name in same},
        "waves": str(row["waves"]),
        "mean": row["estimate"],
        "difference": row.get("change"),
    }


def reliability_rows(parts: list[Part], lang: Language) -> ExportTable:
    """Return how well the items of each scale hang together, over everybody who answered."""
    records = [
        {
            **wave_facts(part, lang),
            **measure_columns(part.shown.measures[row["scale"]], lang),
            "n": row.get("n"),
            "alpha": row.get("alpha"),
            "low": row.get("alpha_low"),
            "high": row.get("alpha_high"),
            **{name: row.get(name) for name in ("omega", "omega_low", "omega_high")},
        }
        for part in parts
        for row in part.shown.content["reliability"]
        if row["scale"] in part.measures
    ]
    title = translator(lang).gettext(N_("Hvor godt skalaene måler"))
    return table_of("reliability", title, titled_columns(RELIABILITY, lang), records)


def comparability(parts: list[Part], lang: Language) -> ExportTable:
    """Return which scales measure alike in all groups, and the same as in earlier waves."""
    records = [
        {
            **wave_facts(part, lang),
            **measure_columns(part.shown.measures[row["measure"]], lang),
            "over": over,
            **{name: row[name] for name in ("reached", "comparable")},
            **_fit(row),
        }
        for part in parts
        for over, row in _tests(part)
        if row["measure"] in part.measures and row["comparable"] is not None
    ]
    title = translator(lang).gettext(N_("Hva som kan sammenlignes"))
    return table_of("comparability", title, titled_columns(COMPARABILITY, lang), records)


def _tests(part: Part) -> Iterator[tuple[str, Mapping[str, Any]]]:
    checks = part.shown.content["checks"] or {}
    for row in checks.get("groups", {}).get("rows", ()):
        yield {"group": "age"}.get(checks["groups"]["over"], checks["groups"]["over"]), row
    for row in checks.get("waves", {}).get("rows", ()):
        yield "wave", row


def _fit(row: Mapping[str, Any]) -> Record:
    held = [one for one in row["steps"] if one["accepted"]] or row["steps"]
    return {name: held[-1][name] for name in ("cfi", "rmsea")}
