"""A methodologist's remarks, as sentences beside the question that they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from questionnaires.authoring.remarks import Remark, RemarkKind
from questionnaires.library import Library
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, own_names, quoted, translator

SAID: Final[dict[RemarkKind, tuple[str, str]]] = {
    "double_barrelled": (
        N_("Er dette to spørsmål?"),
        N_("Den som er enig i det ene og ikke i det andre, har ikke noe svar å velge."),
    ),
    "negation": (
        N_("Spørsmålet nekter noe."),
        N_("«Uenig» i noe som ikke er slik, er tungt å lese riktig."),
    ),
    "leading": (
        N_("Ordene tar side."),
        N_("Skriv så nøytralt at det er like lett å være uenig."),
    ),
    "hypothetical": (
        N_("Spørsmålet gjelder noe som ikke har hendt."),
        N_("Folk vet mer om det de har opplevd, enn om det de ville gjort."),
    ),
    "presupposes": (
        N_("Spørsmålet forutsetter noe."),
        N_("Den som ikke har opplevd det, har ikke noe å svare."),
    ),
    "vague_subject": (
        N_("Det er uklart hvem det gjelder."),
        N_("Si hvem, så alle tenker på den samme."),
    ),
    "nobody_acts": (
        N_("Det står ikke hvem som gjør det."),
        N_("Si hvem, hvis det betyr noe for svaret."),
    ),
    "vague_wording": (
        N_("Ordene kan leses på flere måter."),
        N_("Si hva som skal til for å være enig."),
    ),
    "no_period": (
        N_("Det står ikke når."),
        N_("Skriv hvor langt tilbake svaret skal gjelde."),
    ),
    "statement_repeated": (
        N_("Ordene er strategiens egne."),
        N_("Mange er enige i en god formulering. Spør om noe de kjenner fra hverdagen."),
    ),
    "markup": (
        N_("Her står det kode."),
        N_("Folk leser den slik den står. Vi viser bare vanlig tekst."),
    ),
    "odd_sign": (
        N_("Et tegn ser ut som et annet, eller synes ikke."),
        N_(
            "Søk finner ikke ordet, og det kan bli lest opp feil. Skriv ordet på nytt i stedet for "
            "å lime det inn."
        ),
    ),
    "looks_as_before": (
        N_("Ordene ser ut som i versjonen før, men er skrevet med andre tegn."),
        N_("Da brytes kurven, og ingen kan se hvorfor. Kopier ordene fra versjonen før."),
    ),
    "too_many_words": (N_("Spørsmålet er langt."), N_("Prøv med høyst 20 ord.")),
    "hard_to_read": (
        N_("Spørsmålet er tungt å lese."),
        N_("Bytt ut de lengste ordene. Leseindeksen (LIX) bør være under 60."),
    ),
    "no_dont_know": (
        N_("Svarskalaen har ikke «vet ikke»."),
        N_("Den som ikke vet, må gjette eller la være å svare."),
    ),
    "same_answers": (
        N_("To svar heter det samme."),
        N_("Ingen kan se forskjell på dem. Gi hvert svar et eget navn."),
    ),
    "turned_answers": (
        N_("Svarene teller motsatt vei av i en annen svarskala."),
        N_(
            "Det første svaret teller lavest. Er det det beste, snur du spørsmålet under «Kjerne "
            "og retning»."
        ),
    ),
    "untraced": (
        N_("Spørsmålet måler ikke noe i strategien."),
        N_("Velg et utsagn, eller vurder om spørsmålet trengs."),
    ),
    "filter_measures": (
        N_("Et filterspørsmål måler ikke et utsagn."),
        N_("Det avgjør hvem som får andre spørsmål."),
    ),
    "sensitive_subject": (
        N_("Temaet er følsomt."),
        N_("Velg under «Vern av svarene» hvor mange som må ha svart før tallene vises."),
    ),
    "weak_statement": (
        N_("Spørsmålet måler noe annet enn utsagnet."),
        N_("Det teller ikke med i tallet for utsagnet."),
    ),
    "half_measured": (
        N_("Utsagnet sier to ting, og dette er det eneste spørsmålet."),
        N_("Se om begge deler er dekket."),
    ),
    "only_item": (
        N_("Utsagnet hviler på dette spørsmålet alene."),
        N_("Tas det ut, blir utsagnet ikke målt."),
    ),
    "not_asked": (
        N_("Ingen skjemaer stiller spørsmålet."),
        N_("Ta det ut, eller legg det i et skjema."),
    ),
    "asked_before": (
        N_("Det samme spørsmålet sto i en tidligere versjon, med et annet kortnavn."),
        N_("Legg det inn med det gamle kortnavnet. Da går kurven videre."),
    ),
    "short_scale": (
        N_("Skalaen har under tre spørsmål."),
        N_("Da veier ett uheldig spørsmål mye."),
    ),
    "one_direction": (
        N_("Alle spørsmålene i skalaen peker samme vei."),
        N_("Den som sier seg enig i alt, får høyt tall."),
    ),
}


@dataclass(frozen=True, slots=True)
class SaidRemark:
    """A remark: what it is, in which language or about which statement, and why it matters."""

    heading: str
    where: str
    why: str


def said_remark(remark: Remark, library: Library, lang: Language) -> SaidRemark:
    """Say a remark to whoever writes the question."""
    _ = translator(lang).gettext
    heading, why = SAID[remark.kind]
    statement = library.strategy.statements.get(remark.found)
    scale = library.scales.get(remark.about)
    parts = [_(dict(own_names())[remark.language])] if remark.language in dict(own_names()) else []
    if scale is not None:
        parts.append(in_language(scale.title, lang))
    if remark.found.isdecimal():
        parts.append(remark.found)
    elif remark.found:
        parts.append(quoted(statement.text if statement else remark.found, lang))
    return SaidRemark(_(heading), ": ".join(parts), _(why))
