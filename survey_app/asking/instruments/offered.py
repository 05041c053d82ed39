"""What a page offers of a questionnaire to take along, and what each file leaves out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlencode

from questionnaires.formats.left_out import LeftOut, What
from questionnaires.model import Questionnaire
from survey_app.asking.instruments.files import (
    PDF,
    QUESTIONNAIRE_FORMATS,
    TooLongFormError,
    check_length,
    left_out,
)
from survey_app.shared.i18n import N_, Language, speaking
from survey_app.shared.i18n import gettext as _

MOST_KEPT: Final = 64  # forms and languages
# in the order of `What`; those of a form, not of single questions, have no number
WORDS: Final[Mapping[What, str]] = {
    "frame": N_("hvem skjemaet er for, hva slags måling det er og hvor lang tid det tar"),
    "kind": N_("hvem skjemaet er for og hva slags måling det er"),
    "marks": N_("spørsmålenes versjoner, opphav, formål, kjernemerker og vern"),
    "statements": N_("setningene i strategien som spørsmålene måler"),
    "reversed": N_("hvilke spørsmål som er snudd"),
    "scale": N_("skalaene"),
    "index": N_("indeksene"),
    "weights": N_("hvor mye delene av indeksene veier"),
    "title": N_("tittelen på andre språk"),
    "languages": N_("de andre språkene"),
    "renamed": N_("noen navn på spørsmål: de blir skrevet på en annen måte"),
    "recoded": N_("noen koder på svar: de blir skrevet på en annen måte"),
    "values": N_("tallene som lagres i stedet for svarenes koder"),
    "missing": N_("at «vet ikke» og lignende ikke er svar som teller"),
    "exclusive": N_("at noen svar ikke kan velges sammen med andre"),
    "condition": N_("vilkår: de står bare i ord"),
    "screen_out": N_("at skjemaet slutter etter et bestemt svar: det står bare i ord, eller ikke"),
    "list": N_("at noen svar velges fra en liste"),
    "thanks": N_("teksten på takkesiden"),
    "placeholder": N_("opplysninger som fylles inn når skjemaet sendes ut"),
    "unfilled": N_("setninger med opplysninger som fylles inn når skjemaet sendes ut"),
    "unwritten": N_("tekster som ikke er skrevet på alle språk: der står det ingenting"),
    "partly": N_("svar på et språk som ingen av spørsmålene er skrevet på"),
    "half": N_("de gamle ordene i spørsmål der halvparten får nye"),
    "arm": N_("at halvparten får spørsmål med andre ord: det står bare i navnet"),
    "module": N_("at hver bare får en av modulene: alle får alt"),
    "text": N_("noen tegn: de blir skrevet på en annen måte"),
}


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A format with its name, what it is for, and in words what it leaves out."""

    form: str
    name: str
    about: str
    left_out: tuple[str, ...]


def offered_files(asked: Questionnaire, language: Language) -> tuple[OfferedFile, ...]:
    """Return the formats that a questionnaire can be taken along in; none if it is too long."""
    try:
        check_length(asked)
    except TooLongFormError:
        return ()
    # to know what a file leaves out is to write it, and a page is looked at more often than that
    return _offered(asked.to_json(), language)


@lru_cache(maxsize=MOST_KEPT)
def _offered(content: bytes, language: Language) -> tuple[OfferedFile, ...]:
    asked = Questionnaire.from_json(content)
    with speaking(language):
        return tuple(
            OfferedFile(name, _(one.name), _(one.about), (*said(left_out(asked, name, language)),))
            for name, one in QUESTIONNAIRE_FORMATS.items()
        )


def address_of_file(form: str, file: OfferedFile, language: Language, wave: str) -> str:
    """Return where a file is found, as it would be asked today or as a wave asked it."""
    chosen = {"format": file.form}
    if file.form == PDF:
        chosen["language"] = language
    if wave:
        chosen["wave"] = wave
    return f"/questionnaires/{quote(form)}/file?{urlencode(chosen)}"


def said(lost: tuple[LeftOut, ...]) -> Iterator[str]:
    """Say each kind of what is left out once, with the number of places where there are several."""
    found = Counter(one.what for one in lost)
    for what, words in WORDS.items():
        if number := found[what]:
            several = _("%(what)s (%(number)s)") % {"what": _(words), "number": number}
            yield several if number > 1 else _(words)
