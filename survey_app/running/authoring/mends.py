"""What must be mended before a version can be released, in the words of whoever writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from questionnaires.authoring.errors import AuthoringError, Refusal
from questionnaires.authoring.form_edits import INTRO
from questionnaires.authoring.version_files import INDICES, OPTIONS
from questionnaires.checks_of_texts import SIGNS
from questionnaires.errors import Problem
from questionnaires.loader import load_library
from questionnaires.parsing.background import BACKGROUND
from questionnaires.parsing.forms import FORMS
from questionnaires.parsing.measures import MEASURES
from questionnaires.strategy_maps import years_of
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, own_names, quoted, translator

# by the key that an item's problem stands at
OF_ITEM: Final = {
    "statements": N_("Velg minst ett utsagn i strategien som spørsmålet måler."),
    "options": N_("Velg en svarskala som finnes."),
    "presentation": N_("Svarskalaen kan ikke vises slik. Velg en annen."),
    "reversed": N_("Bare et spørsmål med en skala kan være snudd."),
    "sensitivity": N_(
        "Et spørsmål om det folk har opplevd, må ha svar som stiger fra «aldri», og kan ikke telle"
        " i en skala."
    ),
    "reason": N_("Skriv hvorfor spørsmålet er snudd."),
    "note": N_("Bare noen får spørsmålet. Skriv i merknaden hvem det er."),
    "scale": N_("Spørsmålet og skalaen det teller i, viser ikke til hverandre."),
    "filter": N_("Hvem som får spørsmålet, viser til et svar som ikke finnes."),
    "": N_("Ingen skjemaer stiller spørsmålet."),
}
UNSEEN: Final = N_("En tekst har tegn som ikke synes. Skriv den på nytt.")
UNSEEN_OF: Final = N_("En tekst i %(name)s har tegn som ikke synes. Skriv den på nytt.")
MISSING: Final = N_("%(language)s mangler.")
NO_ITEMS: Final = N_("Skalaen %(name)s mister et spørsmål den trenger.")
OF_FORM: Final = N_("%(form)s kan ikke stilles slik. Se antallet og rekkefølgen.")
OF_INDEX: Final = N_("Indeksen %(name)s: ikke ett skjema stiller alle spørsmålene i den.")
PARTS_OF_INDEX: Final = N_("Indeksen %(name)s er laget av noe som ikke finnes lenger.")
MEASURE_MISSING: Final = N_("Navnet på %(name)s, eller forklaringen: %(language)s mangler.")
INDEX_UNREADABLE: Final = N_("Tallet %(name)s kan ikke leses slik det står i filen. Se over det.")
SAME_NAME: Final = N_("Et annet tall heter det samme som %(name)s. Gi det et eget navn.")
MEASURE_TAKEN: Final = N_(
    "Kortnavnet %(name)s er brukt av et annet tall. Lag det nye med et annet."
)
OF_KIND: Final = {
    "form_size": N_(
        "%(form)s har %(first)s spørsmål til samme person, og kan ha høyst %(second)s. Ta ut noen,"
        " eller del skjemaet i moduler."
    ),
    "form_filter": N_(
        "%(form)s stiller %(first)s ut fra svaret på %(second)s, men stiller ikke %(second)s. Spør"
        " om begge, eller ta ut %(first)s."
    ),
    "module_count": N_("%(form)s kan ha to eller tre moduler, eller ingen."),
    "module_depends": N_(
        "%(first)s i %(form)s stilles ut fra svaret på %(second)s, som ikke alle får. Sett det i"
        " samme modul, eller i delen som alle får."
    ),
    "module_of_all": N_("%(first)s i %(form)s må alle få. Ta det ut av modulen."),
    "module_untold": N_(
        "Modulen %(first)s i %(form)s må ha minst ett spørsmål som alle i modulen får."
    ),
    "module_scale": N_(
        "Modulen %(first)s i %(form)s har %(second)s av de %(third)s spørsmålene i skalaen"
        " %(fourth)s. Den må ha minst tre av dem, eller ingen."
    ),
    "module_index": N_(
        "Spørsmålene i %(first)s ligger ikke samlet. Sett alle i én modul, eller alle i delen som"
        " alle får. Ellers må dere godta på siden at målinger med %(form)s er uten tallet."
    ),
    "module_not_spread": N_("Målinger med %(form)s har %(first)s igjen. Lagre en del på nytt."),
}
# which of these is the code of a scale or an index
OF_MEASURE: Final = {
    "module_scale": "fourth",
    "module_index": "first",
    "module_not_spread": "first",
}
_ABOUT: Final = ("form", "first", "second", "third", "fourth")
OF_INDICES: Final = {
    "": OF_INDEX,
    "parts": PARTS_OF_INDEX,
    "equal_parts": PARTS_OF_INDEX,
    "taken": MEASURE_TAKEN,
}
OTHER_STRATEGY: Final = N_(
    "Versjonen er skrevet for strategien %(then)s, og nå måles strategien %(now)s. Slett utkastet,"
    " og lag en ny versjon. Da er den skrevet for den nye."
)
GROUPS_MISSING: Final = N_("Gruppene %(name)s: %(language)s mangler.")
OF_GROUPS: Final = {
    "taken": N_("Kortnavnet %(name)s er brukt av andre grupper. Lag de nye med et annet."),
    "divided_twice": N_("Spørsmålet i %(name)s gir andre grupper allerede. Ta ut de nye."),
    "called_otherwise": N_(
        "Et svar som gir en av gruppene %(name)s, heter noe annet enn før, og de to gruppene ville"
        " blitt sammenlignet. Legg til et nytt svar og lagre, og ta så ut det gamle."
    ),
    "item": N_("Svarene vektes etter %(name)s, så spørsmålet må bli stilt."),
    "": N_(
        "Gruppene %(name)s passer ikke med svarene på spørsmålet. Er de ikke laget i denne"
        " versjonen, må den som drifter systemet, rette dem."
    ),
}
WITHOUT_WORD: Final = N_(
    "%(name)s spør folk om dem selv, og gir ingen grupper. Lag grupper av det, eller si at det ikke"
    " skal gi noen."
)
SET_MISSING: Final = N_("Svarskalaen %(name)s: %(language)s mangler.")
INTRO_MISSING: Final = N_("Teksten før en del av et skjema: %(language)s mangler.")
OF_SET: Final = N_("Svarskalaen %(name)s kan ikke brukes slik. Se hvilke svar den har.")
ELSEWHERE: Final = N_(
    "Noe annet i innholdet bruker det som er tatt ut: %(key)s (%(file)s). Den som drifter systemet,"
    " kan rette det der."
)
REFUSED: Final[dict[Refusal, str]] = {
    "unknown_item": N_("Spørsmålet finnes ikke lenger i denne versjonen."),
    "unknown_form": N_("Skjemaet finnes ikke."),
    "unknown_scale": N_("Skalaen finnes ikke i denne versjonen. Velg en i listen."),
    "unknown_language": N_("Språket finnes ikke i denne versjonen."),
    "unknown_file": N_("Filen hører ikke til denne versjonen. Navnet må være som det var."),
    "unknown_options": N_("Svarskalaen finnes ikke lenger i denne versjonen."),
    "unknown_statement": N_("Et utsagn du valgte, finnes ikke i strategien."),
    "unknown_answer": N_("Et av svarene finnes ikke i svarskalaen."),
    "unknown_choice": N_("Siden har ikke det som ble valgt. Åpne den på nytt, og velg igjen."),
    "options_in_use": N_("Et spørsmål har svarskalaen. Gi det en annen først."),
    "options_taken": N_("Kortnavnet er brukt av en annen svarskala. Velg et annet."),
    "too_many_answers": N_("En svarskala kan ha høyst 200 svar."),
    "not_numbers": N_("Skriv hele tall fra 0 til 999 i tallrekken, for eksempel 0 og 10."),
    "measure_taken": N_("Kortnavnet er eller har vært brukt av et annet tall. Velg et annet."),
    "unknown_groups": N_("Gruppene finnes ikke lenger i denne versjonen."),
    "groups_taken": N_("Kortnavnet er brukt av andre grupper. Velg et annet."),
    "groups_made": N_("Spørsmålet gir allerede grupper, eller kan ikke gi noen."),
    "too_few_groups": N_("Velg svar til minst to grupper."),
    "nameless_group": N_("Gi hver gruppe av flere svar et navn."),
    "not_yes_or_no": N_("Gruppe 1 må ha minst ett svar, og gruppe 2 det ene som betyr nei."),
    "not_a_name": N_("Kortnavnet kan ha små bokstaver fra a til z, tall og understrek."),
    "not_a_code": N_("Bruk store bokstaver og tall i kortnavnet, for eksempel TIL eller TIL2."),
    "not_a_weight": N_("Skriv et helt tall fra 1 til 99 ved hver skala som skal telle."),
    "too_few_parts": N_("En indeks må ha minst to skalaer."),
    "scale_in_use": N_("En indeks er laget av den. Ta skalaen ut av indeksen først."),
    "no_answer_chosen": N_("Velg minst ett svar."),
    "filter_on_filter": N_("Velg et spørsmål som alle får."),
    "unknown_placeholder": N_("Teksten har en plassholder som skjemaet ikke kan fylle ut."),
    "not_minutes": N_("Skriv et helt antall minutter, fra 1 til 60."),
    "not_a_module": N_(
        "Navnet på en modul kan ha bokstaver, tall og bindestrek, og høyst 30 tegn."
    ),
    "empty_form": N_("Skjemaet må stille minst ett spørsmål."),
    "long_name": N_(
        "Navnet kan ha høyst 80 tegn, og det korte navnet høyst 40. Er navnet lengre enn 40 tegn, "
        "må det ha et kort navn."
    ),
    "too_long": N_("En tekst er for lang. Bruk høyst 600 tegn."),
    "nothing_chosen": N_("Velg et spørsmål først."),
    "scored_background": N_("Et spørsmål om den som svarer, teller ikke i en skala."),
    "background_of_staff": N_(
        "De ansatte blir ikke spurt om seg selv: svaret kunne vise hvem de er. Resultatene vises"
        " for enhetene i personregisteret."
    ),
    "empty_scale": N_("Skalaen må ha minst ett spørsmål."),
    "another_version": N_("Filen er av en annen versjon. Kortnavn og nummer må være som de var."),
    "other_forms": N_("Filen har andre skjemaer enn versjonen. De må være de samme."),
    "taken": N_("Kortnavnet er brukt. Et kortnavn betyr alltid det samme spørsmålet."),
    "not_an_id": N_(
        "Kortnavnet kan ha små bokstaver, tall og punktum, for eksempel vp.apn.6, og høyst 60 tegn."
    ),
    "toml": N_("Filen kan ikke leses: den er ikke gyldig TOML."),
    "too_large": N_("Filen er for stor."),
    "unreadable": N_("Filen kan ikke leses som en del av versjonen."),
}
_PAGES: Final = {
    OPTIONS: "options", INDICES: "measures", MEASURES: "measures", BACKGROUND: "groups",
}  # fmt: skip
_ITEM = re.compile(r'item[. ]"?([\w.]+?)"?(?: (\w+))?$')


@dataclass(frozen=True, slots=True)
class VersionMend:
    """One thing to mend: ``item`` is where, or else ``page``, the end of a page's address.

    Both are empty for what concerns more than one.
    """

    item: str
    sentence: str
    page: str = ""


def version_mends(problems: Iterable[Problem], lang: Language) -> tuple[VersionMend, ...]:
    """Say what is wrong with a version, once for each place."""
    return tuple(dict.fromkeys(_mend(one, lang) for one in problems))


def _mend(problem: Problem, lang: Language) -> VersionMend:
    if problem.kind == "strategy":
        return VersionMend("", _of_strategy(problem, lang))
    if problem.kind == SIGNS:
        return _of_signs(problem, lang)
    place = _ITEM.match(problem.key) if problem.file.startswith("instruments/") else None
    if problem.file == BACKGROUND:
        return _of_groups(problem, lang)
    found = _of_item(problem, place, lang) if place else None
    return found or (_of_form if problem.kind in OF_KIND else _of_whole)(problem, lang)


def _of_item(problem: Problem, place: re.Match[str], lang: Language) -> VersionMend | None:
    _ = translator(lang).gettext
    if problem.missing_in:
        return VersionMend(place[1], _(MISSING) % {"language": _language(problem, lang)})
    sentence = OF_ITEM.get(place[2] or "")
    return VersionMend(place[1], _(sentence)) if sentence else None


def _of_signs(problem: Problem, lang: Language) -> VersionMend:
    _ = translator(lang).gettext
    place, _space, rest = problem.key.partition(" ")
    if place == "item" and problem.file.startswith("instruments/"):
        return VersionMend(rest.partition(" ")[0], _(UNSEEN))
    page = "form" if problem.file.startswith("messages/") else _PAGES.get(problem.file, "")
    return VersionMend("", _(UNSEEN_OF) % {"name": rest if place == INTRO else place}, page)


def _of_strategy(problem: Problem, lang: Language) -> str:
    known = load_library().strategies
    then, now = (years_of(known[one]) if one in known else one for one in problem.about)
    return translator(lang).gettext(OTHER_STRATEGY) % {"then": then, "now": now}


def _of_form(problem: Problem, lang: Language) -> VersionMend:
    facts = dict(zip(_ABOUT, problem.about, strict=False))
    facts["form"] = _form(problem.about[0], lang)
    if name := OF_MEASURE.get(problem.kind):
        facts[name] = _measure(facts[name], lang)
    said = translator(lang).gettext(OF_KIND[problem.kind]) % facts
    return VersionMend("", said, f"form?order={problem.about[0]}")


def _of_whole(problem: Problem, lang: Language) -> VersionMend:
    _ = translator(lang).gettext
    facts = {"name": problem.key.partition(" ")[0], "key": problem.key, "file": problem.file}
    page = ""
    if problem.missing_in and (problem.file == INDICES or problem.key.startswith("scale.")):
        said, page = MEASURE_MISSING, "measures"
        facts["name"] = problem.key.split(" ")[0].removeprefix("scale.").strip('"')
        facts["language"] = _language(problem, lang)
    elif problem.file == INDICES:
        facts["name"], _space, part = problem.key.partition(" ")
        said, page = OF_INDICES.get(part.partition(" ")[0], INDEX_UNREADABLE), "measures"
    elif problem.file == MEASURES and problem.key.startswith("called "):
        said, page, facts["name"] = SAME_NAME, "measures", problem.key.removeprefix("called ")
    elif problem.key.startswith("scale"):
        said, facts["name"] = NO_ITEMS, problem.key.split(" ")[1]
    elif problem.file == OPTIONS:
        said, page = SET_MISSING if problem.missing_in else OF_SET, "options"
        facts["language"] = _language(problem, lang)
    elif problem.key.startswith(f"{INTRO}.") and problem.missing_in:
        said, page = INTRO_MISSING, "form"
        facts["language"] = _language(problem, lang)
    else:
        said = OF_FORM if problem.file == FORMS else ELSEWHERE
        facts["form"] = _form(facts["name"], lang)
        page = f"form?order={facts['name']}" if facts["name"] in load_library().forms else ""
    return VersionMend("", _(said) % facts, page)


def _form(form: str, lang: Language) -> str:
    known = load_library().forms.get(form)
    return quoted(in_language(known.title, lang) if known else form, lang)


def _measure(code: str, lang: Language) -> str:
    library = load_library()
    known = library.indices.get(code) or library.scales.get(code)
    return quoted(in_language(known.title, lang) if known else code, lang)


def _of_groups(problem: Problem, lang: Language) -> VersionMend:
    name, _space, part = problem.key.partition(" ")
    facts = {"name": name, "language": _language(problem, lang)}
    if problem.missing_in:
        said = GROUPS_MISSING
    elif problem.about:
        said, facts["name"] = WITHOUT_WORD, problem.about[0]
    else:
        said = OF_GROUPS.get(problem.kind or part.partition(" ")[0], OF_GROUPS[""])
    return VersionMend("", translator(lang).gettext(said) % facts, "groups")


def _language(problem: Problem, lang: Language) -> str:
    name = dict(own_names()).get(problem.missing_in, problem.missing_in)
    return translator(lang).gettext(name) if name else ""


def refusal(error: AuthoringError, lang: Language) -> str:
    """Say why an edit was not made."""
    return translator(lang).gettext(REFUSED[error.kind])
