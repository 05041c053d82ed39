"""What the pages of an upload show: the form that describes it, and what would be taken in."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request

from survey_app.earlier.check_description import meaning_name
from survey_app.earlier.described import codes_of, words_of
from survey_app.earlier.differences import SourceDifferences
from survey_app.earlier.lineage import Book
from survey_app.earlier.model import REASONS, Source, encode_source
from survey_app.earlier.read_source import MOST_MEASURES
from survey_app.earlier.sheets import Sheet, meanings_in
from survey_app.reading.history.matrix import matrix
from survey_app.reading.history.mends import say
from survey_app.reading.history.sides import HistorySide
from survey_app.reading.history.taken_in import taken_in
from survey_app.reading.history.words import CHANGES, COMPARABLE
from survey_app.reading.history.words import REASONS as REASON_NAMES
from survey_app.reading.names import inside, own, row_name
from survey_app.reading.waves import published, waves
from survey_app.shared import clock
from survey_app.shared.form_text import FieldProblem
from survey_app.shared.i18n import N_, Language, languages, translator
from survey_app.shared.numbers import language_name
from survey_app.shared.pages import language_of

ROLES: Final[Mapping[str, str]] = {
    "results": N_("Resultatene"),
    "units": N_("Navn på enhetene"),
    "unit_changes": N_("Endringer i enhetene"),
    "measure_changes": N_("Endringer i spørsmålene"),
    "": N_("Brukes ikke"),
}
STATISTICS: Final[Mapping[str, str]] = {
    "mean": N_("snitt på en skala"),
    "share": N_("andel av dem som svarte"),
    "rate": N_("forholdet mellom to antall, som svarprosent"),
}
KINDS: Final[Mapping[str, str]] = {
    "earlier": N_("Våre egne tidligere undersøkelser"),
    "outside": N_("Andres tall"),
}
_LINE: Final[Mapping[str, str]] = {
    "direct": N_("samme enhet, linjen går videre"),
    "indirect": N_("ny enhet, linjen brytes"),
}
NO_MEASURE_OF_OURS: Final = N_(
    "Ingen av målene er koblet til et av våre. Da kommer tallene ikke i figuren «Vår egen "
    "historie», bare i oversikten over enhetene. Ligner et av dem på et mål vi har, så endre "
    "beskrivelsen og velg det under «Ligner på vårt mål»."
)
NO_UNIT_OF_OURS: Final = N_(
    "Ingen av enhetene er koblet til en av våre. Da kommer tallene ikke i figuren «Vår egen "
    "historie», bare i oversikten over enhetene. Ta med en fil med navn på enhetene, der kolonnen "
    "«vår enhet» har koden fra registeret, eller «agency» for hele etaten."
)
SHOWN_WORDS: Final = 200
SHOWN_ROWS: Final = 8  # units in the sample of what would be taken in


def told_problems(problems: Sequence[FieldProblem], lang: Language) -> dict[str, Any]:
    """Say what is missing in the form: in its order, and the first thing of each field."""
    _ = translator(lang).gettext

    def told(one: FieldProblem) -> str:
        values = {
            name: meaning_name(str(value), lang) if name == "meaning" else value
            for name, value in one.values.items()
        }
        return _(one.sentence) % values if values else _(one.sentence)

    said = [(one.name, told(one)) for one in problems]
    return {"problems": said, "by_field": dict(reversed(said))}


async def describe_view(
    request: Request[Any, Any, Any],
    side: HistorySide,
    sheets: Sequence[Sheet],
    fields: Mapping[str, str],
) -> dict[str, Any]:
    """Return what the form shows: files with their columns, words to translate, measures."""
    lang = language_of(request)
    return {
        "fields": defaultdict(str, fields),
        "sheets": sheets,
        "roles": ROLES,
        "kinds": KINDS,
        "meanings": {role: meanings_in(role) for role in ROLES},
        "meaning_names": {
            one: meaning_name(one, lang) for role in ROLES for one in meanings_in(role)
        },
        "inside": inside,
        "other_languages": [
            {"code": one, "name": language_name(one, lang), "field": f"title_{one}"}
            for one in languages()[1:]
        ],
        "words": [
            (word, _choices(word.column), word.column.startswith("unit_changes"))
            for word in words_of(sheets)[:SHOWN_WORDS]
        ],
        # more than can be taken in are told of when they are sent
        "measures": list(enumerate(codes_of(sheets)[:MOST_MEASURES])),
        "statistics": STATISTICS,
        "comparable": COMPARABLE,
        "ours": await _our_measures(side, lang),
    }


def review_view(plan: SourceDifferences, lang: Language) -> dict[str, Any]:
    """Return what would be taken in, with a sample, and what that changes."""
    source = plan.after
    book = Book(source)
    units = sorted(source.units, key=lambda unit: own(unit.name, lang).casefold())
    table = matrix(book, units, source.years[-1], lang)
    return {
        "plan": plan,
        "row": taken_in(book, {unit.code for unit in units}, lang),
        "kind": KINDS[source.kind],
        "measures": [own(measure.name, lang) for measure in source.measures],
        "map": table,
        "sample": table.rows[:SHOWN_ROWS],
        "counts": plan.counts,
        "seen": upload_as_seen(plan),
        "notes": [*(say(one, lang) for one in plan.warnings), *_stands_alone(source, lang)],
    }


def _stands_alone(source: Source, lang: Language) -> list[str]:
    """Say why figures of ours would stand in no figure with what we measure now."""
    if source.kind != "earlier":
        return []
    _ = translator(lang).gettext
    told = []
    if not any(measure.own for measure in source.measures):
        told.append(_(NO_MEASURE_OF_OURS))
    if not any(unit.own for unit in source.units):
        told.append(_(NO_UNIT_OF_OURS))
    return told


def upload_as_seen(plan: SourceDifferences) -> str:
    """Name what somebody looked over, and what was there: nothing else is taken in or replaced."""
    seen = encode_source(plan.after) + (encode_source(plan.before) if plan.before else b"")
    return hashlib.sha256(seen).hexdigest()


def _choices(column: str) -> Mapping[str, str]:
    if column == "unit_changes.reason":
        return {reason: REASON_NAMES[reason] for reason in REASONS}
    return _LINE if column == "unit_changes.kind" else CHANGES


async def _our_measures(side: HistorySide, lang: Language) -> list[tuple[str, str]]:
    """List our indices and scales that a measure of theirs may stand beside, by name."""
    at = clock.now()
    series = await waves(side.audience, at)
    mains = [wave for wave in series if wave.kind == "main"] or list(series)
    if not mains:
        return []
    shown = await published(mains[-1], at)
    none = translator(lang).gettext(N_("ingen"))
    named = [
        (one.code, row_name(one.code, one.title, lang))
        for one in shown.measures.values()
        if one.kind in {"index", "scale"}
    ]
    return [("", none), *sorted(named, key=lambda pair: pair[1].casefold())]
