"""Where the series of measures, and of groups of the public, stop, and why: as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from survey_app.publications.breaks import (
    RECOMPOSED,
    REDIRECTED,
    RESCORED,
    REWEIGHTED,
    REWORDED,
    UNKNOWN,
)
from survey_app.publications.regrouped import GROUP, REGROUPED, variable_of
from survey_app.reading.exports.columns import MEASURE, WAVE, titled_columns
from survey_app.reading.exports.model import ExportTable, table_of
from survey_app.reading.exports.rows import Record, measure_columns, wave_facts
from survey_app.reading.exports.scope import Part
from survey_app.reading.names import own
from survey_app.shared.i18n import N_, Language, translator

BREAKS: Final = (
    *WAVE, *MEASURE, "variable", "before", "before_name", "since", "since_name", "why", "why_name",
    "items", "waves",
)  # fmt: skip
WHY: Final = {
    REWORDED: N_("Spørsmål har andre ord"),
    RECOMPOSED: N_("Andre spørsmål"),
    REWEIGHTED: N_("De samme spørsmålene med andre vekter"),
    RESCORED: N_("De samme spørsmålene, men det er endret hvor mange en må ha svart på"),
    REDIRECTED: N_("De samme spørsmålene, men andre får dem"),
    REGROUPED: N_("Spørsmålet som sier hvem som er i gruppen, ble endret"),
    UNKNOWN: N_("Det er ikke kjent hva som ble spurt om"),
}


def break_table(parts: list[Part], lang: Language) -> ExportTable:
    """Return each break of each publication: figures before and after are not to be compared."""
    records = [
        {**wave_facts(part, lang), **record, **_break(part, row, lang)}
        for part in parts
        for record, row in _breaks(part, lang)
    ]
    title = translator(lang).gettext(N_("Brudd i tidsseriene"))
    return table_of("breaks", title, titled_columns(BREAKS, lang), records)


def _breaks(part: Part, lang: Language) -> Iterator[tuple[Record, Mapping[str, Any]]]:
    content = part.shown.content
    for row in content.get("breaks", ()):
        if row["measure"] in part.measures:
            yield measure_columns(part.shown.measures[row["measure"]], lang), row
    groups = {variable_of(place.code) for place in part.domains if place.level == GROUP}
    for row in content.get(REGROUPED, ()):
        if row["variable"] in groups:
            yield {"variable": row["variable"]}, {**row, "why": REGROUPED}


def _break(part: Part, row: Mapping[str, Any], lang: Language) -> Record:
    why = row["why"]
    return {
        **{side: row[side] for side in ("before", "since")},
        **{f"{side}_name": _name(part, row[side], lang) for side in ("before", "since")},
        "why": why,
        "why_name": translator(lang).gettext(WHY[why]),
        "items": "; ".join(row.get("items", ())),
        "waves": "; ".join(row["waves"]),
    }


def _name(part: Part, wave: str, lang: Language) -> str:
    if wave == part.wave.key:
        return part.wave.label("name", lang)
    labels = part.shown.content["since_labels"].get(wave, {})
    return own(labels["name"], lang) if "name" in labels else ""
