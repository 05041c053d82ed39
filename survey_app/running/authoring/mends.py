"""What must be mended before a version can be released, in the words of whoever writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from questionnaires.authoring.errors import AuthoringError, Refusal
from questionnaires.errors import Problem
from questionnaires.parsing.forms import FORMS
from survey_app.shared.i18n import N_, Language, own_names, translator

# by the key that an item's problem stands at
OF_ITEM: Final = {
    "statements": N_("Velg minst ett utsagn i strategien som spørsmålet måler."),
    "options": N_("Velg en svarskala som finnes."),
    "presentation": N_("Svarskalaen kan ikke vises slik. Velg en annen."),
    "reversed": N_("Bare et spørsmål med en skala kan være snudd."),
    "reason": N_("Skriv hvorfor spørsmålet er snudd."),
    "note": N_("Bare noen får spørsmålet. Skriv i merknaden hvem det er."),
    "scale": N_("Spørsmålet og skalaen det teller i, viser ikke til hverandre."),
    "filter": N_("Hvem som får spørsmålet, viser til et svar som ikke finnes."),
    "": N_("Ingen skjemaer stiller spørsmålet."),
}
MISSING: Final = N_("%(language)s mangler.")
NO_ITEMS: Final = N_("Skalaen %(name)s mister et spørsmål den trenger.")
OF_FORM: Final = N_("Skjemaet %(name)s kan ikke stilles slik. Se antallet og rekkefølgen.")
OF_INDEX: Final = N_("Indeksen %(name)s: ikke ett skjema stiller alle spørsmålene i den.")
ELSEWHERE: Final = N_(
    "Noe annet i innholdet bruker det som er tatt ut: %(key)s (%(file)s). Den som drifter systemet,"
    " kan rette det der."
)
REFUSED: Final[dict[Refusal, str]] = {
    "unknown_item": N_("Spørsmålet finnes ikke lenger i denne versjonen."),
    "unknown_form": N_("Skjemaet finnes ikke."),
    "unknown_language": N_("Språket finnes ikke i denne versjonen."),
    "unknown_file": N_("Filen hører ikke til denne versjonen. Navnet må være som det var."),
    "another_version": N_("Filen er av en annen versjon. Kortnavn og nummer må være som de var."),
    "other_forms": N_("Filen har andre skjemaer enn versjonen. De må være de samme."),
    "taken": N_("Kortnavnet er brukt. Et kortnavn betyr alltid det samme spørsmålet."),
    "not_an_id": N_("Kortnavnet kan ha små bokstaver, tall og punktum, for eksempel vp.apn.6."),
    "toml": N_("Filen kan ikke leses: den er ikke gyldig TOML."),
    "too_large": N_("Filen er for stor."),
    "unreadable": N_("Filen kan ikke leses som en del av versjonen."),
}
_ITEM = re.compile(r'item[. ]"?([\w.]+?)"?(?: (\w+))?$')


@dataclass(frozen=True, slots=True)
class VersionMend:
    """One thing to mend; ``item`` is where, empty for what concerns more than one."""

    item: str
    sentence: str


def version_mends(problems: Iterable[Problem], lang: Language) -> tuple[VersionMend, ...]:
    """Say what is wrong with a version, once for each place."""
    return tuple(dict.fromkeys(_mend(one, lang) for one in problems))


def _mend(problem: Problem, lang: Language) -> VersionMend:
    _ = translator(lang).gettext
    place = _ITEM.match(problem.key) if problem.file.startswith("instruments/") else None
    if place and problem.missing_in:
        language = _(dict(own_names()).get(problem.missing_in, problem.missing_in))
        return VersionMend(place[1], _(MISSING) % {"language": language})
    at = (place[2] or "") if place else None
    if place and at in OF_ITEM:
        sentence = OF_ITEM[at]
        return VersionMend(place[1], _(sentence))
    name = problem.key.partition(" ")[0]
    if problem.key.startswith("scale"):
        return VersionMend("", _(NO_ITEMS) % {"name": problem.key.split(" ")[1]})
    if problem.file == FORMS:
        return VersionMend("", _(OF_FORM) % {"name": name})
    if problem.file == "indices.toml":
        return VersionMend("", _(OF_INDEX) % {"name": name})
    return VersionMend("", _(ELSEWHERE) % {"key": problem.key, "file": problem.file})


def refusal(error: AuthoringError, lang: Language) -> str:
    """Say why an edit was not made."""
    return translator(lang).gettext(REFUSED[error.kind])
