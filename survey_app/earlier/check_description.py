"""What is missing in what somebody says of uploaded files, field by field. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from survey_app.earlier.manifest import is_scale
from survey_app.earlier.sheets import FIGURE, NEEDED, Sheet
from survey_app.shared.form_text import NO_DATE, FieldProblem, read_day
from survey_app.shared.i18n import N_, Language, first_language, languages, translator
from survey_app.shared.numbers import language_name

_TITLE: Final = N_("Skriv hva undersøkelsen heter.")
_MISSING: Final = {
    "source": N_("Skriv hvem som har laget tallene, og hvor de står."),
    "licence": N_("Skriv hva dere har lov til å bruke tallene til."),
}
_LONGEST_TITLE: Final = 200
_LONGEST: Final = 300
_LONG: Final = N_("Teksten er for lang. Bruk høyst %(most)s tegn.")
_ADDRESS: Final = N_("Adressen må begynne med https:// eller http://.")
_CHOOSE: Final = N_("Velg hva slags tall det er.")
_SCALE: Final = N_("Skriv to tall: den laveste og den høyeste verdien, for eksempel 1 og 6.")
_WHOLE: Final = N_("Skriv et årstall, eller la feltet stå tomt.")
_NO_RESULTS: Final = N_("Velg hvilken fil som har resultatene.")
_TWO_FILES: Final = N_("To filer kan ikke være det samme. Velg «Brukes ikke» for den ene.")
_NO_COLUMN: Final = N_("Velg hvilken kolonne i %(file)s som er «%(meaning)s».")
_TWO_COLUMNS: Final = N_("To kolonner i %(file)s er valgt som «%(meaning)s». Velg én.")
_NO_FIGURES: Final = N_(
    "Velg enten én kolonne som «Verdi» og én som «Mål», eller hver kolonne med tall som «Et mål»."
)
_TWO_NAMES: Final = N_("To mål heter «%(name)s». Gi det ene et annet navn.")
_NAME_IN: Final = N_("Navn på %(language)s")
_MEANING_NAMES: Final[Mapping[str, str]] = {
    "year": N_("År"),
    "unit": N_("Enhet"),
    "measure": N_("Mål"),
    "value": N_("Verdi"),
    "se": N_("Standardfeil"),
    "n": N_("Antall svar"),
    FIGURE: N_("Et mål"),
    "code": N_("Kode"),
    "name": N_("Navn"),
    "own": N_("Vår enhet (kode)"),
    "previous": N_("Enheten før"),
    "kind": N_("Slags endring"),
    "reason": N_("Årsak"),
    "note": N_("Merknad"),
}


def texts() -> tuple[str, ...]:
    """Name the fields of what is said of the source: a title for each language of the agency."""
    return (*(f"title_{language}" for language in languages()), "source", "licence", "url")


def meaning_name(meaning: str, lang: Language) -> str:
    """Say what a column holds; a name in another language than the first is called by that."""
    _ = translator(lang).gettext
    language = meaning.removeprefix("name_")
    if language in languages() and meaning != language:
        return _(_NAME_IN) % {"language": language_name(language, lang)}
    return _(_MEANING_NAMES[meaning])


def check_description(
    fields: Mapping[str, str], sheets: Sequence[Sheet]
) -> tuple[FieldProblem, ...]:
    """Say what is missing or cannot be read, in the order of the form."""
    return (
        *_text_problems(fields),
        *_number_problems(fields),
        *_sheet_problems(sheets),
        *_name_problems(fields),
    )


def _text_problems(fields: Mapping[str, str]) -> Iterator[FieldProblem]:
    if fields.get("kind") not in {"earlier", "outside"}:
        yield FieldProblem("kind", _CHOOSE)
    missing = {f"title_{first_language()}": _TITLE, **_MISSING}
    for name in texts():
        text = fields.get(name, "").strip()
        most = _LONGEST_TITLE if name.startswith("title_") else _LONGEST
        if not text and name in missing:
            yield FieldProblem(name, missing[name])
        elif len(text) > most:
            yield FieldProblem(name, _LONG, {"most": most})
        elif name == "url" and text and not text.startswith(("https://", "http://")):
            yield FieldProblem(name, _ADDRESS)
    for name in ("published", "retrieved"):
        text = fields.get(name, "").strip()
        if read_day(text) is None and (text or name == "retrieved"):
            yield FieldProblem(name, NO_DATE)


def _number_problems(fields: Mapping[str, str]) -> Iterator[FieldProblem]:
    if scale_of(fields) is None:
        yield FieldProblem("scale_low", _SCALE)
    for name in ("whole_until", "unknown_year"):
        if fields.get(name, "").strip() and whole_of(fields, name) is None:
            yield FieldProblem(name, _WHOLE)


def _sheet_problems(sheets: Sequence[Sheet]) -> Iterator[FieldProblem]:
    roles = [sheet.role for sheet in sheets]
    if "results" not in roles:
        yield FieldProblem("role-0", _NO_RESULTS)
    for number, sheet in enumerate(sheets):
        if sheet.role and sheet.role in roles[:number]:
            yield FieldProblem(f"role-{number}", _TWO_FILES)
        yield from _column_problems(number, sheet)


def _name_problems(fields: Mapping[str, str]) -> Iterator[FieldProblem]:
    """Find measures that readers could not tell apart."""
    seen: set[str] = set()
    at = 0
    while (text := fields.get(f"measure-{at}-name")) is not None:
        name = text.strip()
        if name and name.casefold() in seen:
            yield FieldProblem(f"measure-{at}-name", _TWO_NAMES, {"name": name})
        seen.add(name.casefold())
        at += 1


def _column_problems(number: int, sheet: Sheet) -> Iterator[FieldProblem]:
    meanings = [column.meaning for column in sheet.columns]
    for meaning in NEEDED.get(sheet.role, ()):
        if meaning not in meanings:
            told = {"file": sheet.name, "meaning": meaning}
            yield FieldProblem(f"col-{number}-0", _NO_COLUMN, told)
    for at, meaning in enumerate(meanings):
        if meaning and meaning != FIGURE and meaning in meanings[:at]:
            told = {"file": sheet.name, "meaning": meaning}
            yield FieldProblem(f"col-{number}-{at}", _TWO_COLUMNS, told)
    figures = FIGURE in meanings
    if sheet.role == "results" and figures == ("value" in meanings and "measure" in meanings):
        yield FieldProblem(f"col-{number}-0", _NO_FIGURES)


def scale_of(fields: Mapping[str, str]) -> tuple[float, float] | None:
    """Read the lowest and the highest value; None where they are no scale."""
    try:
        low, high = (
            float(fields.get(name, "").strip().replace(",", "."))
            for name in ("scale_low", "scale_high")
        )
    except ValueError:
        return None
    return (low, high) if is_scale(low, high) else None


def whole_of(fields: Mapping[str, str], name: str) -> int | None:
    """Read a whole number; None where there is none."""
    text = fields.get(name, "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None
