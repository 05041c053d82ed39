"""One book of tables from one or more publications: what every format is written from."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.reading import kinds
from survey_app.reading.events.placed import PlacedEvent
from survey_app.reading.exports.about import (
    column_list,
    legend,
    participation_rows,
    questions,
    status_words,
    wave_table,
)
from survey_app.reading.exports.columns import titled_columns
from survey_app.reading.exports.estimates import change_table, estimates
from survey_app.reading.exports.further import (
    comparability,
    course_rows,
    reliability_rows,
    smoothed,
    yearly,
)
from survey_app.reading.exports.happened import happened
from survey_app.reading.exports.model import ExportBook, ExportTable, table_of
from survey_app.reading.exports.notes import notes
from survey_app.reading.exports.rows import Record
from survey_app.reading.exports.scope import Part
from survey_app.reading.exports.series import SeriesPoint, series_table
from survey_app.reading.exports.stopped_series import break_table
from survey_app.reading.names import own
from survey_app.reading.rows import AGENCY
from survey_app.reading.staff_measures import columns as columns_of_staff
from survey_app.shared.agency import agency_as_source
from survey_app.shared.i18n import N_, Language, translator

ALWAYS = frozenset({"estimates", "changes", "participation", "questions"})


def book_of(
    parts: list[Part],
    lang: Language,
    *,
    open_data: bool = False,
    events: Sequence[PlacedEvent] = (),
    series: Sequence[SeriesPoint] = (),
) -> ExportBook:
    """Lay out the tables, with their notes and codes.

    Parameters
    ----------
    parts : list of Part
        Publications and what is taken out of each, oldest first; at least one.
    lang : str
        For names, notes and titles; codes are the same in all.
    open_data : bool
        Whether everybody may have it: then the licence stands among the notes.
    events : sequence of PlacedEvent
        What happened in the places that are taken out, in the reader's words.
    series : sequence of SeriesPoint
        The earlier waves of the places and measures that are taken out of one publication.
    """
    made = [
        estimates(parts, lang),
        change_table(parts, lang),
        series_table(parts[-1], series, lang),
        participation_rows(parts, lang),
        questions(parts, lang),
        smoothed(parts, lang),
        yearly(parts, lang),
        course_rows(parts, lang),
        reliability_rows(parts, lang),
        comparability(parts, lang),
        break_table(parts, lang),
        happened(events, lang),
    ]
    tables = [table for table in made if table.rows or table.key in ALWAYS]
    remarks = notes(parts, lang, open_data=open_data, events=bool(events))
    return ExportBook(
        title=_title(parts, lang),
        language=lang,
        updated=max(part.wave.released_at for part in parts),
        facts=_facts(parts, lang),
        tables=(
            *tables,
            wave_table(parts, lang),
            _note_table(remarks, lang),
            legend(lang),
            column_list(tables, lang),
        ),
        notes=remarks,
        statuses=status_words(lang),
        overview=_overview(parts),
        headlines={part.population: kinds.headline_index(part.population) for part in parts},
        focus=_focus(parts),
    )


def _overview(parts: list[Part]) -> tuple[str, ...]:
    """Return the measures of the pages' own tables, in their order; of several waves, none."""
    if len(parts) > 1:
        return ()
    [part] = parts
    if part.population == "staff":
        codes = columns_of_staff(part.shown)
    else:
        public = kinds.public()
        codes = (public.trust, *public.goals, public.attractive)
    measured = [code for code in part.measures if part.shown.measures[code].kind != "item"]
    return tuple(dict.fromkeys(code for code in codes if code in measured)) or tuple(measured)


def _focus(parts: list[Part]) -> tuple[str, str]:
    """Return the one unit that is taken out, else the one region, else the whole."""
    if len(parts) == 1 and parts[0].scope.places is not None:
        for level in ("unit", "region"):
            own_places = [place for place in parts[0].domains if place.level == level]
            if own_places:
                return (level, own_places[0].code) if len(own_places) == 1 else (AGENCY, "")
    return AGENCY, ""


def _title(parts: list[Part], lang: Language) -> str:
    if len(parts) > 1:
        return translator(lang).gettext(N_("Verdibarometer, åpne tall"))
    content, wave = parts[0].shown.content, parts[0].wave
    return f"{own(content['campaign']['title'], lang)}: {wave.label('name', lang)}"


def _facts(parts: list[Part], lang: Language) -> dict[str, str]:
    _ = translator(lang).gettext
    last = parts[-1]
    facts = {_("Kilde"): f"{agency_as_source(lang)}, Verdibarometer"}
    if len(parts) == 1:
        version = str(last.wave.version)
        if last.wave.correction:
            version = f"{version} ({_('rettet')})"
        facts |= {
            _("Publikasjon"): last.wave.publication,
            _("Versjon"): version,
            _("Stengt"): last.wave.closed_on,
        }
    return facts


def _note_table(remarks: tuple[str, ...], lang: Language) -> ExportTable:
    title = translator(lang).gettext(N_("Merknader"))
    records: list[Record] = [
        {"number": number, "note": text} for number, text in enumerate(remarks, start=1)
    ]
    return table_of("notes", title, titled_columns(("number", "note"), lang), records)
