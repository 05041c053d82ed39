"""What is wrong with uploaded files, for those who can mend it: where, what, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from survey_app.earlier.errors import SourceProblem
from survey_app.earlier.manifest import Manifest
from survey_app.earlier.mistakes import SourceMistake
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal_mark

SENTENCES: Final[Mapping[SourceMistake, str]] = {
    SourceMistake.NOT_TOML: N_("Beskrivelsen kan ikke leses som TOML: %(error)s."),
    SourceMistake.MANIFEST_NOT_UTF8: N_("Beskrivelsen er ikke lagret som UTF-8."),
    SourceMistake.MISSING: N_("Dette mangler i beskrivelsen."),
    SourceMistake.MUST_BE_TEXT: N_("Her står %(value)s. Det skal være en tekst i anførselstegn."),
    SourceMistake.MUST_BE_WHOLE: N_("Her står %(value)s. Det skal være et helt tall."),
    SourceMistake.MUST_BE_DATE: N_(
        "Her står %(value)s. Det skal være en dato som 2025-06-01, uten anførselstegn."
    ),
    SourceMistake.MUST_BE_TABLE: N_("Her står %(value)s. Det skal være en tabell."),
    SourceMistake.MUST_BE_LIST: N_("Her står %(value)s. Det skal være en liste i klammer."),
    SourceMistake.TOO_LONG: N_("Teksten er for lang. Bruk høyst %(most)s tegn."),
    SourceMistake.NONE_OF: N_("Her står «%(value)s». Det skal være ett av disse: %(known)s."),
    SourceMistake.NO_LANGUAGE: N_("Språket er ukjent. Bruk ett av disse: %(known)s."),
    SourceMistake.NO_FIRST_LANGUAGE: N_(
        "Teksten mangler på førstespråket deres. De andre språkene faller tilbake på den."
    ),
    SourceMistake.NOBODY_READS: N_("Ingen leser dette. Er det en skrivefeil?"),
    SourceMistake.KEY: N_("Bruk bare små bokstaver a–z, tall og enkle bindestreker."),
    SourceMistake.ADDRESS: N_("Adressen må begynne med https:// eller http://."),
    SourceMistake.SCALE: N_("Skriv den laveste og den høyeste verdien, for eksempel [1, 5]."),
    SourceMistake.LISTING: N_("Skriv enten en tabell med en fil, eller rader under [[%(name)s]]."),
    SourceMistake.FOLDER: N_("Skriv bare navnet på filen, uten mappe."),
    SourceMistake.WIDE: N_("Bare resultatene kan ha en kolonne for hvert mål."),
    SourceMistake.NOT_THERE: N_(
        "Filen er ikke med. %(manifest)s sier at den skal være det. Velg den også."
    ),
    SourceMistake.NOT_UTF8: N_(
        "Filen er ikke lagret som UTF-8, så æ, ø og å blir feil. I Excel: Lagre som, og velg "
        "«CSV UTF-8»."
    ),
    SourceMistake.NOT_CSV: N_("Raden kan ikke leses (%(error)s). Mangler det et anførselstegn?"),
    SourceMistake.CELLS: N_(
        "Raden har %(cells)s celler, men overskriften har %(header)s. Se etter et skilletegn for "
        "mye eller for lite. Skiller filen med komma, må desimaltall ha punktum."
    ),
    SourceMistake.NO_COLUMN: N_(
        "Kolonnen mangler. Heter den noe annet, så skriv det under [%(listing)s.columns]."
    ),
    SourceMistake.UNREAD_COLUMN: N_(
        "Ingen leser denne kolonnen. Ta den bort, eller velg «Brukes ikke»."
    ),
    SourceMistake.COLUMN_TWICE: N_("To kolonner har samme navn. Gi den ene et annet navn."),
    SourceMistake.NO_VALUE: N_("Filen har ingen tall."),
    SourceMistake.TOO_WIDE: N_("Filen har %(number)s kolonner. Høyst %(most)s kan leses."),
    SourceMistake.MANY: N_(
        "Filen har %(number)s feil. De første %(most)s er tatt med her, og den første av hver type "
        "som kommer etter dem."
    ),
    SourceMistake.MANY_MEASURES: N_(
        "Her er det %(number)s ulike mål. Høyst %(most)s kan hentes inn. Er riktig kolonne valgt?"
    ),
    SourceMistake.MANY_UNITS: N_(
        "Her er det %(number)s ulike enheter. Høyst %(most)s kan hentes inn. Er riktig kolonne "
        "valgt?"
    ),
    SourceMistake.YEAR: N_("«%(value)s» er ikke et årstall fra %(first)s til %(last)s."),
    SourceMistake.NO_UNIT: N_(
        "Enheten «%(code)s» står ikke i listen over enheter. Er koden skrevet likt?"
    ),
    SourceMistake.NO_MEASURE: N_("Målet «%(code)s» er ikke blant målene. Er koden skrevet likt?"),
    SourceMistake.TWICE: N_(
        "%(year)s, «%(unit)s», «%(measure)s» står også på linje %(line)s. Ta bort den ene."
    ),
    SourceMistake.OUTSIDE: N_(
        "%(value)s er utenfor skalaen fra %(low)s til %(high)s. Er skalaen riktig? "
        "Velg «forholdet mellom to antall» for målet hvis det kan være over 100."
    ),
    SourceMistake.PARTS_OF_ONE: N_(
        "Alle tallene for «%(measure)s» er fra 0 til 1, og skalaen går til 100. Er de deler av 1? "
        "Skriv 63 for 0,63, eller velg skalaen fra 0 til 1. Er de virkelig under 1 av 100, så velg "
        "«forholdet mellom to antall» for målet."
    ),
    SourceMistake.BELOW_ZERO: N_("Tallet er under null."),
    SourceMistake.NUMBER: N_(
        "«%(value)s» er ikke et tall. La cellen stå tom hvis tallet ikke er kjent."
    ),
    SourceMistake.COUNT: N_(
        "«%(value)s» er ikke et antall svar. La cellen stå tom hvis antallet ikke er kjent."
    ),
    SourceMistake.TOO_FEW: N_(
        "Tallet bygger på færre enn %(least)s personer. Slike tall tar vi ikke inn. Ta bort raden."
    ),
    SourceMistake.EMPTY: N_("Cellen er tom."),
    SourceMistake.CODE_TWICE: N_("Koden «%(code)s» står også på linje %(line)s. Ta bort den ene."),
    SourceMistake.OWN_TWICE: N_(
        "«%(own)s» står også på linje %(line)s. En av våre enheter kan bare svare til én av deres."
    ),
    SourceMistake.HOW_COMPARABLE: N_("Si hvor likt det er «%(own)s»: %(known)s."),
    SourceMistake.COMPARABLE_ALONE: N_("Si hvilket av våre mål det ligner på."),
    SourceMistake.STATISTIC: N_("Skal være ett av disse: %(known)s."),
    SourceMistake.UNIT_CHANGE: N_(
        "«%(value)s» er ukjent. Bruk direct (linjen går videre), indirect (linjen brytes), eller "
        "la cellen stå tom."
    ),
    SourceMistake.REASON: N_("Årsaken «%(value)s» er ukjent. Velg hva den betyr: %(known)s."),
    SourceMistake.OTHER_SIDE: N_(
        "Kilden hører til den andre siden. HR henter inn det som gjelder ansatte, "
        "kommunikasjon det som gjelder befolkningen."
    ),
    SourceMistake.NO_COUNT: N_(
        "%(number)s tall om enhetene våre er oppgitt uten antall svar. Da kan ingen se om noen av "
        "dem gjelder for få personer til å vises. Sjekk det før du henter dem inn."
    ),
    SourceMistake.RATE_OF_ONE: N_(
        "Alle tallene for «%(measure)s» er fra 0 til 1, og skalaen går til 100: 0,63 vises som "
        "0,63 av hundre. Er de deler av 1, så skriv 63 for 0,63, eller velg skalaen fra 0 til 1."
    ),
    SourceMistake.UNKNOWN_UNIT: N_(
        "Vår enhet «%(own)s» finnes ikke i registeret, så tallene står ikke der."
    ),
    SourceMistake.UNKNOWN_MEASURE: N_(
        "Vårt mål «%(own)s» er ikke publisert, så tallene står ikke ved siden av noe."
    ),
}
_FEW: Final = 8  # further lines that are named


@dataclass(frozen=True, slots=True)
class Mend:
    """One kind of mistake in one column of one file, with the lines that have it."""

    file: str
    column: str
    sentence: str
    line: int
    also: tuple[int, ...]
    more: int


def mends(
    problems: Sequence[SourceProblem], lang: Language, manifest: Manifest | None = None
) -> list[Mend]:
    """Say what is wrong, the same mistake once, in the order of files and lines.

    Parameters
    ----------
    problems : sequence of SourceProblem
        All of them.
    lang : str
        The reader's.
    manifest : Manifest, optional
        Gives back the names that columns have in the files.
    """
    theirs = _their_names(manifest)
    groups: dict[tuple[str, str, SourceMistake], list[SourceProblem]] = {}
    for one in problems:
        groups.setdefault((one.file, one.column, one.mistake), []).append(one)
    found = []
    for (file, column, _), alike in groups.items():
        lines = [one.line for one in alike[1:]]
        found.append(
            Mend(
                file,
                theirs.get((file, column), column),
                say(alike[0], lang),
                alike[0].line,
                tuple(lines[:_FEW]),
                len(lines[_FEW:]),
            )
        )
    return found


def say(problem: SourceProblem, lang: Language) -> str:
    """Say one mistake without its place."""
    values = dict(problem.values)
    if problem.mistake is SourceMistake.OUTSIDE:
        mark = decimal_mark(lang)
        values = {name: str(value).replace(".", mark) for name, value in values.items()}
    return translator(lang).gettext(SENTENCES[problem.mistake]) % values


def _their_names(manifest: Manifest | None) -> dict[tuple[str, str], str]:
    if manifest is None:
        return {}
    return {
        (listing.file, ours): theirs
        for listing in manifest.lists.values()
        for ours, theirs in listing.columns.items()
    }
