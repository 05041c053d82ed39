"""What happened beside the figures, as rows: a day, a place and a few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from survey_app.reading.events.placed import PlacedEvent
from survey_app.reading.exports.columns import PLACE, titled_columns
from survey_app.reading.exports.model import ExportTable, table_of
from survey_app.reading.exports.rows import Record
from survey_app.shared.i18n import N_, Language, translator

HAPPENED: Final = ("population", "day", "event_kind", "event_kind_name", *PLACE, "event")


def happened(events: Sequence[PlacedEvent], lang: Language) -> ExportTable:
    """Return the events that the reader may hear of, in the order of time."""
    records: list[Record] = [
        {
            "population": one.population,
            "day": one.day.isoformat(),
            "event_kind": one.kind,
            "event_kind_name": one.kind_name,
            "level": one.level,
            "domain": one.domain,
            "domain_name": one.domain_name,
            "event": one.text,
        }
        for one in events
    ]
    title = translator(lang).gettext(N_("Hendelser"))
    return table_of("events", title, titled_columns(HAPPENED, lang), records)
