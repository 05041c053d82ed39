"""What a reader must know of the figures: the waves, who answered, what was asked, the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from survey_app.reading.asked_of import whom_it_was_for
from survey_app.reading.exports.columns import COLUMNS, MEASURE, PLACE, WAVE, titled_columns
from survey_app.reading.exports.model import ExportTable, Value, table_of
from survey_app.reading.exports.rows import (
    PUBLISHED,
    SHOWN,
    Record,
    measure_columns,
    place_facts,
    status_facts,
    wave_facts,
)
from survey_app.reading.exports.scope import Part
from survey_app.reading.exports.stopped_series import WHY
from survey_app.reading.halves import half_of
from survey_app.reading.names import own
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.strategy_text import known_statements
from survey_app.reading.verdicts import (
    DOWN,
    SMALL,
    STEADY,
    SUPPRESSED,
    UNCERTAIN,
    UNDER_LIMIT,
    UP,
)
from survey_app.shared.i18n import N_, Language, translator

WAVES: Final = (
    *WAVE, "campaign", "campaign_name", "wave_kind", "results_on", "corrected", "demo",
    "invited", "answered", "response_rate", "deff", "n_eff", "minimum_group", "questionnaire",
    "form", "strategy",
)  # fmt: skip
PARTICIPATION: Final = (
    *WAVE, *PLACE, "parent", "kind", "members", "people", "invited", "answered", "rate", "bound",
    "low_rate", "status", "status_name", "foreign_answers",
)  # fmt: skip
QUESTIONS: Final = (
    *WAVE, *MEASURE, "about", "parts", "items", "reversed", "options", "statements",
    "statement_texts", "identity",
)  # fmt: skip
_COUNTS: Final = ("invited", "answered", "rate", "bound", "low_rate")


def wave_table(parts: list[Part], lang: Language) -> ExportTable:
    """Return one row for each publication."""
    records = [{**wave_facts(part, lang), **_wave(part, lang)} for part in parts]
    title = translator(lang).gettext(N_("Målingene"))
    return table_of("waves", title, titled_columns(WAVES, lang), records)


def _wave(part: Part, lang: Language) -> Record:
    content = part.shown.content
    response, weights = content["response"], content["weights"]
    whole = next(d for d in part.shown.domains if d.level == AGENCY)
    rate = response.get("rr2")
    return {
        "campaign": content["campaign"]["key"],
        "campaign_name": own(content["campaign"]["title"], lang),
        "wave_kind": part.wave.kind,
        "results_on": content["wave"]["results_on"],
        "corrected": part.wave.correction is not None,
        "demo": content["campaign"]["demo"],
        "invited": response.get("invited", whole.invited),
        "answered": response.get("answers", whole.answered),
        "response_rate": _to_a_thousandth(whole.rate) if rate is None else rate,
        "deff": weights.get("deff_kish"),
        "n_eff": weights.get("n_eff"),
        "minimum_group": content["limits"]["minimum_group"],
        "questionnaire": content["questionnaire"],
        "form": content["form"],
        "strategy": content["strategy"],
    }


def participation_rows(parts: list[Part], lang: Language) -> ExportTable:
    """Return the places with how many were invited and answered, where that may be told."""
    records = [
        {
            **wave_facts(part, lang),
            **place_facts(part, place, lang),
            "kind": place.kind,
            "members": "; ".join(place.members),
            "people": place.population,
            **_counts(place),
            **status_facts(place.status, place.level, lang),
            "foreign_answers": place.foreign_answers,
        }
        for part in parts
        for place in part.domains
    ]
    title = translator(lang).gettext(N_("Steder og deltakelse"))
    return table_of("participation", title, titled_columns(PARTICIPATION, lang), records)


def _counts(place: Domain) -> Record:
    if place.status != SHOWN:
        return {}
    told = {name: getattr(place, name) for name in _COUNTS}
    return told | {"rate": _to_a_thousandth(place.rate)}


def _to_a_thousandth(rate: float | None) -> float | None:
    """Write a rate with the digits of publications."""
    return None if rate is None else round(rate, 3)


def questions(parts: list[Part], lang: Language) -> ExportTable:
    """Return every measure of the waves: its words, its parts, and the statements it measures."""
    records = [
        {**wave_facts(part, lang), **_question(part, code, lang)}
        for part in parts
        for code in part.measures
    ]
    title = translator(lang).gettext(N_("Spørsmål og indekser"))
    return table_of("questions", title, titled_columns(QUESTIONS, lang), records)


def _question(part: Part, code: str, lang: Language) -> Record:
    measure, known = part.shown.measures[code], known_statements()
    named = [known[one].text for one in measure.statements if one in known]
    return {
        **measure_columns(measure, lang),
        "about": _about(part, code, lang),
        "parts": "; ".join(f"{code} ({weight:.4g})" for code, weight in measure.parts.items()),
        "items": "; ".join(measure.items) if measure.kind != "item" else "",
        "reversed": measure.reversed,
        "options": "; ".join(f"{o['code']} = {own(o['label'], lang)}" for o in measure.options),
        "statements": "; ".join(measure.statements),
        "statement_texts": " | ".join(named),
        "identity": "; ".join(f"{tag}:{name}" for tag, name in (measure.identity or {}).items()),
    }


def _about(part: Part, code: str, lang: Language) -> str:
    half = half_of(code, part.shown.content)
    said = (
        own(part.shown.measures[code].about, lang),
        whom_it_was_for(part.shown, code, lang),
        translator(lang).gettext(half) if half else "",
    )
    return " ".join(filter(None, said))


def status_words(lang: Language) -> Mapping[str, str]:
    """Return every status with what it means."""
    gettext = translator(lang).gettext
    found = {SHOWN: gettext(PUBLISHED)}
    found.update({status: gettext(text) for status, text in SUPPRESSED.items()})
    return found


def legend(lang: Language) -> ExportTable:
    """Return the codes that stand in columns, with their meaning."""
    gettext = translator(lang).gettext
    rows: list[tuple[str, str, str]] = [
        *(("status", code, text) for code, text in status_words(lang).items()),
        ("verdict", "up", gettext(UP.word)),
        ("verdict", "down", gettext(DOWN.word)),
        ("verdict", "steady", f"{gettext(STEADY.word)} / {gettext(SMALL.word)}"),
        ("verdict", "uncertain", f"{gettext(UNCERTAIN.word)} / {gettext(UNDER_LIMIT.word)}"),
        ("direction", "up", gettext(UP.word)),
        ("direction", "down", gettext(DOWN.word)),
        ("direction", "steady", gettext(STEADY.word)),
        ("direction", "uncertain", f"{gettext(UNCERTAIN.word)} / {gettext(UNDER_LIMIT.word)}"),
        ("warning", "too_short", gettext(_TOO_SHORT)),
        *(("over", code, gettext(text)) for code, text in _OVER.items()),
        *(("reached", code, gettext(text)) for code, text in _REACHED.items()),
        *(("statistic", code, gettext(text)) for code, text in _STATISTICS.items()),
        *(("measure_kind", code, gettext(text)) for code, text in _KINDS.items()),
        *(("level", code, gettext(text)) for code, text in _LEVELS.items()),
        *(("population", code, gettext(text)) for code, text in _POPULATIONS.items()),
        *(("role", code, gettext(text)) for code, text in _ROLES.items()),
        *(("why", code, gettext(text)) for code, text in WHY.items()),
    ]
    records: list[Record] = [
        {"what": what, "code": code, "meaning": meaning} for what, code, meaning in rows
    ]
    title = gettext(N_("Koder"))
    return table_of("codes", title, titled_columns(("what", "code", "meaning"), lang), records)


def column_list(tables: Iterable[ExportTable], lang: Language) -> ExportTable:
    """Return the columns of the tables: the code that files for programs use, and the title."""
    used = dict.fromkeys(column.key for table in tables for column in table.columns)
    records: list[dict[str, Value]] = [
        {"code": key, "meaning": translator(lang).gettext(COLUMNS[key].title)} for key in used
    ]
    title = translator(lang).gettext(N_("Kolonner"))
    return table_of("columns", title, titled_columns(("code", "meaning"), lang), records)


_TOO_SHORT: Final = N_("For få målinger til å jevne ut det som kan være tilfeldig")
_OVER: Final = {
    "wave": N_("Denne målingen og tidligere"),
    "age": N_("Aldersgrupper"),
    "unit_type": N_("Typer enheter"),
}
_REACHED: Final = {
    "scalar": N_("Virker likt: Nivåer kan sammenlignes"),
    "partial scalar": N_("Virker likt, unntatt noen spørsmål: Nivåer kan sammenlignes"),
    "metric": N_("Sammenhenger kan sammenlignes, nivåer ikke"),
    "partial metric": N_("Sammenhenger kan sammenlignes, unntatt noen spørsmål, nivåer ikke"),
    "configural": N_("Spørsmålene hører sammen, men tallene kan ikke sammenlignes"),
    "none": N_("Spørsmålene hører ikke sammen på samme måte"),
}
_STATISTICS: Final = {
    "mean": N_("Gjennomsnitt på en skala fra 0 til 100"),
    "share": N_("Andel av dem som svarte, fra 0 til 1"),
    "balance": N_("Andel med høye svar minus andel med lave svar, fra −1 til 1"),
    "prevalence": N_("Andel som har opplevd det, i brede bånd og aldri som tall"),
}
_KINDS: Final = {
    "index": N_("Indeks"),
    "scale": N_("Skala: flere spørsmål om det samme"),
    "item": N_("Ett spørsmål"),
}
_LEVELS: Final = {
    "agency": N_("Hele målgruppen"),
    "region": N_("Region"),
    "unit": N_("Enhet"),
    "unit_type": N_("Alle enheter av en type"),
    "group": N_("Gruppe i befolkningen"),
}
_POPULATIONS: Final = {
    "staff": N_("De ansatte"),
    "public": N_("Befolkningen, 18 år og eldre"),
    "open": N_("De som svarte på åpen lenke; ikke representativt"),
    "candidates": N_("Mulige søkere"),
    "stakeholders": N_("Samarbeidspartnere og andre med en interesse"),
}
_ROLES: Final = {
    "previous": N_("Forrige gang det samme ble målt"),
    "first": N_("Første gang det samme ble målt"),
}
